# cmake -DSOURCE=… -DOUT=… [-DFIXED=…] -P commit.cmake: writes the header with the commit of the sources, where it differs.
set(commit "${FIXED}")
if(NOT commit)
  execute_process(COMMAND git -C ${SOURCE} describe --always --abbrev=12 --dirty --exclude=* OUTPUT_VARIABLE commit
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(failed OR NOT commit)
    set(commit "unknown")  # sources that are no clone
  endif()
endif()
set(header "#pragma once\nnamespace app {\ninline constexpr const char* commit = \"${commit}\";\n}\n")
if(EXISTS ${OUT})
  file(READ ${OUT} old)
endif()
if(NOT "${old}" STREQUAL "${header}")
  file(WRITE ${OUT} "${header}")
endif()
