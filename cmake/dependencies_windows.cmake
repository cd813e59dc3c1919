# Windows: static archives built by scripts/build_deps_windows.sh, and the system's own libraries. OpenSSL does TLS and
# cryptography here, too (docs/decisions/0012).
set(AIC_DEPS ${PROJECT_SOURCE_DIR}/build/deps/windows CACHE PATH "Where scripts/build_deps_windows.sh put the libraries")
if(NOT EXISTS ${AIC_DEPS}/lib/libcurl.a)
  message(FATAL_ERROR "the libraries are not built yet: run scripts/build_deps_windows.sh, or just ./dev windows")
endif()

include(static_archive)
aic_static(dep_crypto libcrypto.a ws2_32 crypt32 bcrypt advapi32)
aic_static(dep_ssl libssl.a dep_crypto)
aic_static(dep_nghttp2 libnghttp2.a)
target_compile_definitions(dep_nghttp2 INTERFACE NGHTTP2_STATICLIB)
find_library(AIC_ZLIB NAMES libz.a REQUIRED)
aic_static(dep_curl libcurl.a dep_nghttp2 dep_ssl ${AIC_ZLIB} ws2_32 crypt32 bcrypt)
target_compile_definitions(dep_curl INTERFACE CURL_STATICLIB)

# Windows 10 is the oldest that is meant. Without these the system's headers define min, max, interface and more.
target_compile_definitions(aic_compiler INTERFACE
  _WIN32_WINNT=0x0A00 WINVER=0x0A00 NOMINMAX NOGDI WIN32_LEAN_AND_MEAN UNICODE _UNICODE)
target_compile_options(aic_compiler INTERFACE
  "SHELL:-include ${CMAKE_CURRENT_LIST_DIR}/windows_names.h")

# Debian has Boost.URL for Linux only; its sources are among the headers.
file(WRITE ${PROJECT_BINARY_DIR}/boost_url.cpp "#include <boost/url/src.hpp>\n")
add_library(dep_boost_url STATIC ${PROJECT_BINARY_DIR}/boost_url.cpp)
target_include_directories(dep_boost_url SYSTEM PUBLIC ${AIC_DEPS}/include)
target_compile_definitions(dep_boost_url PUBLIC BOOST_URL_NO_LIB BOOST_URL_STATIC_LINK)

set(AIC_LIBRARIES_base dep_boost_url dep_ssl dep_crypto)
set(AIC_LIBRARIES_net dep_ssl mswsock shell32)
set(AIC_LIBRARIES_http_client dep_curl dep_nghttp2 dep_ssl crypt32)
set(AIC_LIBRARIES_http_server dep_nghttp2 dep_ssl)
set(AIC_LIBRARIES_auth advapi32 iphlpapi)

# Last: what the compiler and the C++ library themselves ask for (the stack protector, POSIX threads).
target_link_libraries(aic_compiler INTERFACE ssp winpthread)
