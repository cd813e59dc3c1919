#!/bin/sh
# install.sh [--from URL] [--to FOLDER]: installs the server for the person who runs it, and touches nothing else.
# URL is where a release's files are, SHA256SUMS among them; FOLDER is ~/.local/bin unless told otherwise. The checksum finds
# what got damaged on the way. Who may change the files may change the list, too: the provenance of a release proves more.
set -u

fail() {
  echo "$1" >&2
  shift
  for line in "$@"; do echo "  $line" >&2; done
  echo "Nothing was installed." >&2
  exit 1
}

usage() {
  cat <<'END'
usage: install.sh [--from URL] [--to FOLDER]

  --from URL     where the release is (default: https://example.com)
  --to FOLDER    where the program goes (default: ~/.local/bin)
END
}

find_platform() {
  loader=
  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=macos ;;
    *) system=$(uname -s) ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) machine=x64 loader=/lib64/ld-linux-x86-64.so.2 ;;
    aarch64 | arm64) machine=arm64 loader=/lib/ld-linux-aarch64.so.1 ;;
    *) machine=$(uname -m) ;;
  esac
  platform=$system-$machine
  case $platform in
    linux-x64 | linux-arm64 | macos-x64 | macos-arm64) ;;
    *) fail "There is no program for $platform, only for Linux and macOS, each on x64 and arm64, and for Windows on x64." \
      "On Windows, use the zip, Scoop or winget. To build the program yourself: https://example.com/aic-mcp-server" ;;
  esac
  if [ "$system" = linux ] && [ ! -e "$loader" ]; then
    fail "The program needs glibc ($loader). This system has another C library, such as Alpine's musl." \
      "Use a system with glibc, or the container image: https://example.com/aic-mcp-server"
  fi
}

# download FILE: from the URL into the work folder.
download() {
  if command -v curl >/dev/null; then
    # No way from https to http.
    curl --fail --silent --show-error --location --proto-redir "=${from%%:*}" --connect-timeout 30 --speed-limit 1 --speed-time 60 \
      --output "$work/$1" "$from/$1" && return
  elif command -v wget >/dev/null; then
    # BusyBox' wget has neither, makes one try, and dies of its short option for the other.
    limits=
    if wget --help 2>&1 | grep -q -- --tries; then limits='--tries=1 --timeout=60'; fi
    # shellcheck disable=SC2086
    wget -q $limits -O "$work/$1" "$from/$1" && return
  else
    fail "Neither curl nor wget is here to download with." "Install one of them."
  fi
  fail "Could not download $from/$1" "Look at the message above, check the URL and your network (a proxy?), and try again."
}

sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1"
  elif command -v shasum >/dev/null; then
    shasum -a 256 <"$1"
  else
    openssl dgst -sha256 -r <"$1"
  fi | cut -c1-64
}

check_sum() {
  actual=$(sha256 "$work/$archive")
  [ "$actual" = "$expected" ] ||
    fail "$archive is not the file that SHA256SUMS names: its checksum is ${actual:-unknown}, not $expected." \
      "The download was damaged or changed. Try again; if it stays so, do not use the file and tell its publisher."
}

# The new program takes the place of an old one at once: a server that runs keeps the old one until it stops.
put_in_place() {
  { mkdir -p "$to" && to=$(cd "$to" && pwd); } || fail "Could not make the folder $to" "Choose another one with --to FOLDER."
  [ ! -d "$to/aic-mcp-server" ] || fail "$to/aic-mcp-server is a folder." "Choose another place with --to FOLDER."
  new=$to/.aic-mcp-server.$$
  { cp "$work/${archive%.tar.gz}/aic-mcp-server" "$new" && chmod 755 "$new" && mv -f "$new" "$to/aic-mcp-server"; } ||
    fail "Could not write to $to" "Choose another folder with --to FOLDER."
}

main() {
  from=https://example.com
  to=
  new=
  while [ $# -gt 0 ]; do
    case $1 in
      --from | --to)
        [ -n "${2:-}" ] || fail "$1 needs a value."
        if [ "$1" = --to ]; then to=$2; else from=${2%/}; fi
        shift 2
        ;;
      --help | -h)
        usage
        exit 0
        ;;
      *)
        usage >&2
        fail "Unknown argument: $1"
        ;;
    esac
  done
  [ -n "$to" ] || to=${HOME:?}/.local/bin
  find_platform

  work=$(mktemp -d) || fail "Could not make a temporary folder."
  trap 'rm -rf "$work" ${new:+"$new"}' EXIT
  trap 'echo "Interrupted. Nothing was installed." >&2; exit 130' INT HUP TERM
  download SHA256SUMS
  archive=$(sed -n "s/^[0-9a-f]\{64\}  \(aic-mcp-server-[0-9][^/ ]*-$platform\.tar\.gz\)\$/\1/p" "$work/SHA256SUMS")
  case $archive in
    '' | *' '* | *'
'*) fail "SHA256SUMS of $from names no program for $platform." "Look for a release that has one." ;;
  esac
  expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  $archive\$/\1/p" "$work/SHA256SUMS")
  download "$archive"
  check_sum
  tar -xzf "$work/$archive" -C "$work" "${archive%.tar.gz}/aic-mcp-server" || fail "Could not unpack $archive"
  version=$("$work/${archive%.tar.gz}/aic-mcp-server" --version 2>&1) ||
    fail "The program does not start here: $version" "It needs glibc 2.28 or later, or macOS 12 or later."

  put_in_place
  echo "$(echo "$version" | head -n 1): installed as $to/aic-mcp-server"
  case ":$PATH:" in
    *":$to:"*) ;;
    *) echo "$to is not in your PATH: write the whole path into your client's configuration." ;;
  esac
}

# Read to its end before anything happens: half a script that arrives through a pipe does nothing.
main "$@"
