#!/bin/sh
# Starts the program of this machine in the folder beside it. Some hosts unpack a bundle without the executable bit, so this
# file is read by sh and needs none, and it gives the program its own back. Where it may not, Linux' loader runs the program
# without it. Windows starts its program itself.
here=$(dirname "$0")

fail() {
  for line in "$@"; do echo "aic-mcp-server: $line" >&2; done
  exit 1
}

case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=macos ;;
  *) system=$(uname -s) ;;
esac
case $(uname -m) in
  x86_64 | amd64) machine=x64 loader=/lib64/ld-linux-x86-64.so.2 ;;
  aarch64 | arm64) machine=arm64 loader=/lib/ld-linux-aarch64.so.1 ;;
  *) machine=$(uname -m) loader= ;;
esac
platform=$system-$machine
program=$here/$platform/aic-mcp-server
if [ ! -f "$program" ]; then
  fail "there is no program for $platform in this bundle, only for $(cd "$here" && echo *-*)." "To build it yourself: https://example.com/aic-mcp-server"
fi
if [ "$system" = linux ] && [ ! -e "$loader" ]; then
  fail "the program needs glibc @GLIBC@ or later. This system has another C library, such as Alpine's musl." \
    "Use a system with glibc, or the container image: https://example.com/aic-mcp-server"
fi
[ -x "$program" ] || chmod u+x "$program" 2>/dev/null
if [ ! -x "$program" ]; then
  [ "$system" = linux ] || fail "may not make $program executable. Run: chmod u+x '$program'"
  exec "$loader" "$program" "$@"
fi
exec "$program" "$@"
