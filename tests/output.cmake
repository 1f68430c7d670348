# Tests of output/.
bp_test(NAME output_hdf5
    SOURCES unit/output_hdf5.c unit/output_hdf5_direct.c unit/output_sample.c
        ${PROJECT_SOURCE_DIR}/output/hdf5_create.c ${PROJECT_SOURCE_DIR}/output/hdf5_read.c
        ${PROJECT_SOURCE_DIR}/output/hdf5_util.c ${PROJECT_SOURCE_DIR}/output/hdf5_write.c
    LIBS bypass_static Dep::HDF5)
# The plug-in as programs open it, and what they are told where it is missing or old.
add_library(output_old_hdf5 MODULE unit/output_old_hdf5.c)
target_include_directories(output_old_hdf5 PRIVATE ${PROJECT_SOURCE_DIR})
set_target_properties(output_old_hdf5 PROPERTIES
    PREFIX "" OUTPUT_NAME bypass-hdf5
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/old_plugin)
bp_test(NAME output_hdf5_plugin
    SOURCES unit/output_hdf5_plugin.c unit/output_sample.c
    LIBS bypass_static)
target_compile_definitions(test_output_hdf5_plugin PRIVATE
    BP_PLUGIN_DIR="$<TARGET_FILE_DIR:bypass-hdf5>"
    BP_OLD_PLUGIN_DIR="$<TARGET_FILE_DIR:output_old_hdf5>")
add_dependencies(test_output_hdf5_plugin output_old_hdf5)
bp_test(NAME output_csv
    SOURCES unit/output_csv.c unit/output_sample.c
    LIBS bypass_static)
bp_test(NAME output_sinks
    SOURCES unit/output_sinks.c unit/output_sample.c
    LIBS bypass_static)

bp_test(NAME output_measure SOURCES unit/output_measure.c support/bio.c
    LIBS bypass_static Dep::Math)

# The plug-in's charts, before anything is drawn.
bp_test(NAME output_transform
    SOURCES unit/output_transform.c
        ${PROJECT_SOURCE_DIR}/output/plot_axes.c ${PROJECT_SOURCE_DIR}/output/plot_dose.c
        ${PROJECT_SOURCE_DIR}/output/plot_groups.c ${PROJECT_SOURCE_DIR}/output/plot_measured.c
        ${PROJECT_SOURCE_DIR}/output/plot_style.c ${PROJECT_SOURCE_DIR}/output/plot_timecourse.c
        ${PROJECT_SOURCE_DIR}/output/plot_transform.c
    LIBS bypass_static Dep::PLplot Dep::Math)

add_library(output_old_plugin MODULE unit/output_old_plugin.c)
target_include_directories(output_old_plugin PRIVATE ${PROJECT_SOURCE_DIR})
set_target_properties(output_old_plugin PROPERTIES
    PREFIX "" OUTPUT_NAME bypass-plot
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/old_plugin)
bp_test(NAME output_figure
    SOURCES unit/output_figure.c unit/output_sample.c
    LIBS bypass_static)
target_compile_definitions(test_output_figure PRIVATE
    BP_OLD_PLUGIN_DIR="$<TARGET_FILE_DIR:output_old_plugin>")
add_dependencies(test_output_figure bypass-plot output_old_plugin)
set_property(TEST output_figure APPEND PROPERTY
    ENVIRONMENT "BYPASS_PLUGIN_DIR=$<TARGET_FILE_DIR:bypass-plot>")

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
