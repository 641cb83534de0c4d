#!/usr/bin/env bash
# fuzz.sh [TARGET...]: libFuzzer, with the address and undefined-behaviour sanitizers, on the targets of
# Fuzz/, all where none is named: FUZZ_RUNS executions of each (default 20000), or FUZZ_SECONDS. What it
# learns stays in .build-fuzz/corpus, an input that crashes a reader in .build-fuzz/crashes.
# FUZZ_MERGE=1 puts what was learnt, minimised, into Fuzz/corpus instead.
set -euo pipefail
cd "$(dirname "$0")/.."

SPARSEPIPE_FUZZ=1 swift build -c release --product fuzz --scratch-path .build-fuzz \
  -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld \
  -Xcc -fsanitize=fuzzer-no-link,address,undefined -Xcc -fno-sanitize-recover=undefined

export SWIFT_BACKTRACE=enable=no SPARSEPIPE_FUZZ_TARGET
export ASAN_OPTIONS=quarantine_size_mb=16:malloc_context_size=1:detect_leaks=0
[ -w /dev/shm ] && export TMPDIR=/dev/shm
limits=(-max_len=4096 -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=64)
bound=(-runs="${FUZZ_RUNS:-20000}" -seed="${FUZZ_SEED:-1}")
[ -n "${FUZZ_SECONDS:-}" ] && bound=(-max_total_time="$FUZZ_SECONDS" -seed="${FUZZ_SEED:-1}")

targets=("$@")
[ $# -gt 0 ] || targets=(npy header model checkpoint png pnm idx labels programs)
for target in "${targets[@]}"; do
  SPARSEPIPE_FUZZ_TARGET=$target
  learnt=.build-fuzz/corpus/$target
  mkdir -p "$learnt" .build-fuzz/crashes
  corpora=("Fuzz/corpus/$target")
  [ -d "Fuzz/crashes/$target" ] && corpora+=("Fuzz/crashes/$target")
  [ "$target" = png ] && corpora+=(Tests/Reference/png-kinds)
  [ "$target" = npy ] && corpora+=(Tests/Reference/npy_types)
  if [ -n "${FUZZ_MERGE:-}" ]; then
    mkdir -p "$learnt-merged"
    # Few and short: each only for code that no other reaches.
    .build-fuzz/release/fuzz "${limits[@]}" -max_len=1024 -set_cover_merge=1 -use_counters=0 \
      "$learnt-merged" "${corpora[0]}" "$learnt" > .build-fuzz/merge.log 2>&1
    rm -rf "${corpora[0]}"
    mv "$learnt-merged" "${corpora[0]}"
    continue
  fi
  log=.build-fuzz/$target.log
  status=0
  .build-fuzz/release/fuzz "${limits[@]}" "${bound[@]}" -dict=Fuzz/tokens.dict -print_final_stats=1 \
    -artifact_prefix=".build-fuzz/crashes/$target-" "$learnt" "${corpora[@]}" > "$log" 2>&1 || status=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  memory=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
  echo "fuzz: $target: ${executions:-0} executions, peak ${memory:-?} MB, exit status $status"
  if [ "$status" -ne 0 ]; then
    grep -E 'ERROR|SUMMARY|Fatal error|Test unit written' "$log" || tail -5 "$log"
    exit 1
  fi
done
