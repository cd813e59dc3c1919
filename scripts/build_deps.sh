#!/bin/bash
# Builds libcurl small and static from Debian's own source package (its security patches applied) into
# build/deps/linux: Debian's libcurl.a can't be linked statically, and its shared one costs 11 ms and 12 MB at start
# (docs/decisions/0003). Does nothing when the result is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

out=$PWD/build/deps/linux
stamp=$out/stamp

flags="-O2 -DNDEBUG -fPIC -ffunction-sections -fdata-sections"
flags+=" -fstack-protector-strong -fstack-clash-protection -fcf-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"

# HTTP and HTTPS only, through proxies if need be. No CA bundle is fixed at build time: the program's choice, or else
# OpenSSL's default store, which SSL_CERT_FILE and SSL_CERT_DIR can replace.
options=(
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=clang-19 -DCMAKE_C_COMPILER_LAUNCHER=ccache
  "-DCMAKE_C_FLAGS_RELEASE=$flags"
  -DBUILD_CURL_EXE=OFF -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF -DENABLE_MANUAL=OFF
  -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DUSE_NGHTTP2=ON -DCURL_ZLIB=ON -DENABLE_THREADED_RESOLVER=ON -DENABLE_IPV6=ON
  -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none -DCURL_CA_FALLBACK=ON -DCURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG=ON
  -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF
  -DCURL_USE_GSSAPI=OFF -DENABLE_UNIX_SOCKETS=OFF -DCURL_DISABLE_NTLM=ON
  -DCURL_DISABLE_ALTSVC=ON -DCURL_DISABLE_COOKIES=ON -DCURL_DISABLE_DOH=ON -DCURL_DISABLE_GETOPTIONS=ON
  -DCURL_DISABLE_HSTS=ON -DCURL_DISABLE_LIBCURL_OPTION=ON -DCURL_DISABLE_MIME=ON -DCURL_DISABLE_NETRC=ON
  -DCURL_DISABLE_PROGRESS_METER=ON
)

# The version apt would give, so that a security update is picked up by the next build.
source_version() { apt-cache showsrc --only-source curl 2>/dev/null | sed -n 's/^Version: //p' | sort -V | tail -1 || true; }

built_as() { printf '%s\n' "$1" "${options[@]}"; }

version=$(source_version)
if [ -f "$out/lib/libcurl.a" ] && [ -f "$out/copyright" ] && [ -f "$stamp" ]; then
  # Where apt knows no source packages (or no more), what has been built once stays good.
  [ "$(cat "$stamp")" = "$(built_as "${version:-$(head -1 "$stamp")}")" ] && exit 0
fi

if [ -z "$version" ]; then
  need_debian_sources
  version=$(source_version)
fi
echo "building libcurl $version from Debian's source package" >&2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! (
  cd "$work"
  apt-get source -qq -o APT::Sandbox::User=root "curl=$version"
  cmake -G Ninja -S curl-*/ -B build "${options[@]}" -DCMAKE_INSTALL_PREFIX="$out" -DCMAKE_INSTALL_LIBDIR=lib
  rm -rf "$out"
  cmake --build build --target install
  install -m 644 curl-*/debian/copyright "$out/copyright"
) >"$work/log" 2>&1; then
  tail -40 "$work/log" >&2
  exit 1
fi
rm -rf "$out/lib/pkgconfig" "$out/lib/cmake" "$out/bin" "$out/share"
built_as "$version" >"$stamp"
