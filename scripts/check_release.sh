#!/bin/bash
# check_release.sh PROGRAM…: fails where a Linux program of ./dev release needs a newer glibc than the floor of
# scripts/zig.sh, a library that is not glibc's, or lacks one of the usual hardenings.
set -euo pipefail
. "$(dirname "$0")/zig.sh"
llvm=${AIC_LLVM:-19}
status=0

wrong() {
  echo "$program: $1" >&2
  status=1
}

for program in "$@"; do
  # Whole, before anything looks for a word in it: a reader that stops early would count as a failure of the writer.
  read_elf() {
    local text
    text=$("llvm-readelf-$llvm" "$@" "$program")
    cat <<<"$text"
  }
  highest=$(read_elf --version-info | grep -o 'GLIBC_[0-9.]*' | cut -d_ -f2 | sort -Vu | tail -1)
  [ -n "$highest" ] || wrong "asks for no version of glibc"
  printf '%s\n' "$highest" "$glibc_floor" | sort -V -C || wrong "needs glibc $highest, above $glibc_floor"
  others=$(read_elf --dynamic | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
    grep -vxE '(libc|libm|libdl|libpthread|librt|libresolv)\.so\.[0-9]+|ld-linux-.*\.so\.[0-9]+' || true)
  [ -z "$others" ] || wrong "needs libraries other than glibc's: ${others//$'\n'/ }"
  read_elf --file-header | grep -c >/dev/null 'Type: *DYN' || wrong "its place in memory is fixed"
  read_elf --program-headers | grep -c >/dev/null GNU_RELRO || wrong "no read-only relocations"
  read_elf --dynamic | grep -c >/dev/null 'BIND_NOW\|NOW' || wrong "binds lazily"
  read_elf --program-headers | grep 'GNU_STACK' | grep -c >/dev/null 'RW ' || wrong "an executable stack"
  ! read_elf --sections | grep -c >/dev/null '\.debug_\|\.symtab' || wrong "not stripped"
  # The stack protector cannot be seen here: Zig links its own __stack_chk_fail in, and the name is stripped.
  read_elf --dyn-symbols | grep -cE >/dev/null '__[a-z]+_chk' || wrong "no checked functions of glibc (_FORTIFY_SOURCE)"
  echo "$program: glibc $highest or later"
done
exit $status
