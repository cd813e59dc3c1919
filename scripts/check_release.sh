#!/bin/bash
# check_release.sh PROGRAM…: fails where a program of ./dev release needs a newer glibc or macOS than the floor of
# scripts/zig.sh, a library that is not glibc's or the system's own, or lacks one of the usual hardenings.
set -euo pipefail
. "$(dirname "$0")/zig.sh"
llvm=${AIC_LLVM:-19}
status=0

wrong() {
  echo "$program: $1" >&2
  status=1
}

check_elf() {
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
}

check_mach_o() {
  local commands lowest others
  commands=$("llvm-otool-$llvm" -l "$program")
  lowest=$(awk '$1 == "minos" { print $2 }' <<<"$commands")
  [ "$lowest" = "$macos_floor" ] || wrong "is for macOS ${lowest:-of no version}, not $macos_floor"
  others=$("llvm-otool-$llvm" -L "$program" | sed -n 's/^\t\(.*\) (compat.*/\1/p' | grep -vx /usr/lib/libSystem.B.dylib || true)
  [ -z "$others" ] || wrong "needs libraries other than libSystem: ${others//$'\n'/ }"
  # A Mac with an ARM processor starts nothing without a signature. tests/e2e/release.test.mjs looks into it.
  [[ $("llvm-otool-$llvm" -hv "$program") != *ARM64* ]] || grep -c >/dev/null LC_CODE_SIGNATURE <<<"$commands" || wrong "not signed"
  grep -c >/dev/null ' PIE' < <("llvm-otool-$llvm" -hv "$program") || wrong "its place in memory is fixed"
  [[ $("llvm-nm-$llvm" --undefined-only "$program") =~ ___[a-z]+_chk ]] || wrong "no checked functions (_FORTIFY_SOURCE)"
  [ "$("llvm-nm-$llvm" --debug-syms "$program" | grep -c ' - .*OSO')" = 0 ] || wrong "not stripped"
  echo "$program: macOS $lowest or later"
}

check_coff() {
  local headers others flag
  headers=$("llvm-readobj-$llvm" --file-headers "$program")
  for flag in HIGH_ENTROPY_VA DYNAMIC_BASE NX_COMPAT; do
    grep -c >/dev/null "IMAGE_DLL_CHARACTERISTICS_$flag" <<<"$headers" || wrong "lacks $flag"
  done
  # What every Windows 10 has.
  others=$("llvm-readobj-$llvm" --coff-imports "$program" | sed -n 's/^  Name: //p' |
    grep -vixE '(advapi32|bcrypt|crypt32|gdi32|iphlpapi|kernel32|mswsock|msvcrt|ole32|shell32|user32|ws2_32)\.dll' || true)
  [ -z "$others" ] || wrong "needs libraries other than Windows' own: ${others//$'\n'/ }"
  ! "llvm-readobj-$llvm" --sections "$program" | grep -c >/dev/null ' \.debug_' || wrong "not stripped"
  echo "$program: Windows 10 or later"
}

for program in "$@"; do
  case $("llvm-readobj-$llvm" --file-header "$program" | sed -n 's/^Format: //p') in
    elf*) check_elf ;;
    Mach-O*) check_mach_o ;;
    COFF-x86-64) check_coff ;;
    *) wrong "none of ELF, Mach-O and PE" ;;
  esac
done
exit $status
