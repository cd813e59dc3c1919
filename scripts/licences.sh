#!/bin/bash
# licences.sh FOLDER [PACKAGE…]: puts into FOLDER our licence and those of all that is linked in, and of Debian packages that
# are shipped along with the binary. AIC_ROOT=FOLDER: the packages are those of that root file system, not this system's.
set -euo pipefail
folder=$1
shift
cd "$(dirname "$0")/.."

# The texts of one source package are often the same file; one copy of each is enough.
declare -A kept
keep() {
  local name=$1 text=$2 sum
  [ -s "$text" ] || { echo "no licence text of $name: $text" >&2; exit 1; }
  sum=$(sha256sum <"$text")
  if [ -z "${kept[$sum]:-}" ]; then
    kept[$sum]=${name//[ \/\']/-}.txt
    install -m 644 "$text" "$folder/third-party/${kept[$sum]}"
  fi
}

# A root file system without dpkg's lists has the version in Debian's changelog of the package.
version_of() {
  local changelog
  if [ -z "${AIC_ROOT:-}" ]; then
    dpkg-query -W -f '${Version}' "$1"
  else
    changelog=$AIC_ROOT/usr/share/doc/$1/changelog.Debian.gz
    [ -f "$changelog" ] || changelog=${changelog/.Debian/}
    zcat "$changelog" | sed -n '1{s/^[^(]*(\([^)]*\)).*/\1/p;q}'
  fi
}

rm -rf "$folder/third-party"
install -d "$folder/third-party"
install -m 644 LICENSE "$folder/LICENSE"
{
  echo "aic-mcp-server is under the Apache License 2.0 (LICENSE). The program has the following inside, each under its own licence."
  echo
  while IFS='|' read -r name version licence _ text; do
    keep "$name" "$text"
    echo "$name $version: $licence (third-party/${kept[$(sha256sum <"$text")]})"
  done < <(scripts/third_party.sh)
  [ $# = 0 ] || printf '\nShipped along with it:\n\n'
  for package in "$@"; do
    text=${AIC_ROOT:-}/usr/share/doc/$package/copyright
    keep "$package" "$text"
    echo "$package $(version_of "$package") (third-party/${kept[$(sha256sum <"$text")]})"
  done
} >"$folder/NOTICE"

# Debian's files name the long licences by the place where its systems keep them.
grep -rohE '/usr/share/common-licenses/[A-Za-z]+(-[0-9]+(\.[0-9]+)?)?' "$folder/third-party" | sort -u | while read -r text; do
  [ ! -f "$text" ] || install -m 644 "$text" "$folder/third-party/$(basename "$text").txt"
done
