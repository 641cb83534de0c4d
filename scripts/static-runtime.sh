#!/bin/sh
# Puts the static C++ runtime alone into a folder that the linker looks into first, so that installed
# programs do not need the shared one: static-runtime.sh FOLDER
set -eu

mkdir -p "$1"
for compiler in cc clang "$(dirname "$(command -v swift)")/clang"; do
  command -v "$compiler" >/dev/null 2>&1 || continue
  archive=$("$compiler" -print-file-name=libstdc++.a)
  if [ -f "$archive" ]; then
    ln -sf "$archive" "$1/libstdc++.a"
    exit 0
  fi
done
