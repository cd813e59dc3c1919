#!/bin/bash
# Builds what the Windows programs link to (OpenSSL, nghttp2, libcurl: static, from Debian's own source packages) into
# build/deps/windows, beside links to those of Debian's headers that hold for every system. Does nothing when the
# result is up to date. The compiler is mingw-w64's: these are C, and their build systems know it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/debian_source.sh
. scripts/curl.sh
. scripts/openssl.sh

out=$PWD/build/deps/windows
stamp=$out/stamp
root=$PWD
host=x86_64-w64-mingw32
jobs=$(nproc)

flags="-O2 -DNDEBUG -ffunction-sections -fdata-sections -D_WIN32_WINNT=0x0A00"

openssl_options=(mingw64 "${openssl_parts[@]}" no-capieng)
cmake_options=(
  -G Ninja -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_SYSTEM_PROCESSOR=x86_64 -DCMAKE_BUILD_TYPE=Release
  -DCMAKE_C_COMPILER=$host-gcc -DCMAKE_CXX_COMPILER=$host-g++ -DCMAKE_RC_COMPILER=$host-windres -DCMAKE_C_COMPILER_LAUNCHER=ccache
  "-DCMAKE_C_FLAGS_RELEASE=$flags" "-DCMAKE_INSTALL_PREFIX=$out" -DCMAKE_INSTALL_LIBDIR=lib
  "-DCMAKE_FIND_ROOT_PATH=$out;/usr/$host"
  -DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY
  -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY
)
# Its two clocks do not go together: where both are found, it calls a function that it left out.
nghttp2_options=(-DENABLE_LIB_ONLY=ON -DENABLE_STATIC_LIB=ON -DENABLE_SHARED_LIB=OFF -DHAVE_GETTICKCOUNT64=OFF)
windows_curl_options=(
  "${curl_options[@]}" -DENABLE_UNICODE=ON -DCURL_USE_SCHANNEL=OFF -DCURL_TARGET_WINDOWS_VERSION=0x0A00
  -DUSE_WIN32_IDN=OFF -DCURL_DISABLE_LDAP=ON
)

# Link names of headers that are the same for every system: /usr/include as a whole would bring glibc's.
shared_headers=(boost nlohmann CLI spdlog fmt)

# Package and start of its version: Debian 12's, but for libcurl.
packages=("openssl 3.0." "nghttp2 1.52." "curl $curl_start")

built_as() {
  printf '%s\n' "$1" "$flags" "${openssl_options[@]}" "${cmake_options[@]}" "${nghttp2_options[@]}" \
    "${windows_curl_options[@]}" "$(sha256sum <scripts/curl.patch)"
}
is_built_as() { [ -f "$out/lib/libcurl.a" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(built_as "$1")" ]; }
# keep WHY: what has been built once stays good.
keep() {
  is_built_as "$built" || return 1
  echo "the libraries for Windows stay as built: $1" >&2
  exit 0
}
newest_versions() {
  local each
  for each in "${packages[@]}"; do echo "${each% *} $(source_versions $each | head -1)"; done
}

# Asked once a day, so that a security update is taken up by the next day's build.
built=$(head -${#packages[@]} "$stamp" 2>/dev/null || true)
if is_built_as "$built" && was_confirmed_today windows "$stamp"; then exit 0; fi
use_suites windows bookworm "$curl_suite"
if ! refresh_sources; then
  keep "apt can't confirm that they are the newest" || true
  echo "apt can't get Debian's lists of source packages, and the libraries are built from them" >&2
  exit 1
fi
newest=$(newest_versions)
if [ "$built" = "$newest" ] && is_built_as "$built"; then
  touch "$stamp"
  exit 0
fi
echo "building for Windows from Debian's source packages:" $newest >&2

make_work_folder

fetch_all() {
  local each
  cd "$work"
  for each in "${packages[@]}"; do echo "${each% *} $(fetch_source $each)" >>versions; done
  patch_curl "$root/scripts/curl.patch"
}

build_openssl() {
  cd "$work"/openssl-*/
  CC="ccache $host-gcc" ./Configure "${openssl_options[@]}" AR=$host-ar RANLIB=$host-ranlib \
    RC=$host-windres CFLAGS="$flags"
  make -s -j"$jobs" build_generated
  make -s -j"$jobs" libcrypto.a libssl.a
  install -m 644 -D -t "$out/lib" libcrypto.a libssl.a
  install -m 644 -D -t "$out/include/openssl" include/openssl/*.h
}

# build_cmake NAME OPTION…
build_cmake() {
  cmake -S "$work/$1"-*/ -B "$work/build-$1" "${cmake_options[@]}" "${@:2}"
  cmake --build "$work/build-$1" --target install
}

link_shared_headers() {
  local name
  for name in "${shared_headers[@]}"; do ln -sfn "/usr/include/$name" "$out/include/$name"; done
}

build_all() {
  cd "$work"
  rm -rf "$out"
  mkdir -p "$out/include" "$out/licences"
  (build_openssl)
  build_cmake nghttp2 "${nghttp2_options[@]}"
  build_cmake curl "${windows_curl_options[@]}"
  for package in openssl nghttp2 curl; do install -m 644 $package-*/debian/copyright "$out/licences/$package"; done
  link_shared_headers
}

run fetch_all
[ $status = 0 ] || keep "not all source packages can be had" || fail
versions=$(cat "$work/versions")
[ "$versions" = "$newest" ] || echo "not the newest can be had, taking:" $versions >&2
if ! is_built_as "$versions"; then
  run build_all
  [ $status = 0 ] || fail
  rm -rf "$out/lib/pkgconfig" "$out/lib/cmake" "$out/bin" "$out/share"
  built_as "$versions" >"$stamp"
fi
touch "$stamp"
