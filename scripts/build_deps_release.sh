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
out=$PWD/build/deps/$target
stamp=$out/stamp
root=$PWD
jobs=${AIC_JOBS:-$(nproc)}
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

# Names of headers that are the same for every machine: /usr/include as a whole would bring this one's C library.
shared_headers=(boost nlohmann CLI spdlog fmt libsecret-1 glib-2.0)

# Package and start of its version: Debian 12's, but for libcurl.
packages=("openssl 3.0." "zlib 1:1.2.13." "nghttp2 1.52." "curl $curl_start")

built_as() {
  printf '%s\n' "$1" "$flags" "$(cat scripts/zig.txt "$compilers/clang")" "${openssl_options[@]}" "${cmake_options[@]}" \
    "${nghttp2_options[@]}" "${curl_options[@]}" "$(cat scripts/curl.patch scripts/curl_macos.patch | sha256sum)"
}
is_built_as() { [ -f "$out/lib/libcurl.a" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(built_as "$1")" ]; }
# keep WHY: what has been built once stays good.
keep() {
  is_built_as "$built" || return 1
  echo "the libraries for $target stay as built: $1" >&2
  exit 0
}
newest_versions() {
  local each
  for each in "${packages[@]}"; do echo "${each% *} $(source_versions $each | head -1)"; done
}

# Asked once a day, so that a security update is taken up by the next day's build.
built=$(head -${#packages[@]} "$stamp" 2>/dev/null || true)
if is_built_as "$built" && was_confirmed_today release "$stamp"; then exit 0; fi
use_suites release bookworm "$curl_suite"
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
echo "building for $target from Debian's source packages:" $newest >&2

make_work_folder

fetch_all() {
  local each
  cd "$work"
  for each in "${packages[@]}"; do echo "${each% *} $(fetch_source $each)" >>versions; done
  patch_curl "$root/scripts/curl.patch"
  # What it asks of Apple's SystemConfiguration is for IPv4 literals in networks without IPv4 only.
  [ "$system" != Darwin ] || patch_curl "$root/scripts/curl_macos.patch"
}

build_openssl() {
  cd "$work"/openssl-*/
  CC="ccache $compilers/clang" ./Configure "${openssl_options[@]}" AR="llvm-ar-$llvm" RANLIB="llvm-ranlib-$llvm" CFLAGS="$flags"
  make -s -j"$jobs" build_generated
  make -s -j"$jobs" libcrypto.a libssl.a
  install -m 644 -D -t "$out/lib" libcrypto.a libssl.a
  install -m 644 -D -t "$out/include/openssl" include/openssl/*.h
}

# build_cmake NAME OPTION…
build_cmake() {
  cmake -S "$work/$1"-*/ -B "$work/build-$1" "${cmake_options[@]}" "${@:2}"
  cmake --build "$work/build-$1" -j "$jobs" --target install
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

link_shared_headers() {
  local name
  for name in "${shared_headers[@]}"; do ln -sfn "/usr/include/$name" "$out/include/$name"; done
  # The same for both, as both have the same sizes of types.
  ln -sfn "/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/glib-2.0/include/glibconfig.h" "$out/include/glibconfig.h"
}

build_all() {
  cd "$work"
  rm -rf "$out"
  mkdir -p "$out/include" "$out/licences"
  (build_openssl)
  (build_zlib)
  build_cmake nghttp2 "${nghttp2_options[@]}"
  build_cmake curl "${curl_options[@]}"
  for package in openssl zlib nghttp2 curl; do install -m 644 $package-*/debian/copyright "$out/licences/$package"; done
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
