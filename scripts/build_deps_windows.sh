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

label=Windows
apt_name=windows
out=$PWD/build/deps/windows
host=x86_64-w64-mingw32

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

shared_headers=(boost nlohmann CLI spdlog fmt)
# Debian 12's, but for libcurl.
packages=("openssl 3.0." "nghttp2 1.52." "curl $curl_start")
. scripts/static_libraries.sh

built_as() {
  printf '%s\n' "$1" "$flags" "${openssl_options[@]}" "${cmake_options[@]}" "${nghttp2_options[@]}" \
    "${windows_curl_options[@]}" "$(sha256sum <scripts/curl.patch)"
}
patch_sources() { patch_curl "$root/scripts/curl.patch"; }
configure_openssl() {
  CC="ccache $host-gcc" ./Configure "${openssl_options[@]}" AR=$host-ar RANLIB=$host-ranlib \
    RC=$host-windres CFLAGS="$flags"
}
build_others() {
  build_cmake nghttp2 "${nghttp2_options[@]}"
  build_cmake curl "${windows_curl_options[@]}"
}

build_libraries
