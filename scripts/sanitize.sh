#!/usr/bin/env bash
# sanitize.sh: the tests of the libraries with the address sanitizer in all of their code and the
# undefined-behaviour sanitizer in their C. It shares its build with fuzz.sh. Tests that measure memory
# are left out, the sanitizer's own would be measured.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/fuzz-build.sh --build-tests
# A test program is a library's main and libFuzzer's hooks, nothing is fuzzed. What Foundation and the
# tests' own runtime keep until the end is no leak.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:strict_string_checks=1
.build-fuzz/release/sparsepipePackageTests.xctest --testing-library swift-testing \
  --filter "${SANITIZE_FILTER:-ByteIOTests|TensorStreamTests|ImagingTests|LinearAlgebraTests|SparseCodingTests|ModelFileTests|FuzzTests}" \
  --skip "${SANITIZE_SKIP:-[mM]emory}"
