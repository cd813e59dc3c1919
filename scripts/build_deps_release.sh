#!/bin/bash
# build_deps_release.sh TARGET: builds what the programs of ./dev release link to (OpenSSL, zlib, nghttp2, libcurl: static,
# from Debian's own source packages, by the compiler of scripts/zig.sh) into build/deps/TARGET, beside links to those of
# Debian's headers that hold for every machine. Does nothing when the result is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/debian_source.sh
. scripts/curl.sh
. scripts/openssl.sh
. scripts/zig.sh

target=$1
label=$target
apt_name=release
out=$PWD/build/deps/$target
llvm=${AIC_LLVM:-19}
need_zig
compilers=$(zig_compilers "$target")

flags="-O2 -DNDEBUG -fPIC -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
linux_flags=" -ffunction-sections -fdata-sections -fstack-clash-protection"
# The places of the trust store are Debian's or macOS's; the program looks for the others (docs/decisions/0003).
case $target in
  linux-x64)
    flags+="$linux_flags -fcf-protection"
    system=Linux machine=x86_64
    openssl_options=(linux-x86_64 --openssldir=/usr/lib/ssl)
    ;;
  linux-arm64)
    flags+="$linux_flags -mbranch-protection=standard"
    system=Linux machine=aarch64
    openssl_options=(linux-aarch64 --openssldir=/usr/lib/ssl)
    ;;
  macos-x64)
    system=Darwin machine=x86_64
    openssl_options=(darwin64-x86_64-cc --openssldir=/etc/ssl)
    ;;
  macos-arm64)
    system=Darwin machine=arm64
    openssl_options=(darwin64-arm64-cc --openssldir=/etc/ssl)
    ;;
esac
openssl_options+=("${openssl_parts[@]}")
cmake_options=(
  -G Ninja "-DCMAKE_SYSTEM_NAME=$system" "-DCMAKE_SYSTEM_PROCESSOR=$machine" -DCMAKE_BUILD_TYPE=Release
  "-DCMAKE_C_COMPILER=$compilers/clang" "-DCMAKE_CXX_COMPILER=$compilers/clang++" -DCMAKE_C_COMPILER_LAUNCHER=ccache
  "-DCMAKE_AR=/usr/bin/llvm-ar-$llvm" "-DCMAKE_RANLIB=/usr/bin/llvm-ranlib-$llvm"
  "-DCMAKE_C_FLAGS_RELEASE=$flags" "-DCMAKE_INSTALL_PREFIX=$out" -DCMAKE_INSTALL_LIBDIR=lib "-DCMAKE_FIND_ROOT_PATH=$out"
  -DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY
  -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY
)
nghttp2_options=(-DENABLE_LIB_ONLY=ON -DENABLE_STATIC_LIB=ON -DENABLE_SHARED_LIB=OFF)

shared_headers=(boost nlohmann CLI spdlog fmt libsecret-1 glib-2.0)
# Debian 12's, but for libcurl.
packages=("openssl 3.0." "zlib 1:1.2.13." "nghttp2 1.52." "curl $curl_start")
. scripts/static_libraries.sh

built_as() {
  printf '%s\n' "$1" "$flags" "$(cat scripts/zig.txt "$compilers/clang")" "${openssl_options[@]}" "${cmake_options[@]}" \
    "${nghttp2_options[@]}" "${curl_options[@]}" "$(cat scripts/curl.patch scripts/curl_macos.patch | sha256sum)"
}
patch_sources() {
  patch_curl "$root/scripts/curl.patch"
  # What it asks of Apple's SystemConfiguration is for IPv4 literals in networks without IPv4 only.
  [ "$system" != Darwin ] || patch_curl "$root/scripts/curl_macos.patch"
}
configure_openssl() {
  CC="ccache $compilers/clang" ./Configure "${openssl_options[@]}" AR="llvm-ar-$llvm" RANLIB="llvm-ranlib-$llvm" CFLAGS="$flags"
}

# Debian's package of it leaves out what its CMake file wants.
build_zlib() {
  local own=
  # It takes every macOS for one without that function, unless a macro has its name.
  [ "$system" != Darwin ] || own=-Dfdopen=fdopen
  cd "$work"/zlib-*/
  CC="ccache $compilers/clang" AR="llvm-ar-$llvm" RANLIB="llvm-ranlib-$llvm" CFLAGS="$flags $own" ./configure --static
  make -s -j"$jobs" libz.a
  install -m 644 -D -t "$out/lib" libz.a
  install -m 644 -D -t "$out/include" zlib.h zconf.h
}

build_others() {
  (build_zlib)
  build_cmake nghttp2 "${nghttp2_options[@]}"
  build_cmake curl "${curl_options[@]}"
  # The same for all targets, as all have the same sizes of types.
  ln -sfn "/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/glib-2.0/include/glibconfig.h" "$out/include/glibconfig.h"
}

build_libraries
