#!/bin/bash
# Runs clang-tidy over src/ with the checks of .clang-tidy, all of them errors. It reads the joined sources of a unity
# build: most of the time goes into the libraries' headers, which are then read once for several files. Comparisons of
# JSON values, of which clang-tidy knows nothing, have a check of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/check_json_test.sh
cmake --preset lint --log-level=WARNING >/dev/null
run-clang-tidy-${AIC_LLVM:-19} -p build/lint -quiet -j "$(nproc)" "$PWD/build/lint/CMakeFiles/.*\.cxx$" "$PWD/src/.*\.cpp$"
scripts/check_json.sh build/lint
