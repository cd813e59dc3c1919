# Sourced by the scripts that build libraries: which libcurl, and what of it (docs/decisions/0016).

# Debian 13's, with its security patches, whichever revision is the newest; scripts/curl.patch is made for this version.
curl_suite=trixie
curl_start=8.14.1-

# HTTP and HTTPS only, through proxies if need be. No CA bundle is fixed at build time: the trust store is the program's.
# http/client/refused_streams.cpp takes the place of a function of nghttp2.
curl_options=(
  "-DCMAKE_C_FLAGS=-DNGHTTP2_STATICLIB -Dnghttp2_session_callbacks_set_on_stream_close_callback=aic_set_on_stream_close_callback"
  -DBUILD_CURL_EXE=OFF -DBUILD_SHARED_LIBS=OFF -DBUILD_STATIC_LIBS=ON -DBUILD_TESTING=OFF -DBUILD_EXAMPLES=OFF
  -DENABLE_CURL_MANUAL=OFF -DBUILD_LIBCURL_DOCS=OFF -DBUILD_MISC_DOCS=OFF
  -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DUSE_NGHTTP2=ON -DCURL_ZLIB=ON -DENABLE_THREADED_RESOLVER=ON -DENABLE_IPV6=ON
  -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none -DCURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG=ON
  -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF
  -DCURL_USE_GSSAPI=OFF -DENABLE_UNIX_SOCKETS=OFF -DCURL_DISABLE_NTLM=ON -DCURL_DISABLE_SRP=ON
  -DCURL_DISABLE_ALTSVC=ON -DCURL_DISABLE_AWS=ON -DCURL_DISABLE_BINDLOCAL=ON -DCURL_DISABLE_COOKIES=ON
  -DCURL_DISABLE_DOH=ON -DCURL_DISABLE_GETOPTIONS=ON -DCURL_DISABLE_HEADERS_API=ON -DCURL_DISABLE_HSTS=ON
  -DCURL_DISABLE_LIBCURL_OPTION=ON -DCURL_DISABLE_MIME=ON -DCURL_DISABLE_NETRC=ON -DCURL_DISABLE_PROGRESS_METER=ON
  -DCURL_DISABLE_WEBSOCKETS=ON
)

# patch_curl PATCH: what fetch_source has unpacked into the working directory.
patch_curl() { patch -d curl-*/ -p1 --no-backup-if-mismatch <"$1" >&2; }
