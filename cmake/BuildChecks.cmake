# Tests of the build itself.

add_test(NAME layering
    COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR}
        -P ${PROJECT_SOURCE_DIR}/cmake/CheckLayering.cmake)
add_test(NAME layering_finds_planted_offences
    COMMAND ${CMAKE_COMMAND} -DSELF_TEST=ON -DSCRATCH=${PROJECT_BINARY_DIR}/layering
        -P ${PROJECT_SOURCE_DIR}/cmake/CheckLayering.cmake)
set_tests_properties(layering layering_finds_planted_offences PROPERTIES LABELS build)

if(TARGET bypass)
    add_test(NAME manual_names_every_option
        COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:bypass>
            -DMANUAL=${PROJECT_SOURCE_DIR}/docs/bypass.1
            -P ${PROJECT_SOURCE_DIR}/cmake/CheckManual.cmake)
    set_tests_properties(manual_names_every_option PROPERTIES LABELS build)
endif()

# An instrumented library exports its instruments too and cannot be used by a plain program.
if(NOT TARGET bypass_shared OR BP_SANITIZE OR BP_COVERAGE OR BP_FUZZ)
    return()
endif()

add_test(NAME library_exports_only_its_own_names
    COMMAND ${CMAKE_COMMAND} -DNM=${CMAKE_NM} -DLIBRARY=$<TARGET_FILE:bypass_shared>
        -P ${PROJECT_SOURCE_DIR}/cmake/CheckExports.cmake)
set_tests_properties(library_exports_only_its_own_names PROPERTIES LABELS build)

if(PROJECT_IS_TOP_LEVEL)
    add_test(NAME installed_library_can_be_used
        COMMAND ${CMAKE_COMMAND} -DBUILD_DIR=${PROJECT_BINARY_DIR}
            -DLIBDIR=${CMAKE_INSTALL_LIBDIR} -DVERSION=${PROJECT_VERSION}
            -DCC=${CMAKE_C_COMPILER} -DGENERATOR=${CMAKE_GENERATOR}
            -P ${PROJECT_SOURCE_DIR}/cmake/CheckInstall.cmake)
    set_tests_properties(installed_library_can_be_used PROPERTIES LABELS build)
endif()
