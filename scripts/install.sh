#!/bin/sh
# install.sh PROGRAMS-FOLDER PREFIX PROGRAM-PREFIX PROGRAM…: programs, man pages, completions.
set -eu

from=$1 prefix=$2 name=$3
shift 3
sources=$(dirname "$0")/..

put() { # file, folder, name, mode
  mkdir -p "$2"
  install -m "$4" "$1" "$2/$3"
}

for program in "$@"; do
  put "$from/$program" "$prefix/bin" "$name$program" 755
  # A command of a program, such as fit dictionary, has a page of its own.
  for page in "$sources/man/$program.1" "$sources/man/$program-"*.1; do
    [ ! -e "$page" ] || put "$page" "$prefix/share/man/man1" "$name$(basename "$page")" 644
  done
  # Completions answer to the names that they were generated for.
  if [ -z "$name" ]; then
    put "$sources/completions/bash/$program" "$prefix/share/bash-completion/completions" "$program" 644
    put "$sources/completions/zsh/_$program" "$prefix/share/zsh/site-functions" "_$program" 644
    put "$sources/completions/fish/$program.fish" "$prefix/share/fish/vendor_completions.d" "$program.fish" 644
  fi
done
put "$sources/man/sparse-model.5" "$prefix/share/man/man5" "sparse-model.5" 644
put "$sources/man/tensor-stream.7" "$prefix/share/man/man7" "tensor-stream.7" 644
put "$sources/man/sparsepipe.7" "$prefix/share/man/man7" "sparsepipe.7" 644
