# The two commands: make demo, make test. Everything else: make help.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
PROGRAM_PREFIX ?=

PROGRAMS := patches encode decode pool classify fit mosaic inspect
# Programs as they are installed: the Swift runtime inside, so that they start fast and stand alone.
STATIC := .build-static
BIN := $(STATIC)/release
BUILD_FLAGS := -c release --scratch-path $(STATIC)
ifeq ($(shell uname),Linux)
# Not position-independent: 40,000 addresses need not be filled in at every start, a sixth of its time.
BUILD_FLAGS += --static-swift-stdlib -Xlinker -s -Xlinker -L$(CURDIR)/$(STATIC)/lib \
  -Xswiftc -Xclang-linker -Xswiftc -static-libgcc -Xswiftc -Xclang-linker -Xswiftc -no-pie
endif
DATA := .build-data
PHOTOGRAPHS := $(DATA)/photographs
FASHION := $(DATA)/fashion-mnist
PYTHON := .build-python

.PHONY: help build demo test check lint fuzz sanitize figures install uninstall default-model completions clean

help:
	@echo "make demo        build, run the main job on a photograph, leave pictures in demo/"
	@echo "make test        run all tests"
	@echo "make build       build the programs into $(BIN)"
	@echo "make check       what CI runs: format, lint, build without warnings, tests, documents"
	@echo "make fuzz        fuzz the readers and the programs (FUZZ_RUNS or FUZZ_SECONDS a target)"
	@echo "make sanitize    tests of the libraries with the address and undefined-behaviour sanitizers"
	@echo "make install     install programs, man pages and completions (PREFIX, DESTDIR, PROGRAM_PREFIX)"
	@echo "make uninstall   remove them again"
	@echo "make figures     the classification figures of the README (MNIST=DIR for MNIST as well)"
	@echo "make default-model   train the built-in model again"

build:
	@scripts/install-dependencies.sh build
	@scripts/static-runtime.sh $(STATIC)/lib
	@$(SWIFT) build $(BUILD_FLAGS) 2>&1 | scripts/without-linker-noise.sh

demo: build $(PHOTOGRAPHS)
	@scripts/demo.sh $(CURDIR)/$(BIN) $(PHOTOGRAPHS) demo

$(PHOTOGRAPHS):
	@scripts/unpack-package.sh python3-skimage usr/lib/python3/dist-packages/skimage/data $@

$(FASHION):
	@scripts/unpack-package.sh dataset-fashion-mnist usr/share/datasets/fashion-mnist $@

# The tests run the programs as they are installed.
test: build $(PHOTOGRAPHS)
	@scripts/install-dependencies.sh test
	@scripts/python-environment.sh $(PYTHON) || echo "no NumPy: its tests will be skipped"
	PATH="$(CURDIR)/$(PYTHON)/bin:$$PATH" SPARSEPIPE_BIN=$(CURDIR)/$(BIN) \
	  SPARSEPIPE_PHOTOGRAPHS=$(CURDIR)/$(PHOTOGRAPHS) $(SWIFT) test -c release -Xswiftc -enable-testing

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Fuzz

check: lint test

# libFuzzer on what reads untrusted bytes, then the programs themselves on mutated files.
fuzz: build
	@scripts/fuzz.sh
	@python3 Fuzz/programs.py $(BIN)

sanitize:
	@scripts/sanitize.sh

# Photographs but for camera.png, which stays unseen for the demo.
TRAINING := $(addprefix $(PHOTOGRAPHS)/,astronaut.png brick.png chelsea.png coffee.png coins.png \
  grass.png gravel.png moon.png motorcycle_left.png)

# The figures of the README: classification, start-up, memory.
figures: build $(FASHION)
	$(MAKE) -C examples/classification MNIST=
	$(if $(MNIST),$(MAKE) -C examples/classification MNIST=$(abspath $(MNIST)))
	python3 Benchmarks/limits.py $(BIN)

default-model: build $(PHOTOGRAPHS)
	$(BIN)/patches --sample 100000 -s 1 $(TRAINING) \
	  | $(BIN)/fit dictionary --code 256 --dc --lambda 0.05 --iterations 3 --epochs 6 \
	    --pools consecutive:4 --validation 2000 --no-encoder -s 1 \
	    -o Sources/Common/CBuiltInModel/default.bin

completions: build
	scripts/completions.sh $(CURDIR)/$(BIN)

install: build
	@scripts/install.sh $(BIN) "$(DESTDIR)$(PREFIX)" "$(PROGRAM_PREFIX)" $(PROGRAMS)

uninstall:
	@scripts/uninstall.sh "$(DESTDIR)$(PREFIX)" "$(PROGRAM_PREFIX)" $(PROGRAMS)

clean:
	rm -rf .build .build-fuzz .build-sanitize $(STATIC) $(DATA) $(PYTHON) demo
