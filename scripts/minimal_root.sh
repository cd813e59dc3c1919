#!/bin/bash
# minimal_root.sh FOLDER: a root file system of the Debian packages libc6 and ca-certificates and nothing else, in which
# tests/e2e/package.test.mjs starts the packed binary. Does nothing when it is there.
set -euo pipefail
. "$(dirname "$0")/packages.sh"
root=$1
[ ! -f "$root/complete" ] || exit 0

download() { (cd "$1" && apt-get -qq download libc6 ca-certificates); }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Root lets apt fetch as its own user, who has no rights but in this folder.
[ "$(id -u)" != 0 ] || chown _apt "$work"
logged download "$work" || { logged as_root apt-get update -qq && logged download "$work"; }
rm -rf "$root"
mkdir -p "$root"/{proc,dev}
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$root"; done
# What the package's own set-up does: all certificates in one file.
mkdir -p "$root/etc/ssl/certs"
cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
touch "$root/complete"
