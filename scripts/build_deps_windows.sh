#!/bin/bash
# Builds what the Windows programs link to (OpenSSL, nghttp2, libcurl: static, from Debian's own source packages) into
# build/deps/windows, beside links to those of Debian's headers that hold for every system. Does nothing when the
# result is up to date. The compiler is mingw-w64's: these are C, and their build systems know it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

out=$PWD/build/deps/windows
stamp=$out/stamp
host=x86_64-w64-mingw32
jobs=$(nproc)

flags="-O2 -DNDEBUG -ffunction-sections -fdata-sections -D_WIN32_WINNT=0x0A00"

# What TLS 1.2 and 1.3 with today's web servers, our AES-GCM and SHA-256, and the sandbox's CA need; no more.
openssl_options=(
  mingw64 no-shared no-tests no-module no-legacy no-engine no-dso no-async
  no-autoload-config no-comp no-ssl3 no-tls1 no-tls1_1 no-dtls no-srp no-psk no-srtp no-gost no-ct no-ts no-cms no-cmp
  no-aria no-bf no-blake2 no-camellia no-cast no-idea no-md4 no-mdc2 no-rc2 no-rc4 no-rmd160 no-seed no-sm2 no-sm3
  no-sm4 no-whirlpool no-siphash no-scrypt no-ec2m no-nextprotoneg no-ui-console no-filenames no-capieng
)
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
# The same choice as scripts/build_deps.sh makes for Linux.
curl_options=(
  -DBUILD_CURL_EXE=OFF -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF -DENABLE_MANUAL=OFF -DENABLE_UNICODE=ON
  -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DCURL_USE_SCHANNEL=OFF -DUSE_NGHTTP2=ON -DCURL_ZLIB=ON
  -DENABLE_THREADED_RESOLVER=ON -DENABLE_IPV6=ON -DCURL_TARGET_WINDOWS_VERSION=0x0A00
  -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none -DCURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG=ON
  -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DUSE_LIBIDN2=OFF -DUSE_WIN32_IDN=OFF -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF
  -DCURL_USE_GSSAPI=OFF -DENABLE_UNIX_SOCKETS=OFF -DCURL_DISABLE_NTLM=ON -DCURL_DISABLE_LDAP=ON
  -DCURL_DISABLE_ALTSVC=ON -DCURL_DISABLE_COOKIES=ON -DCURL_DISABLE_DOH=ON -DCURL_DISABLE_GETOPTIONS=ON
  -DCURL_DISABLE_HSTS=ON -DCURL_DISABLE_LIBCURL_OPTION=ON -DCURL_DISABLE_MIME=ON -DCURL_DISABLE_NETRC=ON
  -DCURL_DISABLE_PROGRESS_METER=ON
  -DCMAKE_C_FLAGS=-DNGHTTP2_STATICLIB
)

# Link names of headers that are the same for every system: /usr/include as a whole would bring glibc's.
shared_headers=(boost nlohmann CLI spdlog fmt)

# The versions apt would give, so that a security update is picked up by the next build.
source_version() { apt-cache showsrc --only-source "$1" 2>/dev/null | sed -n 's/^Version: //p' | sort -V | tail -1 || true; }
source_versions() {
  local package
  for package in openssl nghttp2 curl; do echo "$package $(source_version $package)"; done
}
built_as() { printf '%s\n' "$1" "$flags" "${openssl_options[@]}" "${cmake_options[@]}" "${nghttp2_options[@]}" "${curl_options[@]}"; }
is_known() { ! grep -qE '^[a-z0-9]+ $' <<<"$1"; }

versions=$(source_versions)
if [ -f "$out/lib/libcurl.a" ] && [ -f "$stamp" ]; then
  # Where apt knows no source packages (or no more), what has been built once stays good.
  is_known "$versions" || versions=$(head -3 "$stamp")
  [ "$(cat "$stamp")" = "$(built_as "$versions")" ] && exit 0
fi
if ! is_known "$versions"; then
  need_debian_sources
  versions=$(source_versions)
fi
echo "building for Windows from Debian's source packages:" $versions >&2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The newest that can be had: a mirror may list a source package before, or after, it has its files.
fetch() {
  local version
  for version in $(apt-cache showsrc --only-source "$1" | sed -n 's/^Version: //p' | sort -ruV); do
    apt-get source -qq -o APT::Sandbox::User=root "$1=$version" || continue
    echo "$1 $version" >>"$out/versions"
    return
  done
  return 1
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
  for package in openssl nghttp2 curl; do fetch $package; done
  (build_openssl)
  build_cmake nghttp2 "${nghttp2_options[@]}"
  build_cmake curl "${curl_options[@]}"
  for package in openssl nghttp2 curl; do install -m 644 $package-*/debian/copyright "$out/licences/$package"; done
  link_shared_headers
}

# Not as a condition: there bash would go on after a failure.
set +e
(
  set -e
  build_all
) >"$work/log" 2>&1
status=$?
set -e
if [ $status != 0 ]; then
  tail -40 "$work/log" >&2
  exit 1
fi
rm -rf "$out/lib/pkgconfig" "$out/lib/cmake" "$out/bin" "$out/share"
cmp -s <(echo "$versions") "$out/versions" || echo "not the newest could be fetched:" $(cat "$out/versions") >&2
built_as "$versions" >"$stamp"
