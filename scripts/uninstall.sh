#!/bin/sh
# uninstall.sh PREFIX PROGRAM-PREFIX PROGRAM…: removes what install.sh put there.
set -eu

prefix=$1 name=$2
sources=$(dirname "$0")/..
shift 2
for program in "$@"; do
  rm -f "$prefix/bin/$name$program"
  for page in "$sources/man/$program.1" "$sources/man/$program-"*.1; do
    rm -f "$prefix/share/man/man1/$name$(basename "$page")"
  done
  if [ -z "$name" ]; then
    rm -f "$prefix/share/bash-completion/completions/$program" \
      "$prefix/share/zsh/site-functions/_$program" \
      "$prefix/share/fish/vendor_completions.d/$program.fish"
  fi
done
rm -f "$prefix/share/man/man5/sparse-model.5" "$prefix/share/man/man7/tensor-stream.7" \
  "$prefix/share/man/man7/sparsepipe.7"
