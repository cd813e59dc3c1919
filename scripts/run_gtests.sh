#!/bin/bash
# run_gtests.sh BUILD_FOLDER: runs every test program there, two at a time, and leaves the number of single tests in
# BUILD_FOLDER/gtest/summary as "passed failed skipped". A program that dies without a report counts as one failure.
set -uo pipefail
build=$(realpath "$1")
reports=$build/gtest
rm -rf "$reports" "$build/profiles"
mkdir -p "$reports"

GTEST_OUTPUT=json:$reports/ GTEST_BRIEF=1 LLVM_PROFILE_FILE=$build/profiles/%p.profraw \
  ctest --test-dir "$build" --parallel 2 --timeout 1500 --no-tests=error --output-on-failure
status=$?

# Of a program whose tests are shared out, each part reports by itself: tools.1 is tools_test.1.json.
dead=0
while read -r name; do
  part=${name#"${name%%.*}"}
  [ -s "$reports/${name%%.*}_test$part.json" ] || dead=$((dead + 1))
done < <(ctest --test-dir "$build" -N | sed -n 's/^ *Test *#[0-9]*: *//p')
cat "$reports"/*.json 2>/dev/null | awk -v dead="$dead" '
  /^ *"status": "RUN"/ { run++ }
  /^ *"result": "SKIPPED"/ { skipped++ }
  /^  "failures":/ { failed += $2 }
  END { print run - skipped - failed, failed + dead, skipped + 0 }' >"$reports/summary"
exit $status
