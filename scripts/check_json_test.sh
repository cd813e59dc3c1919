#!/bin/bash
# check_json_test.sh: does check_json.sh still refuse? Each line of a planted source that it has to name says so itself.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"

cat >"$work/src/planted.cpp" <<'END'
#include <string>
#include "base/json.h"
using base::Json;
bool same(const Json& left, const Json& right, const std::string& text) {
  if (left == right) return true;             // refused
  if (left != right) return true;             // refused
  if (left["name"] == text) return true;      // refused
  if ("other" == base::member(left, "name")) return true;  // refused
  if (left.at("enabled") == true) return true;             // refused
  if (left.is_number()) return true;          // refused
  const auto half = left.get<double>();       // refused
  const Json& none = base::member(left, "none");
  return half > 1 || none.is_null() || left.size() == right.size() || base::same_value(left, right) ||
         left.find("a") == left.end() || base::text_member(left, "a") == text || none.get<int>() == 1;
}
END
cat >"$work/compile_commands.json" <<END
[{"directory": "$work", "file": "$work/src/planted.cpp",
  "command": "clang++-${AIC_LLVM:-19} -std=c++23 -I$PWD/src -c $work/src/planted.cpp"}]
END
expected=$(grep -n '// refused' "$work/src/planted.cpp" | cut -d: -f1)
status=0
found=$(scripts/check_json.sh "$work" "$work/src/planted.cpp") || status=$?
named=$(cut -d: -f2 <<<"$found" | sort -nu)
if [ $status != 1 ] || [ "$named" != "$expected" ]; then
  echo "refused lines" $named "(exit $status), not" $expected
  exit 1
fi
echo '#include "missing.h"' >"$work/src/planted.cpp"
status=0
scripts/check_json.sh "$work" "$work/src/planted.cpp" >/dev/null 2>&1 || status=$?
if [ $status != 2 ]; then
  echo "a source that cannot be read: exit $status, not 2"
  exit 1
fi
