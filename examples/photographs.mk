# Photographs to learn from, TRAINING, and those held out, HELD_OUT: of Debian's python3-skimage, or, where NATURAL is a
# folder, the PNG files in it, every fifth held out. KIND_OF_PHOTOGRAPHS is natural or photographs.

PHOTOGRAPHS ?= ../../.build-data/photographs
ifdef NATURAL
KIND_OF_PHOTOGRAPHS := natural
HELD_OUT := $(shell ls $(NATURAL)/*.png | awk 'NR % 5 == 0')
TRAINING := $(filter-out $(HELD_OUT),$(wildcard $(NATURAL)/*.png))
else
KIND_OF_PHOTOGRAPHS := photographs
HELD_OUT := $(PHOTOGRAPHS)/camera.png
TRAINING := $(addprefix $(PHOTOGRAPHS)/,astronaut.png brick.png chelsea.png coffee.png coins.png \
  grass.png gravel.png moon.png motorcycle_left.png)
endif
