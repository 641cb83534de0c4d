# The two commands: make demo, make test. Everything else: make help.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
PROGRAM_PREFIX ?=

PROGRAMS := patches encode decode pool classify fit mosaic inspect
# Programs as they are installed: on Linux without any shared library, so that they start fast and
# stand alone. The linker is the one that comes with Swift: Debian's warns of functions in Swift's
# own libraries that no program of ours calls.
STATIC := .build-static
BIN := $(STATIC)/release
BUILD_FLAGS := -c release --scratch-path $(STATIC)
ifeq ($(shell uname),Linux)
BUILD_FLAGS += --static-swift-stdlib -Xlinker -s -Xswiftc -static-executable -Xswiftc -use-ld=lld
# Where memory or threads run out, our words in place of a stack trace or an endless wait: see
# Sources/Common/CShortage.
BUILD_FLAGS += $(foreach name,_ZN5swift28swift_abortAllocationFailureEmm sleep,-Xlinker --wrap=$(name))
endif
DATA := .build-data
PHOTOGRAPHS := $(DATA)/photographs
FASHION := $(DATA)/fashion-mnist
PYTHON := .build-python
BENCH := .build-bench

.PHONY: help build demo test check lint fuzz sanitize figures bench install uninstall default-model \
  completions clean

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
	@echo "make robust      every fit without an option on every kind of data (QUICK=1: a part of it)"
	@echo "make bench       speed, start-up and memory beside NumPy, scikit-learn, SPAMS and PyTorch"
	@echo "                 (QUICK=1: a glance at it; MNIST=DIR: its digits instead of Fashion-MNIST)"
	@echo "make default-model   train the built-in model again"

build:
	@scripts/install-dependencies.sh build
	@$(SWIFT) build $(BUILD_FLAGS)

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

# The classification figures of the README.
figures: build $(FASHION)
	$(MAKE) -C examples/classification MNIST=
	$(if $(MNIST),$(MAKE) -C examples/classification MNIST=$(abspath $(MNIST)))

# What every fit makes of every kind of data without an option, K from 32 to 1,000; QUICK=1 a part of it.
robust: build $(PHOTOGRAPHS) $(FASHION)
	python3 scripts/robust.py --programs $(BIN) --photographs $(PHOTOGRAPHS) --garments $(FASHION) \
	  $(if $(QUICK),--quick)

# Programs and kernels against peers, each with the threads of the other; ten to twenty minutes, QUICK=1 a few.
PEERS := torch==2.13.0+cpu spams-bin==2.6.14 scikit-learn==1.9.1 sporco==0.2.2.post1 pillow
KERNELS := $(wildcard Sources/Common/CKernels/*.[ch] Sources/Common/CKernels/include/*.h)

bench: build $(PHOTOGRAPHS) $(if $(MNIST),,$(FASHION)) $(BENCH)/kernels
	@scripts/install-dependencies.sh test
	@scripts/python-environment.sh $(BENCH) $(PEERS)
	$(BENCH)/bin/python3 Benchmarks/bench.py --programs $(BIN) --photographs $(PHOTOGRAPHS) \
	  --digits $(or $(MNIST),$(FASHION)) --digits-name $(if $(MNIST),MNIST,Fashion-MNIST) \
	  --kernels $(BENCH)/kernels $(if $(QUICK),--quick,-o Benchmarks/results.md)

$(BENCH)/kernels: Benchmarks/kernels.c $(KERNELS)
	@mkdir -p $(@D)
	clang -O2 -ISources/Common/CKernels/include -o $@ $(filter %.c,$^) -lm -lpthread

default-model: build $(PHOTOGRAPHS)
	$(BIN)/patches --sample 100000 -s 1 $(TRAINING) \
	  | $(BIN)/fit dictionary --code 256 --dc --lambda 0.1 --iterations 3 --epochs 6 \
	    --pools consecutive:4 --validation 2000 --no-encoder -s 1 -o $(DATA)/dictionary.bin
	$(BIN)/patches --sample 400000 -s 2 $(TRAINING) \
	  | $(BIN)/fit lista -m $(DATA)/dictionary.bin --iterations 3 --epochs 10 --rate 0.001 --validation 2000 -s 1 \
	    -o Sources/Common/CBuiltInModel/default.bin

completions: build
	scripts/completions.sh $(CURDIR)/$(BIN)

install: build
	@scripts/install.sh $(BIN) "$(DESTDIR)$(PREFIX)" "$(PROGRAM_PREFIX)" $(PROGRAMS)

uninstall:
	@scripts/uninstall.sh "$(DESTDIR)$(PREFIX)" "$(PROGRAM_PREFIX)" $(PROGRAMS)

clean:
	rm -rf .build .build-fuzz .build-sanitize $(STATIC) $(DATA) $(PYTHON) $(BENCH) demo
