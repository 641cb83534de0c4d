# What the results of the examples are called: files of other variables have other names, so that none is
# taken for another's. Included once OUT, the folder of the results, and SOURCE, the data, are known.

.DEFAULT_GOAL := all

# A part of a file name out of the values of variables: $(call named,5 --lambda 0.04) is 5+--lambda+0.04.
empty :=
named = $(subst /,_,$(subst :,_,$(subst =,_,$(subst $(empty) $(empty),+,$(strip $(1))))))

# Written when the data comes from another place than before: all results are made again then. It is
# written as soon as this is read, so that make -n knows, too.
$(OUT)/source: ;
written := $(shell mkdir -p $(OUT); echo '$(SOURCE)' | cmp -s - $(OUT)/source || echo '$(SOURCE)' > $(OUT)/source)
