# What bp_base is told about folders (used by base/paths.c alone):
#
#   BP_INSTALL_DATA_DIR, BP_INSTALL_PLUGIN_DIR    absolute, once installed
#   BP_RELATIVE_DATA_DIR, BP_RELATIVE_PLUGIN_DIR  the same, seen from the program's folder
#   BP_LIBRARY_DATA_DIR, BP_LIBRARY_PLUGIN_DIR    the same, seen from libbypass.so's folder
#   BP_SOURCE_DIR, BP_BUILD_PLUGIN_DIR            source and build tree; only with BP_SOURCE_TREE,
#                                                 which packagers switch off
#
# $BYPASS_DATA_DIR and $BYPASS_PLUGIN_DIR win over all of them.

function(bp_define_install_paths target)
    set(data ${CMAKE_INSTALL_FULL_DATADIR}/bypass)
    set(plugins ${CMAKE_INSTALL_FULL_LIBDIR}/bypass)
    file(RELATIVE_PATH data_from_bin ${CMAKE_INSTALL_FULL_BINDIR} ${data})
    file(RELATIVE_PATH plugins_from_bin ${CMAKE_INSTALL_FULL_BINDIR} ${plugins})
    file(RELATIVE_PATH data_from_lib ${CMAKE_INSTALL_FULL_LIBDIR} ${data})
    file(RELATIVE_PATH plugins_from_lib ${CMAKE_INSTALL_FULL_LIBDIR} ${plugins})

    target_compile_definitions(${target} PRIVATE
        BP_INSTALL_DATA_DIR="${data}"
        BP_INSTALL_PLUGIN_DIR="${plugins}"
        BP_RELATIVE_DATA_DIR="${data_from_bin}"
        BP_RELATIVE_PLUGIN_DIR="${plugins_from_bin}"
        BP_LIBRARY_DATA_DIR="${data_from_lib}"
        BP_LIBRARY_PLUGIN_DIR="${plugins_from_lib}")
    if(BP_SOURCE_TREE)
        target_compile_definitions(${target} PRIVATE
            BP_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
            BP_BUILD_PLUGIN_DIR="${BP_BUILD_PLUGIN_DIR}")
    endif()
endfunction()
