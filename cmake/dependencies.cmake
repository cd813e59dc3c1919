# What is linked in, and into which layer: a file per system.
if(WIN32)
  include(dependencies_windows)
elseif(APPLE)
  include(dependencies_macos)
else()
  include(dependencies_linux)
endif()
