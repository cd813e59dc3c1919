#!/bin/bash
# third_party.sh: prints what the release binary has inside, one component a line, fields separated by "|": name, version,
# SPDX licence, package URL, file with the licence text. scripts/licences.sh and scripts/sbom.mjs take it from here.
# third_party.sh check NINJA_FOLDER: compares the list with the files that the build really took; fails where one is missing.
# AIC_TARGET=linux-x64: the same of a program of ./dev release.
set -euo pipefail
cd "$(dirname "$0")/.."

# package_of LIBRARY: of the system's, which the compiler takes.
package_of() {
  dpkg -S "$(realpath "$("clang++-${AIC_LLVM:-19}" -print-file-name="$1")")" | sed 's/:.*//'
}
boost=$(dpkg -S /usr/include/boost/version.hpp | sed 's/:.*//')

# Name, Debian package that holds what is linked in, SPDX licence.
components="
Boost|$boost|BSL-1.0
CLI11|libcli11-dev|BSD-3-Clause
fmt|libfmt-dev|MIT
nlohmann-json|nlohmann-json3-dev|MIT
spdlog|libspdlog-dev|MIT
"
# ./dev build takes all but libcurl from this system's packages, ./dev release the headers only, and for Windows what
# mingw-w64 brings besides.
mingw=x86_64-w64-mingw32
mingw_package_of() { dpkg -S "$("$mingw-g++-posix" -print-file-name="$1")" | sed 's/:.*//'; }
[ "${AIC_TARGET:-}" != windows-x64 ] || components+="
libgcc|$(mingw_package_of libgcc.a)|GPL-3.0-or-later WITH GCC-exception-3.1
libstdc++|$(mingw_package_of libstdc++.a)|GPL-3.0-or-later WITH GCC-exception-3.1
mingw-w64 runtime|mingw-w64-x86-64-dev|ZPL-2.1
zlib|libz-mingw-w64-dev|Zlib
"
[ -n "${AIC_TARGET:-}" ] || components+="
Boost.URL|${boost/boost/boost-url}|BSL-1.0
glibc start-up files|libc6-dev|LGPL-2.1-or-later
libgcc|$(package_of libgcc.a)|GPL-3.0-or-later WITH GCC-exception-3.1
libstdc++|$(package_of libstdc++.a)|GPL-3.0-or-later WITH GCC-exception-3.1
nghttp2|libnghttp2-dev|MIT
OpenSSL|libssl-dev|Apache-2.0
zlib|zlib1g-dev|Zlib
"
# The distribution's OpenSSL may have been made with it.
if [ -z "${AIC_TARGET:-}" ] && pkg-config --static --libs-only-l libcrypto | grep -qw -- -lzstd; then components+="Zstandard|libzstd-dev|BSD-3-Clause"$'\n'; fi
# Declarations only, of what the compiler or the system brings: nothing of it is in the binary.
declarations='libclang-common-19-dev|linux-libc-dev|libglib2.0-dev|libsecret-1-dev|mingw-w64-common'

# What the libraries of ./dev release are under, by their source packages.
declare -A names=([openssl]=OpenSSL [zlib]=zlib [nghttp2]=nghttp2 [curl]=libcurl)
declare -A licences=([openssl]=Apache-2.0 [zlib]=Zlib [nghttp2]=MIT [curl]=curl)
# Beside them stand those that the build took, in this order.
packages_of_release=4
if [ "${AIC_TARGET:-}" = windows-x64 ]; then packages_of_release=3; fi
# Part of Zig's package, its folder there, SPDX licence, file of the text.
zig_parts="
Zig's libc++|lib/libcxx|Apache-2.0 WITH LLVM-exception|LICENSE.TXT
Zig's libc++abi|lib/libcxxabi|Apache-2.0 WITH LLVM-exception|LICENSE.TXT
Zig's libunwind|lib/libunwind|Apache-2.0 WITH LLVM-exception|LICENSE.TXT
Zig's compiler-rt|lib/compiler_rt|MIT|../../LICENSE
"
[[ ${AIC_TARGET:-} != linux-* ]] || zig_parts+="
Zig's glibc start-up files|lib/libc/glibc|LGPL-2.1-or-later|LICENSES
"

list() {
  list_packages
  if [ -n "${AIC_TARGET:-}" ]; then list_release; else list_curl; fi
}

list_release() {
  local package version name folder licence text zig built=$AIC_TARGET
  if [ "$AIC_TARGET" = windows-x64 ]; then built=windows; fi
  while read -r package version; do
    echo "${names[$package]}|$version|${licences[$package]}|$(purl "$package" "$version" "$(release_of "$package")")&arch=source|build/deps/$built/licences/$package"
  done < <(head -$packages_of_release "build/deps/$built/stamp")
  [ "$built" != windows ] || return 0
  zig=$(sed -n 's/^ziglang==\([^ ]*\).*/\1/p' scripts/zig.txt)
  while IFS='|' read -r name folder licence text; do
    [ -n "$name" ] || continue
    echo "$name|$zig|$licence|pkg:pypi/ziglang@$zig#$folder|$(echo build/zig/lib/python3*/site-packages/ziglang)/$folder/$text"
  done <<<"$zig_parts"
}

# The release of Debian whose source package scripts/build_deps_release.sh takes.
release_of() { [ "$1" = curl ] && echo debian-13 || echo debian-12; }

list_packages() {
  local name package licence version
  while IFS='|' read -r name package licence; do
    [ -n "$name" ] || continue
    version=$(dpkg-query -W -f '${Version}' "$package")
    echo "$name|$version|$licence|$(purl "$package" "$version")|/usr/share/doc/$package/copyright"
  done <<<"$components"
}

list_curl() {
  local version
  version=$(head -1 build/deps/linux/stamp)
  echo "libcurl|$version|curl|$(purl curl "$version" debian-13)&arch=source|build/deps/linux/copyright"
}

# purl PACKAGE VERSION [DISTRIBUTION-VERSION]: of this system unless told otherwise.
system=$(. /etc/os-release && echo "$ID-$VERSION_ID")
purl() {
  local from=${3:-$system}
  sed 's/+/%2B/g; s/:/%3A/g; s/%3A/:/' <<<"pkg:deb/${from%-*}/$1@$2?distro=$from"
}

check() {
  local folder=$1 known used package unknown=0
  [ "${AIC_TARGET:-}" != windows-x64 ] || declarations+="|googletest"
  known=$(sed '/^$/d' <<<"$components" | cut -d'|' -f2)$'\n'${declarations//|/$'\n'}
  used=$({
    ninja -C "$folder" -t deps | sed -n 's/^    //p'
    sed -n '/^build aic-mcp-server\(\.exe\)\?:/,/^$/s/^ *LINK_LIBRARIES = //p' "$folder/build.ninja" | tr ' ' '\n'
  } | sort -u | sed "s|^[^/]|$folder/&|" | xargs -r realpath -q | grep '^/usr/' | sort -u | xargs dpkg -S | sed 's/:.*//' | sort -u)
  for package in $used; do
    grep -qx "$package" <<<"$known" && continue
    echo "the build uses $package, which scripts/third_party.sh does not list" >&2
    unknown=1
  done
  return $unknown
}

case ${1:-list} in
  list) list ;;
  check) check "$2" ;;
esac
