#!/bin/sh
# Writes the completions that the programs generate: completions.sh PROGRAMS-FOLDER
set -eu

from=$1
to=$(dirname "$0")/../completions
mkdir -p "$to/bash" "$to/zsh" "$to/fish"
for program in patches encode decode pool classify fit mosaic inspect; do
  "$from/$program" --generate-completion-script bash >"$to/bash/$program"
  "$from/$program" --generate-completion-script zsh >"$to/zsh/_$program"
  "$from/$program" --generate-completion-script fish >"$to/fish/$program.fish"
done
