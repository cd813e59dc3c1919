# ./dev release for Linux and macOS: static archives built by scripts/build_deps_release.sh.
find_package(Threads REQUIRED)
set(AIC_DEPS ${PROJECT_SOURCE_DIR}/build/deps/${AIC_TARGET} CACHE PATH "Where scripts/build_deps_release.sh put the libraries")
if(NOT EXISTS ${AIC_DEPS}/lib/libcurl.a)
  message(FATAL_ERROR "the libraries are not built yet: run ./dev release ${AIC_TARGET}")
endif()

include(static_archive)
aic_static(dep_crypto libcrypto.a Threads::Threads ${CMAKE_DL_LIBS})
aic_static(dep_ssl libssl.a dep_crypto)
aic_static(dep_zlib libz.a)
aic_static(dep_nghttp2 libnghttp2.a)
target_compile_definitions(dep_nghttp2 INTERFACE NGHTTP2_STATICLIB)
aic_static(dep_curl libcurl.a dep_nghttp2 dep_ssl dep_zlib)
target_compile_definitions(dep_curl INTERFACE CURL_STATICLIB)

# Debian has Boost.URL for this machine only; its sources are among the headers.
file(WRITE ${PROJECT_BINARY_DIR}/boost_url.cpp "#include <boost/url/src.hpp>\n")
add_library(dep_boost_url STATIC ${PROJECT_BINARY_DIR}/boost_url.cpp)
target_include_directories(dep_boost_url SYSTEM PUBLIC ${AIC_DEPS}/include)
target_compile_definitions(dep_boost_url PUBLIC BOOST_URL_NO_LIB BOOST_URL_STATIC_LINK)

add_library(dep_libsecret_headers INTERFACE)
target_include_directories(dep_libsecret_headers SYSTEM INTERFACE
  ${AIC_DEPS}/include ${AIC_DEPS}/include/libsecret-1 ${AIC_DEPS}/include/glib-2.0)

set(AIC_LIBRARIES_base dep_boost_url dep_ssl dep_crypto Threads::Threads)
set(AIC_LIBRARIES_net dep_ssl)
set(AIC_LIBRARIES_http_client dep_curl dep_nghttp2 dep_ssl)
set(AIC_LIBRARIES_http_server dep_nghttp2 dep_ssl)
set(AIC_LIBRARIES_auth dep_libsecret_headers ${CMAKE_DL_LIBS})
