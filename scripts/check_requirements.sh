#!/bin/bash
# check_requirements.sh [FOLDER]: every requirement id that a file cites (R-WRT-14, or the short form in R-WRT-03 to -05, -07)
# is listed in docs/requirements.md, and every id listed there is cited or marked with † as not cited. Documents that are
# cited are in the repository, or are RFCs and the like. check_requirements_test.sh makes sure that it refuses what it should.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"
list=docs/requirements.md
bad=0
complain() {
  echo "$1"
  bad=1
}

# Files of ours: no builds, no libraries that npm brought, no bytes for fuzzing.
files() {
  find . \( -name .git -o -name node_modules -o -path ./build -o -path ./tests/fuzz/seeds \) -prune -o -type f -print |
    sed 's|^\./||' | grep -vxF -e "$list" -e scripts/check_requirements_test.sh -e scripts/check_requirements.sh
}

# "FILE ID" for each citation, with ranges and short forms written out. A citation may go on in the next line of a comment.
citations() {
  files | tr '\n' '\0' | xargs -0 grep -lIE 'R-[A-Z]+-[0-9]' | tr '\n' '\0' | xargs -0 -r awk '
    function flush(  id, family, from, to, n) {
      while (match(text, /R-[A-Z]+-[0-9]+/)) {
        id = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        print file, id
        family = id
        sub(/[0-9]+$/, "", family)
        from = id
        sub(/^.*-/, "", from)
        while (match(text, /^(,| to| and|, and) -[0-9][0-9]/)) {
          to = substr(text, RSTART + RLENGTH - 2, 2)
          n = text ~ /^ to/ ? from + 1 : to + 0
          for (; n <= to + 0; n++) printf "%s %s%02d\n", file, family, n
          from = to
          text = substr(text, RSTART + RLENGTH)
        }
      }
      text = ""
    }
    FNR == 1 { flush(); file = FILENAME }
    { line = $0; sub(/^[ \t]*(\/\/|#|\*)?[ \t]*/, "", line); text = text line " "; gsub(/  +/, " ", text) }
    END { flush() }'
}

declare -A cited=() listed=()
while read -r file id; do cited[$id]+=" $file"; done < <(citations | sort -u)
[ ${#cited[@]} != 0 ] || complain "no file cites a requirement"

# The list: "* **R-WRT-14** …", with † behind ids that nothing cites.
while IFS= read -r line; do
  if [[ ! $line =~ ^\*\ \*\*(R-[A-Z]{3}-[0-9]{2})\*\*(†?)\ [^\ ] ]]; then
    complain "$list: not a line about one id: $line"
    continue
  fi
  id=${BASH_REMATCH[1]} mark=${BASH_REMATCH[2]}
  [ -z "${listed[$id]:-}" ] || complain "$list: $id is listed twice"
  listed[$id]=yes
  [ -z "$mark" ] || [ -z "${cited[$id]:-}" ] || complain "$list: $id is cited now, take its † away"
  [ -n "$mark" ] || [ -n "${cited[$id]:-}" ] || complain "$list: no file cites $id, mark it with †"
done < <(grep '^[*-]' $list)
for id in "${!cited[@]}"; do
  [ -n "${listed[$id]:-}" ] || complain "$list lacks $id, which is cited in${cited[$id]}"
done

# Other documents: a page of ours by its name, a section by its number of a published standard only.
documents_in=(src tests README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md docs scripts bench demo packaging cmake)
within() { grep -rnI "$@" "${documents_in[@]}" --exclude-dir=node_modules --exclude-dir=build --exclude='check_requirements*'; }
names=$(files | sed -n 's|^.*/||; s|^\(.*\.md\)$|\1|p'; basename $list)
# What the server calls its skills (app/skills.h), which are no files.
names+=$'\nSKILL.md'
while IFS=: read -r file line text; do
  grep -qxF "${text##*/}" <<<"$names" || complain "$file:$line: $text is not in the repository"
done < <(within -oE '[A-Za-z0-9_./-]*[A-Za-z0-9_-]\.md\b')
while IFS= read -r hit; do
  complain "$hit: a section of what document?"
done < <(within '§' | grep -vE 'RFC [0-9]+|W3C|JSON-RPC 2\.0')
exit $bad
