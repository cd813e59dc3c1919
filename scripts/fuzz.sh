#!/bin/bash
# fuzz.sh SECONDS [TARGET…]: runs the fuzz targets of tests/fuzz, two at a time. What they learn stays in
# build/fuzz/corpus; an input that breaks something is left in build/fuzz/findings, with the command that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
targets=("$@")
[ $# != 0 ] || targets=(line_framer dispatcher http_request arguments)

cmake --preset fuzz --log-level=WARNING >/dev/null
cmake --build build/fuzz --target "${targets[@]/%/_fuzz}"

export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer-${AIC_LLVM:-19} || true)
export ASAN_SYMBOLIZER_PATH

# run_target NAME: prints one line; the fuzzer's own words go to build/fuzz/NAME.log.
run_target() {
  local name=$1 log=build/fuzz/$1.log
  mkdir -p "build/fuzz/corpus/$name" build/fuzz/findings
  if build/fuzz/tests/fuzz/"${name}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
    -print_final_stats=1 -dict=tests/fuzz/words.dict -artifact_prefix="build/fuzz/findings/$name-" \
    "build/fuzz/corpus/$name" "tests/fuzz/seeds/$name" >"$log" 2>&1; then
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: //p' "$log") runs," \
      "$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2) edges, nothing found"
  else
    tail -n 60 "$log"
    echo "$name: FOUND something; repeat it with: build/fuzz/tests/fuzz/${name}_fuzz FILE in build/fuzz/findings"
    return 1
  fi
}

status=0
for ((i = 0; i < ${#targets[@]}; i += 2)); do
  pids=()
  for name in "${targets[@]:i:2}"; do
    run_target "$name" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || status=1; done
done
exit $status
