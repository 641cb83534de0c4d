#!/usr/bin/env bash
# sanitize.sh: the tests of the libraries with the address sanitizer in all of their code and the
# undefined-behaviour sanitizer in their C. Tests that measure memory are left out: the sanitizer's own
# would be measured.
set -euo pipefail
cd "$(dirname "$0")/.."

tests='(ByteIO|TensorStream|Imaging|LinearAlgebra|SparseCoding|ModelFile|Training|Fuzz)Tests'
flags=(-c release --scratch-path .build-sanitize --sanitize address -Xswiftc -enable-testing
  -Xswiftc -use-ld=lld -Xcc -fsanitize=address,undefined -Xcc -fno-sanitize-recover=undefined)

export SPARSEPIPE_SANITIZE=1
swift build --build-tests "${flags[@]}"
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
swift test --skip-build "${flags[@]}" --filter "$tests" --skip '[mM]emory'
