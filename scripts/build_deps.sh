#!/bin/bash
# Builds libcurl small and static from Debian's own source package (its security patches applied) into
# build/deps/linux: Debian's libcurl.a can't be linked statically, and its shared one costs 11 ms and 12 MB at start
# (docs/decisions/0003, 0016). Does nothing when the result is up to date. Where no such source package can be had, the
# system's own libcurl serves; the next run asks again.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/debian_source.sh
. scripts/curl.sh

# libssl-dev does not ask for what its static archive needs: from Debian 13 on, OpenSSL can compress with zstd.
if pkg-config --static --libs-only-l libcrypto | grep -qw -- -lzstd; then need_packages libzstd-dev; fi

out=$PWD/build/deps/linux
stamp=$out/stamp
root=$PWD

flags="-O2 -DNDEBUG -fPIC -ffunction-sections -fdata-sections"
branch_protection=-fcf-protection
[ "$(uname -m)" != aarch64 ] || branch_protection=-mbranch-protection=standard
flags+=" -fstack-protector-strong -fstack-clash-protection $branch_protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"

options=(
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=clang-${AIC_LLVM:-19} -DCMAKE_C_COMPILER_LAUNCHER=ccache
  "-DCMAKE_C_FLAGS_RELEASE=$flags" "${curl_options[@]}"
)

built_as() { printf '%s\n' "$1" "${options[@]}" "$(sha256sum <scripts/curl.patch)"; }
is_built_as() { [ -f "$out/lib/libcurl.a" ] && [ -f "$out/copyright" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(built_as "$1")" ]; }

# keep WHY: what has been built once stays good.
keep() {
  is_built_as "$built" || return 1
  echo "libcurl stays $built: $1" >&2
  exit 0
}

# take_systems LOG WHY: for a build on this machine only. LOG is kept, it has what apt said.
take_systems() {
  need_packages libcurl4-openssl-dev
  echo "taking the system's libcurl, as $2: the program starts more slowly, is for this system only, cannot always say" \
    "whether a refused write arrived, and may leave tokens in freed memory" >&2
  rm -rf "$out"
  mkdir -p "$out"
  cp "$1" "$out/system"
  exit 0
}

# Asked once a day, so that a security update is taken up by the next day's build.
built=$(head -1 "$stamp" 2>/dev/null || true)
if is_built_as "$built" && was_confirmed_today linux "$stamp"; then exit 0; fi
use_suites linux "$curl_suite"
apt_log=$apt_state/log
if ! refresh_sources 2>"$apt_log"; then
  keep "apt can't confirm that this is the newest" ||
    take_systems "$apt_log" "apt can't get Debian's list of source packages ($curl_suite)"
fi
newest=$(source_versions curl "$curl_start" | head -1)
if [ "$built" = "$newest" ] && is_built_as "$built"; then
  touch "$stamp"
  exit 0
fi

make_work_folder

fetch() {
  cd "$work"
  fetch_source curl "$curl_start" >version
  patch_curl "$root/scripts/curl.patch"
}
build() {
  cd "$work"
  cmake -G Ninja -S curl-*/ -B build "${options[@]}" -DCMAKE_INSTALL_PREFIX="$out" -DCMAKE_INSTALL_LIBDIR=lib
  rm -rf "$out"
  cmake --build build --target install
  install -m 644 curl-*/debian/copyright "$out/copyright"
}

run fetch
[ $status = 0 ] || keep "no source package of it can be had" ||
  take_systems "$work/log" "Debian's source package of it can't be had"
version=$(cat "$work/version")
[ "$version" = "$newest" ] || echo "Debian lists libcurl $newest, but its source can't be had; taking $version" >&2
if ! is_built_as "$version"; then
  echo "building libcurl $version from Debian's source package" >&2
  run build
  [ $status = 0 ] || fail
  rm -rf "$out/lib/pkgconfig" "$out/lib/cmake" "$out/bin" "$out/share"
  built_as "$version" >"$stamp"
fi
touch "$stamp"
