# macOS: everything by vcpkg (cmake/vcpkg/vcpkg.json with its feature "server"), and the system's own frameworks. Not yet
# run (docs/platforms.md).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL CONFIG REQUIRED)
find_library(AIC_NGHTTP2 nghttp2 REQUIRED)  # its headers are where the others' are
find_package(Boost REQUIRED COMPONENTS url)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)

set(AIC_LIBRARIES_base
  Boost::url fmt::fmt spdlog::spdlog nlohmann_json::nlohmann_json CLI11::CLI11 OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
set(AIC_LIBRARIES_http_client CURL::libcurl ${AIC_NGHTTP2} ZLIB::ZLIB)
set(AIC_LIBRARIES_http_server ${AIC_NGHTTP2})
set(AIC_FMT_HEADER_ONLY ON)  # base/fmt.cpp is not for vcpkg's, which has its own code
