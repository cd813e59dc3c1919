# One library per folder of src/. Its LINK list is the layer diagram of docs/architecture.md.

# What differs between the systems has a file for each, told apart by its name: store_windows.cpp. (POSIX is Linux and
# macOS; libsecret is Linux'. vcpkg's formatting library has its own code: base/fmt.cpp.)
if(WIN32)
  set(aic_other_systems "_(posix|linux|macos|libsecret)\\.cpp$")
elseif(APPLE)
  set(aic_other_systems "(_(linux|windows|libsecret)|/base/fmt)\\.cpp$")
else()
  set(aic_other_systems "_(macos|windows)\\.cpp$")
endif()

# ThreadSanitizer brings operator new and delete of its own, which may stand in a program only once.
if(AIC_SANITIZE STREQUAL "thread")
  string(APPEND aic_other_systems "|/wiping_delete\\.cpp$")
endif()

# aic_layer(NAME [SMALL] [LINK layers…]): all sources of src/NAME for this system, except main.cpp.
# SMALL: a release is compiled for size, as no loop over bytes is in this layer.
function(aic_layer name)
  cmake_parse_arguments(arg "SMALL" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  list(FILTER sources EXCLUDE REGEX ${aic_other_systems})
  file(GLOB data CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/data/*)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC aic_compiler ${arg_LINK} ${AIC_LIBRARIES_${name}})
  if(arg_SMALL)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-Os>)
  endif()
  if(data)
    aic_embed(${name} ${data})
  endif()
  if(AIC_UNITY)
    # windows.h defines names of ours as macros, and wants its parts included in an order of its own. A test brings
    # another system's readiness.
    set(alone ${sources})
    list(FILTER alone INCLUDE REGEX "(_windows|/readiness_[a-z]+)\\.cpp$")
    set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  endif()
endfunction()

# aic_embed(LAYER files…): each data file becomes a std::string_view `LAYER::data::<file_name_with_underscores>`,
# declared in "LAYER/data.h" (generated).
function(aic_embed name)
  set(dir ${PROJECT_BINARY_DIR}/embedded/${name})
  set(header "#pragma once\n#include <string_view>\n\nnamespace ${name}::data {\n")
  set(generated "")
  foreach(file ${ARGN})
    get_filename_component(symbol ${file} NAME)
    string(MAKE_C_IDENTIFIER ${symbol} symbol)
    string(APPEND header "extern const std::string_view ${symbol};\n")
    set(out ${dir}/${symbol}.cpp)
    add_custom_command(OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DFILE=${file} -DOUT=${out} -DNAMESPACE=${name}::data -DSYMBOL=${symbol}
              -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
      DEPENDS ${file} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
    list(APPEND generated ${out})
  endforeach()
  string(APPEND header "}  // namespace ${name}::data\n")
  file(GENERATE OUTPUT ${dir}/${name}/data.h CONTENT "${header}")
  target_sources(${name} PRIVATE ${generated})
  target_include_directories(${name} PRIVATE ${dir})
  set_source_files_properties(${generated} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON COMPILE_OPTIONS -Wno-overlength-strings)
endfunction()

function(aic_program name source)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()
