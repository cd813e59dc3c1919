#!/bin/bash
# minimal_root.sh FOLDER [SUITE ARCHITECTURE [PACKAGE…]]: a root file system of the Debian packages libc6 and
# ca-certificates and nothing else, in which end-to-end tests start a program: this system's, or those of another release
# of Debian, or of another architecture. PACKAGEs come with all that they depend on. Does nothing when it is there.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/debian_source.sh
root=$1 suite=${2:-} architecture=${3:-} more=("${@:4}")
[ "$(cat "$root/complete" 2>/dev/null || echo none)" != "${more[*]}" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Root lets apt fetch as its own user, who has no rights but in this folder.
mkdir "$work/partial"
give_to_apt "$work" "$work/partial"
if [ -z "$suite" ]; then
  download() { (cd "$work" && apt-get -qq download libc6 ca-certificates); }
  refresh() { as_root apt-get update -qq; }
else
  # What is installed here does not count.
  foreign=(-o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" -o Dir::State::status=/dev/null)
  use_suites "$suite-$architecture" "$suite"
  # Updates of an old release leave the mirrors.
  sed -i '/-security main$/d; s/^deb-src /deb /' "$apt_state/sources.list"
  download() {
    (cd "$work" && apt_here get "${foreign[@]}" download libc6 ca-certificates) || return
    [ ${#more[@]} = 0 ] || apt_here get "${foreign[@]}" -o Dir::Cache::archives="$work" \
      --yes --download-only --no-install-recommends install "${more[@]}"
  }
  refresh() { apt_here get "${foreign[@]}" update --error-on=any; }
fi
logged download || { logged refresh && logged download; }
rm -rf "$root"
mkdir -p "$root"/{proc,dev}
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$root"; done
# What the package's own set-up does: all certificates in one file.
mkdir -p "$root/etc/ssl/certs"
cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
echo "${more[*]}" >"$root/complete"
