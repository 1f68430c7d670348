# Tests of output/.
bp_test(NAME output_hdf5
    SOURCES unit/output_hdf5.c unit/output_sample.c
    LIBS bypass_static Dep::HDF5)

# What other programs make of our files. Debian's Python, since a Python of one's own rarely
# has these packages.
find_program(BP_READERS_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(BP_READERS_PYTHON NAMES python3)
mark_as_advanced(BP_READERS_PYTHON)
if(BP_READERS_PYTHON)
    add_executable(output_write_sample unit/output_write_sample.c unit/output_sample.c)
    target_link_libraries(output_write_sample PRIVATE bypass_static)
    add_test(NAME output_readers
        COMMAND ${BP_READERS_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/readers/check_results.py
            $<TARGET_FILE:output_write_sample>)
    set_tests_properties(output_readers PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120)
endif()
