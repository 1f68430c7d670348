# Tests of the SBML reader. Its sources are linked in, so that their allocations can fail.
file(GLOB reader CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/model/sbml_read*.c)
add_library(sbml_reader STATIC EXCLUDE_FROM_ALL ${reader} unit/sbml_test.c)
target_link_libraries(sbml_reader PUBLIC bypass_static bp_test_support Dep::SBML)
foreach(part read errors about memory comp)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/unit/sbml_${part}.c)
    bp_test(NAME sbml_${part} SOURCES unit/sbml_${part}.c LIBS sbml_reader)
  endif()
endforeach()
