# aic_static(TARGET ARCHIVE libraries…): an archive of AIC_DEPS, with the headers beside it and what it needs.
function(aic_static target archive)
  add_library(${target} STATIC IMPORTED)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${AIC_DEPS}/lib/${archive})
  target_include_directories(${target} SYSTEM INTERFACE ${AIC_DEPS}/include)
  target_link_libraries(${target} INTERFACE ${ARGN})
endfunction()
