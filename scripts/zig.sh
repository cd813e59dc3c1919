# Sourced: the compiler of ./dev release (docs/decisions/0021) and what it compiles for.

# The oldest glibc that the Linux programs run with, and the oldest macOS.
glibc_floor=2.28
macos_floor=12.0

# zig_target TARGET: Zig's name of it.
zig_target() {
  case $1 in
    linux-x64) echo "x86_64-linux-gnu.$glibc_floor" ;;
    linux-arm64) echo "aarch64-linux-gnu.$glibc_floor" ;;
    macos-x64) echo "x86_64-macos.$macos_floor" ;;
    macos-arm64) echo "aarch64-macos.$macos_floor" ;;
    *) return 1 ;;
  esac
}

debian_architecture() { [ "$1" = linux-arm64 ] && echo arm64 || echo amd64; }

# need_zig: installs it into build/zig, from the file on PyPI that scripts/zig.txt names by its hash.
need_zig() {
  local stamp=build/zig/zig.txt
  cmp -s scripts/zig.txt "$stamp" && return
  need_packages python3-venv
  rm -rf build/zig
  mkdir -p build
  python3 -m venv build/zig
  logged build/zig/bin/pip install --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r scripts/zig.txt
  cp scripts/zig.txt "$stamp"
}

# zig_compilers TARGET: makes clang and clang++ in build/zig/TARGET, programs that compile for it; prints the folder.
zig_compilers() {
  local target folder=$PWD/build/zig/$1 zig name
  target=$(zig_target "$1")
  zig=$(echo "$PWD"/build/zig/lib/python3*/site-packages/ziglang/zig)
  mkdir -p "$folder"
  for name in clang:cc clang++:c++; do
    printf '#!/bin/sh\nexec "%s" %s -target %s -fno-sanitize=undefined "$@"\n' "$zig" "${name#*:}" "$target" >"$folder/new"
    chmod +x "$folder/new"
    # ccache looks at the time.
    cmp -s "$folder/new" "$folder/${name%:*}" || mv "$folder/new" "$folder/${name%:*}"
  done
  rm -f "$folder/new"
  echo "$folder"
}
