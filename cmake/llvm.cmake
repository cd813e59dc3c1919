# Which LLVM: 19, which everything is tested with; where a system has no 19, the next one after it. AIC_LLVM is its number.
set(names "")
foreach(version RANGE 19 40)
  list(APPEND names clang++-${version})
endforeach()
find_program(AIC_CLANGXX NAMES ${names} DOC "The C++ compiler, unless another is named")
if(AIC_CLANGXX)
  string(REGEX REPLACE ".*-" "" AIC_LLVM ${AIC_CLANGXX})
endif()
