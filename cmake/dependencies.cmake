# What is linked in, and into which layer: a file per system.
if(WIN32)
  include(dependencies_windows)
else()
  include(dependencies_linux)
endif()
