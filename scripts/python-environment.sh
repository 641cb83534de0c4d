#!/bin/sh
# Makes the virtual environment whose NumPy and safetensors check our files, with other packages where
# they can be had; what cannot is said and left out: python-environment.sh DESTINATION [PACKAGE…]
set -eu

destination=$1
shift
[ -x "$destination/bin/python3" ] || python3 -m venv "$destination"
has() { "$destination/bin/python3" -m pip show -q "$1" 2>/dev/null; }
install() { "$destination/bin/pip" install -q --disable-pip-version-check "$@"; }

for package in numpy safetensors; do has $package || install $package; done
for package in "$@"; do
  has "${package%%==*}" && continue
  case $package in
  # PyTorch for processors alone has an index of its own.
  torch==*+cpu) index=https://download.pytorch.org/whl/cpu ;;
  *) index= ;;
  esac
  install "$package" 2>/dev/null ||
    { [ -n "$index" ] && install --extra-index-url $index "$package" 2>/dev/null; } ||
    echo "$package cannot be installed: left out"
done
