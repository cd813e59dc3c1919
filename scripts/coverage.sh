#!/bin/bash
# Measures the lines of each folder of src/ that the unit tests run, prints a table and fails below a floor.
set -euo pipefail
cd "$(dirname "$0")/.."
declare -A floor=([base]=90 [auth]=90 [mcp]=90 [tools]=85)

# The build that ./dev test makes counts what it runs.
cmake --preset dev --log-level=WARNING >/dev/null
cmake --build build/dev
# What ./dev test has counted counts, unless a program is newer.
newer=$(find build/dev/tests -maxdepth 1 -name '*_test' -newer build/dev/gtest/summary 2>&1) || newer=none
if [ -n "$newer" ] || [ -z "$(ls build/dev/profiles 2>/dev/null)" ]; then scripts/run_gtests.sh build/dev; fi

# Source paths are recorded relative to the build folder (cmake/compiler.cmake).
cd build/dev
llvm-profdata-${AIC_LLVM:-19} merge -sparse profiles/*.profraw -o all.profdata
objects=()
for program in tests/*_test; do objects+=(-object "$program"); done
llvm-cov-${AIC_LLVM:-19} export -format=lcov -summary-only -instr-profile=all.profdata "${objects[@]}" >summary.lcov
for folder in $(cd ../../src && ls -d -- */ | tr -d /); do echo "$folder ${floor[$folder]:-0}"; done |
  awk '
    NR == FNR { floor[$1] = $2; next }
    /^SF:/ { folder = match($0, /\/src\/[a-z]+\//) ? substr($0, RSTART + 5, RLENGTH - 6) : "" }
    /^LF:/ { found[folder] += substr($0, 4) }
    /^LH:/ { hit[folder] += substr($0, 4) }
    END {
      printf "%-10s %7s %7s %7s\n", "folder", "lines", "run", "floor"
      for (folder in floor) {
        percent = found[folder] ? 100 * hit[folder] / found[folder] : 0
        low = floor[folder] && percent < floor[folder]
        bad += low
        printf "%-10s %7d %6.1f%% %6s%s\n", folder, found[folder], percent,
          floor[folder] ? floor[folder] "%" : "-", low ? "   too low" : "" | "sort"
      }
      close("sort")
      exit bad > 0
    }' - summary.lcov | tee table
