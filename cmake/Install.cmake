# What `cmake --install` puts where.

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Bypass)

if(TARGET bypass)
    install(TARGETS bypass RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
foreach(plugin IN ITEMS bypass-hdf5 bypass-plot bypass-sbml)
    if(TARGET ${plugin})
        install(TARGETS ${plugin} LIBRARY DESTINATION ${BP_PLUGIN_DIR})
    endif()
endforeach()

# --- library: shared object, headers, package files ---------------------------------------

if(TARGET bypass_shared)
    install(TARGETS bypass_shared EXPORT BypassTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(EXPORT BypassTargets
        NAMESPACE Bypass::
        DESTINATION ${package_dir})
    configure_package_config_file(cmake/BypassConfig.cmake.in
        ${PROJECT_BINARY_DIR}/BypassConfig.cmake
        INSTALL_DESTINATION ${package_dir})
    write_basic_package_version_file(${PROJECT_BINARY_DIR}/BypassConfigVersion.cmake
        COMPATIBILITY SameMinorVersion)
    install(FILES
        ${PROJECT_BINARY_DIR}/BypassConfig.cmake
        ${PROJECT_BINARY_DIR}/BypassConfigVersion.cmake
        DESTINATION ${package_dir})

    configure_file(cmake/bypass.pc.in ${PROJECT_BINARY_DIR}/bypass.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/bypass.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()

install(FILES bypass.h DESTINATION ${BP_HEADER_DIR})
foreach(header IN LISTS BP_PUBLIC_HEADERS)
    get_filename_component(folder ${header} DIRECTORY)
    install(FILES ${header} DESTINATION ${BP_HEADER_DIR}/${folder})
endforeach()

# --- the built-in data --------------------------------------------------------------------

function(bp_install_data folder name)
    install(DIRECTORY ${folder}/ DESTINATION ${BP_DATA_DIR}/${name} OPTIONAL
        PATTERN CMakeLists.txt EXCLUDE
        PATTERN ".*" EXCLUDE)
endfunction()

bp_install_data(model/library models)
bp_install_data(scenarios/library scenarios)
foreach(kind IN ITEMS drugs cells ligands mechanisms ensembles behaviours)
    bp_install_data(scenarios/${kind} ${kind})
endforeach()

# --- documents ----------------------------------------------------------------------------

install(FILES docs/bypass.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES docs/completion/bypass.bash
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME bypass)
install(FILES LICENSE CHANGELOG.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})
