# How everything is compiled.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(aic_compiler INTERFACE)
target_compile_options(aic_compiler INTERFACE
  # A source's own names shadow nothing in the sources that it happens to be joined with (AIC_UNITY).
  -Wall -Wextra -Wpedantic $<$<NOT:$<BOOL:${AIC_UNITY}>>:-Wshadow> -Wconversion -Wno-missing-field-initializers
  $<$<BOOL:${AIC_WERROR}>:-Werror>)
target_compile_definitions(aic_compiler INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  SPDLOG_FMT_EXTERNAL
  AIC_VERSION="${PROJECT_VERSION}")
if(NOT APPLE AND NOT AIC_TARGET)
  target_link_options(aic_compiler INTERFACE -fuse-ld=lld)
endif()

set(branch_protection -fcf-protection)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(branch_protection -mbranch-protection=standard)
endif()
if(AIC_TARGET)
  # ./dev release: Zig's clang, lld and libc++, which is linked statically without being told to. Line tables are for the
  # debug symbols beside the program (scripts/release.sh).
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
  target_compile_options(aic_compiler INTERFACE
    -Wno-nullability-completeness -fstack-protector-strong
    -U_LIBCPP_HARDENING_MODE -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -fdebug-compilation-dir=.)
  if(APPLE)
    target_link_options(aic_compiler INTERFACE -Wl,-dead_strip)
  else()
    target_compile_options(aic_compiler INTERFACE
      -fstack-clash-protection -ffunction-sections -fdata-sections
      ${branch_protection})
    target_link_options(aic_compiler INTERFACE -Wl,--gc-sections -Wl,-z,relro,-z,now -pie)
  endif()
elseif(APPLE AND CMAKE_BUILD_TYPE STREQUAL "Release")
  # Apple's clang and linker, which have their own hardening and none of GNU's options.
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
  target_compile_options(aic_compiler INTERFACE -fstack-protector-strong)
  target_link_options(aic_compiler INTERFACE -Wl,-dead_strip)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  # -O2 with the usual hardening; one statically linked C++ runtime, so that the binary asks the system for its C library only.
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
  target_compile_options(aic_compiler INTERFACE
    -fstack-protector-strong -ffunction-sections -fdata-sections -D_GLIBCXX_ASSERTIONS)
  target_link_options(aic_compiler INTERFACE -static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,-s)
  if(WIN32)
    # Line tables in a .pdb beside the program, which names it without a folder. No time of the build in either.
    set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -gcodeview -DNDEBUG")
    target_compile_options(aic_compiler INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -fdebug-compilation-dir=.)
    target_link_options(aic_compiler INTERFACE -static -Wl,--dynamicbase,--nxcompat,--high-entropy-va,--no-insert-timestamp
      -Wl,--pdb= -Wl,-Xlink=-pdbaltpath:%_PDB%)
  else()
    target_compile_options(aic_compiler INTERFACE
      -fstack-clash-protection ${branch_protection} -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    target_link_options(aic_compiler INTERFACE -Wl,-z,relro,-z,now -pie)
  endif()
  option(AIC_LTO "Optimise across files when linking" ON)
  if(AIC_LTO)
    target_compile_options(aic_compiler INTERFACE -flto=thin)
    target_link_options(aic_compiler INTERFACE -flto=thin -Wl,--thinlto-cache-dir=${PROJECT_BINARY_DIR}/lto)
  endif()
endif()

if(AIC_SANITIZE)
  target_compile_options(aic_compiler INTERFACE -fsanitize=${AIC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(aic_compiler INTERFACE -fsanitize=${AIC_SANITIZE})
endif()
if(AIC_COVERAGE)
  # Paths relative to the build folder: the same object then serves every clone (ccache).
  target_compile_options(aic_compiler INTERFACE
    -fprofile-instr-generate=/dev/null -fcoverage-mapping -fcoverage-compilation-dir=.)
  target_link_options(aic_compiler INTERFACE -fprofile-instr-generate=/dev/null)
endif()
