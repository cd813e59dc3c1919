# What is linked in, and into which layer. Debian 12's packages; libcurl is built small and static from Debian's
# source package by scripts/build_deps.sh (docs/decisions/0003, 0016).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)

set(AIC_DEPS ${PROJECT_SOURCE_DIR}/build/deps/linux CACHE PATH "Where scripts/build_deps.sh put libcurl")
if(NOT EXISTS ${AIC_DEPS}/lib/libcurl.a)
  message(FATAL_ERROR "libcurl is not built yet: run scripts/build_deps.sh, or just ./dev build")
endif()

# The static archives: a program that asks its system for nothing but glibc.
function(aic_static target archive)
  find_library(${target}_archive NAMES ${archive} REQUIRED)
  add_library(${target} STATIC IMPORTED)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${${target}_archive})
endfunction()
aic_static(dep_ssl libssl.a)
aic_static(dep_crypto libcrypto.a)
aic_static(dep_zlib libz.a)
aic_static(dep_nghttp2 libnghttp2.a)
aic_static(dep_boost_url libboost_url.a)
target_link_libraries(dep_ssl INTERFACE dep_crypto)
target_link_libraries(dep_crypto INTERFACE Threads::Threads ${CMAKE_DL_LIBS})

add_library(dep_curl STATIC IMPORTED)
set_target_properties(dep_curl PROPERTIES IMPORTED_LOCATION ${AIC_DEPS}/lib/libcurl.a)
target_include_directories(dep_curl SYSTEM INTERFACE ${AIC_DEPS}/include)
target_compile_definitions(dep_curl INTERFACE CURL_STATICLIB)
target_link_libraries(dep_curl INTERFACE dep_nghttp2 dep_ssl dep_zlib)

# Headers only: libsecret itself is loaded at run time (docs/decisions/0004).
pkg_check_modules(SECRET_HEADERS REQUIRED libsecret-1)
add_library(dep_libsecret_headers INTERFACE)
target_include_directories(dep_libsecret_headers SYSTEM INTERFACE ${SECRET_HEADERS_INCLUDE_DIRS})

set(AIC_LIBRARIES_base dep_boost_url dep_ssl dep_crypto Threads::Threads)
set(AIC_LIBRARIES_net dep_ssl)
set(AIC_LIBRARIES_http_client dep_curl dep_nghttp2 dep_ssl)
set(AIC_LIBRARIES_http_server dep_nghttp2 dep_ssl)
set(AIC_LIBRARIES_auth dep_libsecret_headers ${CMAKE_DL_LIBS})
