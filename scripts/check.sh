#!/bin/bash
# check.sh [STAGE…]: the checks beyond the tests, cheap ones first; each stage prints one line, its output goes to
# build/check/STAGE.log and is shown when the stage fails. Called by ./dev check, which installs what is needed.
set -euo pipefail
cd "$(dirname "$0")/.."

configure() { cmake --preset "$1" --log-level=WARNING >/dev/null; }

format() { scripts/format.sh --check; }
layers() { scripts/check_layers.sh && scripts/check_layers_test.sh; }
docs() { scripts/check_requirements.sh && scripts/check_requirements_test.sh && scripts/make_tools_page.sh --check; }
lint() { scripts/lint.sh; }

san() {
  configure san
  cmake --build build/san
  ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer-${AIC_LLVM:-19}) ASAN_OPTIONS=detect_stack_use_after_return=1 \
    UBSAN_OPTIONS=print_stacktrace=1 scripts/run_gtests.sh build/san
}

tsan() {
  configure tsan
  cmake --build build/tsan
  # Not the plays of all tools with a second administrator and with lost answers: they take minutes, on one thread.
  # glib, loaded by libsecret, is not instrumented: what its own threads do to each other cannot be judged.
  TSAN_OPTIONS="halt_on_error=1 ignore_noninstrumented_modules=1 external_symbolizer_path=$(command -v llvm-symbolizer-${AIC_LLVM:-19})" \
    GTEST_FILTER='-*StaleWrites*:*LostAnswers*' scripts/run_gtests.sh build/tsan
}

fuzz() { scripts/fuzz.sh 30; }

coverage() { scripts/coverage.sh; }

stages=("$@")
[ $# != 0 ] || stages=(format layers docs lint san tsan fuzz coverage)
mkdir -p build/check
# The cheap ones compile nothing.
[ -z "$(printf '%s\n' "${stages[@]}" | grep -vxE 'format|layers|docs')" ] || scripts/build_deps.sh
for stage in "${stages[@]}"; do
  case $stage in
    format | layers | docs | lint | san | tsan | fuzz | coverage) ;;
    *)
      echo "no such stage: $stage" >&2
      exit 2
      ;;
  esac
  log=build/check/$stage.log
  SECONDS=0
  # A subshell of its own: `set -e` would be off inside a function that `if` asks.
  set +e
  (
    set -e
    "$stage"
  ) >"$log" 2>&1
  status=$?
  set -e
  if [ $status != 0 ]; then
    tail -n 200 "$log"
    printf '%-10s FAILED %5d s   (%s)\n' "$stage" $SECONDS "$log"
    exit 1
  fi
  printf '%-10s ok     %5d s\n' "$stage" $SECONDS
  [ "$stage" != coverage ] || cat build/dev/table
done
