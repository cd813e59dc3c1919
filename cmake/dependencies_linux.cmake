# What is linked in, and into which layer. The system's packages; libcurl is built small and static from Debian's
# source package by scripts/build_deps.sh (docs/decisions/0003, 0016).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)

set(AIC_DEPS ${PROJECT_SOURCE_DIR}/build/deps/linux CACHE PATH "Where scripts/build_deps.sh put libcurl")

# The static archives: a program that asks its system for nothing but glibc.
function(aic_static target archive)
  find_library(${target}_archive NAMES ${archive} REQUIRED)
  add_library(${target} STATIC IMPORTED)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${${target}_archive})
endfunction()
aic_static(dep_boost_url libboost_url.a)

if(EXISTS ${AIC_DEPS}/lib/libcurl.a)
  aic_static(dep_ssl libssl.a)
  aic_static(dep_crypto libcrypto.a)
  aic_static(dep_zlib libz.a)
  aic_static(dep_nghttp2 libnghttp2.a)
  target_link_libraries(dep_ssl INTERFACE dep_crypto)
  target_link_libraries(dep_crypto INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
  # What a distribution's OpenSSL compresses with, although we do not.
  pkg_check_modules(CRYPTO REQUIRED libcrypto)
  if("zstd" IN_LIST CRYPTO_STATIC_LIBRARIES)
    aic_static(dep_zstd libzstd.a)
    target_link_libraries(dep_crypto INTERFACE dep_zstd)
  endif()
  if("z" IN_LIST CRYPTO_STATIC_LIBRARIES)
    target_link_libraries(dep_crypto INTERFACE dep_zlib)
  endif()

  add_library(dep_curl STATIC IMPORTED)
  set_target_properties(dep_curl PROPERTIES IMPORTED_LOCATION ${AIC_DEPS}/lib/libcurl.a)
  target_include_directories(dep_curl SYSTEM INTERFACE ${AIC_DEPS}/include)
  target_compile_definitions(dep_curl INTERFACE CURL_STATICLIB)
  target_link_libraries(dep_curl INTERFACE dep_nghttp2 dep_ssl dep_zlib)
elseif(EXISTS ${AIC_DEPS}/system)
  # The system's libcurl is shared, and a program may have one OpenSSL and one nghttp2 only.
  find_package(CURL REQUIRED)
  find_library(AIC_NGHTTP2 nghttp2 REQUIRED)
  add_library(dep_ssl INTERFACE)
  target_link_libraries(dep_ssl INTERFACE OpenSSL::SSL)
  add_library(dep_crypto INTERFACE)
  target_link_libraries(dep_crypto INTERFACE OpenSSL::Crypto)
  add_library(dep_nghttp2 INTERFACE)
  target_link_libraries(dep_nghttp2 INTERFACE ${AIC_NGHTTP2})
  add_library(dep_curl INTERFACE)
  target_link_libraries(dep_curl INTERFACE CURL::libcurl)
else()
  message(FATAL_ERROR "libcurl is not built yet: run scripts/build_deps.sh, or just ./dev build")
endif()

# base/fmt.cpp knows what versions 9 and 10 consist of; others are taken as headers only, which compiles more slowly.
find_package(fmt 9 CONFIG REQUIRED)
if(fmt_VERSION VERSION_GREATER_EQUAL 11)
  set(AIC_FMT_HEADER_ONLY ON)
endif()
if(AIC_FMT_HEADER_ONLY)
  target_compile_definitions(aic_compiler INTERFACE FMT_HEADER_ONLY)
endif()

# Headers only: libsecret itself is loaded at run time (docs/decisions/0004).
pkg_check_modules(SECRET_HEADERS REQUIRED libsecret-1)
add_library(dep_libsecret_headers INTERFACE)
target_include_directories(dep_libsecret_headers SYSTEM INTERFACE ${SECRET_HEADERS_INCLUDE_DIRS})

set(AIC_LIBRARIES_base dep_boost_url dep_ssl dep_crypto Threads::Threads)
set(AIC_LIBRARIES_net dep_ssl)
set(AIC_LIBRARIES_http_client dep_curl dep_nghttp2 dep_ssl)
set(AIC_LIBRARIES_http_server dep_nghttp2 dep_ssl)
set(AIC_LIBRARIES_auth dep_libsecret_headers ${CMAKE_DL_LIBS})
