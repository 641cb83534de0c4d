#!/usr/bin/env bash
# fuzz-build.sh ARGUMENTS: swift build with coverage and the sanitizers in every module, in .build-fuzz.
# Undefined behaviour in C ends a program, as what the address sanitizer finds does.
set -euo pipefail
cd "$(dirname "$0")/.."

export SPARSEPIPE_FUZZ=1
swift build -c release --scratch-path .build-fuzz -Xswiftc -sanitize=fuzzer,address \
  -Xswiftc -enable-testing -Xswiftc -use-ld=lld \
  -Xcc -fsanitize=fuzzer-no-link,address,undefined -Xcc -fno-sanitize-recover=undefined "$@"
