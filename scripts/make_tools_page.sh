#!/bin/bash
# make_tools_page.sh [--check]: docs/tools.md and the number of tools in README.md, from the snapshots of what the program publishes
# (tests/snapshots, which the tests compare with the program). --check only compares, and shows what differs.
set -euo pipefail
cd "$(dirname "$0")/.."
snapshots=tests/snapshots

# one_line TOOL: its row. Only the outermost members of a snapshot are indented by two blanks.
one_line() {
  awk -v name="$1" '
    /^  "description": / {
      text = $0
      sub(/^  "description": "/, "", text)
      sub(/",?$/, "", text)
      gsub(/\\"/, "\"", text)
      # The first sentence; the dots of "e.g." end none.
      if (match(text, /[^.][^.]\. /)) text = substr(text, 1, RSTART + 2)
      gsub(/\|/, "\\|", text)
    }
    /^    "readOnlyHint": true/ { effect = "reads" }
    /^    "readOnlyHint": false/ { effect = "adds" }
    /^    "destructiveHint": true/ { effect = "changes" }
    END {
      if (text == "" || effect == "") exit 1
      printf "| `%s` | %s | %s |\n", name, effect, text
    }
  ' "$snapshots/tools/$1.json" || {
    echo "$snapshots/tools/$1.json: no description or no annotations" >&2
    return 1
  }
}

page() {
  cat <<'PAGE'
# Tools

Made by `scripts/make_tools_page.sh` from what the program publishes. `AIC_TOOLS` takes the names of families and of tools; `AIC_READ_ONLY=true`
leaves only those that read. A tool that *adds* creates something new and overwrites nothing; one that *changes* can overwrite or remove, and
`AIC_APPROVE=destructive` asks before it. The arguments and their descriptions are in `tools/list`.
PAGE
  local family names name
  while read -r family names; do
    printf '\n## `%s`\n\n| tool | | what it does |\n|---|---|---|\n' "${family%:}"
    for name in $names; do one_line "$name"; done
  done <$snapshots/families.txt
}

# readme FILE: README.md with the numbers of today.
readme() {
  local tools families
  tools=$(sed 's/^[^:]*://' $snapshots/families.txt | wc -w) families=$(wc -l <$snapshots/families.txt)
  grep -qE '[0-9]+ tools in [0-9]+ families' README.md || {
    echo "README.md does not say how many tools in how many families there are" >&2
    return 1
  }
  local family
  for family in $(sed 's/:.*//' $snapshots/families.txt); do
    grep -qE "^\|.*\`$family\`" README.md || {
      echo "README.md does not have the family $family in its table" >&2
      return 1
    }
  done
  sed -E "s/[0-9]+ tools in [0-9]+ families/$tools tools in $families families/" README.md
}

page=$(page && echo .)
readme=$(readme && echo .)
status=0
if [ "${1:-}" = --check ]; then
  diff -u docs/tools.md - <<<"${page%$'\n'.}" || status=1
  diff -u README.md - <<<"${readme%$'\n'.}" || status=1
  [ $status = 0 ] || echo "run scripts/make_tools_page.sh"
  exit $status
fi
printf %s "${page%.}" >docs/tools.md
printf %s "${readme%.}" >README.md
