# How a layer of src/layers.cmake becomes a library.

# What differs between the systems has a file for each, told apart by its name: store_windows.cpp. (POSIX is Linux and
# macOS; libsecret is Linux'. vcpkg's formatting library has its own code: base/fmt.cpp.)
if(WIN32)
  set(aic_other_systems "_(posix|linux|macos|libsecret)\\.cpp$")
elseif(APPLE)
  set(aic_other_systems "_(linux|windows|libsecret)\\.cpp$")
else()
  set(aic_other_systems "_(macos|windows)\\.cpp$")
endif()

# cmake/dependencies_linux.cmake, cmake/dependencies_macos.cmake
if(AIC_FMT_HEADER_ONLY)
  string(APPEND aic_other_systems "|/base/fmt\\.cpp$")
endif()

# ThreadSanitizer brings operator new and delete of its own, which may stand in a program only once.
if(AIC_SANITIZE STREQUAL "thread")
  string(APPEND aic_other_systems "|/wiping_delete\\.cpp$")
endif()

# aic_target(OUT FOLDER): the library of a layer: http/client is http_client.
function(aic_target out folder)
  string(REPLACE "/" "_" target ${folder})
  set(${out} ${target} PARENT_SCOPE)
endfunction()

# aic_layer(FOLDER [SMALL] [ROOMS] [LINK layers…]): all sources of src/FOLDER for this system, except main.cpp
# (src/layers.cmake).
function(aic_layer folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SMALL;ROOMS" "" "LINK")
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "layer ${folder}: not understood: ${arg_UNPARSED_ARGUMENTS}${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  aic_target(name ${folder})
  if(arg_ROOMS)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
  else()
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
  endif()
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  list(FILTER sources EXCLUDE REGEX ${aic_other_systems})
  file(GLOB data CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/data/*)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  set(links "")
  foreach(link ${arg_LINK})
    aic_target(link ${link})
    list(APPEND links ${link})
  endforeach()
  target_link_libraries(${name} PUBLIC aic_compiler ${links} ${AIC_LIBRARIES_${name}})
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
