#!/bin/bash
# check_requirements_test.sh: does check_requirements.sh still refuse? A small tree passes; then one fault at a time is planted
# in it, and each has to be named.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() {
  echo "$1"
  failed=1
}

tree=$work/tree
fresh_tree() {
  rm -rf "$tree"
  mkdir -p "$tree"/{src/base,tests,docs,scripts,bench,demo,packaging,cmake,build,bench/node_modules}
  printf '# A list\n\nR-XXX-01 in a sentence is no entry.\n\n* **R-ABC-%02d** A line.\n' 1 >"$tree/docs/requirements.md"
  printf '* **R-ABC-%02d** A line.\n' 2 3 4 5 >>"$tree/docs/requirements.md"
  printf '* **R-ABC-06**† A line that nothing cites.\n' >>"$tree/docs/requirements.md"
  printf '// One (R-ABC-01), and a range that goes on in the next line (R-ABC-02 to -04,\n// -05).\n' >"$tree/src/base/a.h"
  printf 'See [the list](requirements.md) and RFC 9113 §8.7.\n' >"$tree/docs/page.md"
  printf 'Read docs/page.md.\n' >"$tree/README.md"
  touch "$tree"/{CONTRIBUTING,SECURITY,CHANGELOG}.md
  # What is built, and what npm brought, is not ours.
  printf 'R-ABC-99, other.md §1\n' | tee "$tree/build/log" >"$tree/bench/node_modules/a.js"
}

# refused WHAT TEXT: in the tree as it is now, the check fails and says TEXT. Then the tree is as it was.
refused() {
  local output status=0
  output=$("$here/check_requirements.sh" "$tree") || status=$?
  [ $status = 1 ] || fail "$1: passes"
  grep -qF -- "$2" <<<"$output" || fail "$1: not said: $2"
  fresh_tree
}

fresh_tree
"$here/check_requirements.sh" "$tree" || fail "a tree without faults is refused"

echo '// R-ABC-07' >"$tree/src/base/b.cpp"
refused "an id that is not listed" "docs/requirements.md lacks R-ABC-07, which is cited in src/base/b.cpp"
echo '// R-ABC-05 to -09' >"$tree/src/base/b.cpp"
refused "the middle of a range" "lacks R-ABC-08, which is cited in src/base/b.cpp"
echo '// R-ABC-01, -12' >"$tree/src/base/b.cpp"
refused "a short form" "lacks R-ABC-12"
echo 'R-ABC-13' >"$tree/docs/page.md"
refused "a page" "lacks R-ABC-13, which is cited in docs/page.md"
echo '// R-ABC-06' >"$tree/src/base/b.cpp"
refused "a mark that is out of date" "R-ABC-06 is cited now"
sed -i 's/ to -04//' "$tree/src/base/a.h"
refused "a listed id that nothing cites" "no file cites R-ABC-03"
echo '* **R-ABC-01** Once more.' >>"$tree/docs/requirements.md"
refused "an id twice" "R-ABC-01 is listed twice"
echo '* R-ABC-01 and R-ABC-02: lines for two.' >>"$tree/docs/requirements.md"
refused "another form of line" "not a line about one id: * R-ABC-01 and"
rm "$tree/src/base/a.h"
refused "no citations at all" "no file cites a requirement"
echo '# as other.md says' >"$tree/scripts/a.sh"
refused "a document that is not there" "scripts/a.sh:1: other.md is not in the repository"
echo '# as the manual says (§4)' >"$tree/bench/a.sh"
refused "a section of nothing" "bench/a.sh:1:# as the manual says (§4): a section of what document?"

[ $failed = 0 ] && echo "check_requirements.sh refuses what it should"
exit $failed
