# Outside libraries, as imported targets Dep::<Name>. Only the files that design and
# cmake/CheckLayering.cmake name may include their headers.
#
# Debian 12 has three traps, handled here:
#   - libsundials-dev brings HDF5's OpenMPI variant, and then `pkg-config hdf5` means that one;
#   - find_package(plplot) needs the Tcl binding, which libplplot-dev does not bring;
#   - SUNDIALS' CMake configuration asks for OpenMP, which clang alone does not have.

# For another processor objects are made of what this machine has of the libraries: their
# headers, which do not depend on it. They come after those of the C library.
if(BP_HEADERS_ONLY)
    foreach(name IN ITEMS SUNDIALS KLU SBML UDUNITS MD Math)
        add_library(Dep::${name} INTERFACE IMPORTED GLOBAL)
        target_compile_options(Dep::${name} INTERFACE
            "SHELL:-idirafter /usr/include" "SHELL:-idirafter /usr/include/suitesparse")
    endforeach()
    target_link_libraries(Dep::Math INTERFACE m)
    find_package(Threads REQUIRED)
    return()
endif()

find_package(PkgConfig QUIET)
set(BP_MISSING) # "what|Debian package" for each library that is not there

function(bp_missing what package)
    list(APPEND BP_MISSING "${what}|${package}")
    set(BP_MISSING "${BP_MISSING}" PARENT_SCOPE)
endfunction()

# bp_dependency(<Name> INCLUDES <dir>... LIBRARIES <item>...)
function(bp_dependency name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "INCLUDES;LIBRARIES")
    add_library(Dep::${name} INTERFACE IMPORTED GLOBAL)
    target_include_directories(Dep::${name} SYSTEM INTERFACE ${arg_INCLUDES})
    target_link_libraries(Dep::${name} INTERFACE ${arg_LIBRARIES})
endfunction()

# bp_pkgconfig(<Name> <module> <Debian package>)
macro(bp_pkgconfig name module package)
    set(bp_found_ FALSE)
    if(PkgConfig_FOUND)
        pkg_check_modules(BP_${name} QUIET IMPORTED_TARGET ${module})
        set(bp_found_ ${BP_${name}_FOUND})
    endif()
    if(bp_found_)
        bp_dependency(${name} LIBRARIES PkgConfig::BP_${name})
    else()
        bp_missing("pkg-config module ${module}" ${package})
    endif()
endmacro()

if(NOT PkgConfig_FOUND)
    bp_missing("pkg-config" pkg-config)
endif()

# --- SUNDIALS: integrator, matrices, linear solvers ---------------------------------------

if(NOT TARGET OpenMP::OpenMP_C) # asked for by SUNDIALSConfig.cmake, used by nothing here
    add_library(OpenMP::OpenMP_C INTERFACE IMPORTED)
endif()
set(sundials_parts cvodes ida nvecserial sunmatrixsparse sunmatrixdense
    sunlinsoldense sunlinsolklu sunlinsolspgmr sunnonlinsolnewton)
find_package(SUNDIALS 6 QUIET COMPONENTS ${sundials_parts})
if(SUNDIALS_FOUND)
    list(TRANSFORM sundials_parts PREPEND SUNDIALS:: OUTPUT_VARIABLE sundials_targets)
    bp_dependency(SUNDIALS LIBRARIES ${sundials_targets})
else()
    bp_missing("SUNDIALS 6 with CVODES and KLU" libsundials-dev)
endif()

# --- KLU, with AMD, COLAMD and BTF: no CMake or pkg-config file in Debian 12 --------------

find_path(KLU_INCLUDE_DIR klu.h PATH_SUFFIXES suitesparse)
set(klu_libraries)
foreach(library IN ITEMS klu amd colamd btf suitesparseconfig)
    string(TOUPPER ${library} upper)
    find_library(${upper}_LIBRARY ${library})
    mark_as_advanced(${upper}_LIBRARY)
    list(APPEND klu_libraries ${${upper}_LIBRARY})
endforeach()
mark_as_advanced(KLU_INCLUDE_DIR)
if(KLU_INCLUDE_DIR AND NOT "${klu_libraries}" MATCHES "NOTFOUND")
    bp_dependency(KLU INCLUDES ${KLU_INCLUDE_DIR} LIBRARIES ${klu_libraries})
else()
    bp_missing("KLU (SuiteSparse)" libsuitesparse-dev)
endif()

# --- HDF5, the serial build, with its high-level library ----------------------------------

set(hdf5_found FALSE)
if(PkgConfig_FOUND)
    pkg_check_modules(BP_HDF5 QUIET IMPORTED_TARGET hdf5-serial)
    if(BP_HDF5_FOUND)
        find_library(HDF5_HL_LIBRARY NAMES hdf5_hl hdf5_serial_hl
            HINTS ${BP_HDF5_LIBRARY_DIRS})
        mark_as_advanced(HDF5_HL_LIBRARY)
        set(hdf5_found ${HDF5_HL_LIBRARY})
    endif()
endif()
if(hdf5_found)
    bp_dependency(HDF5 LIBRARIES ${HDF5_HL_LIBRARY} PkgConfig::BP_HDF5)
else()
    bp_missing("HDF5, serial (pkg-config hdf5-serial)" libhdf5-dev)
endif()

# --- the rest -----------------------------------------------------------------------------

bp_pkgconfig(PLplot plplot libplplot-dev)
bp_pkgconfig(SBML libsbml libsbml5-dev)
bp_pkgconfig(Fyaml libfyaml libfyaml-dev)
bp_pkgconfig(UDUNITS udunits libudunits2-dev)
bp_pkgconfig(MD libmd libmd-dev) # SHA-256
if(BP_BUILD_TESTS)
    bp_pkgconfig(CUnit cunit libcunit1-dev)
endif()

bp_dependency(Math LIBRARIES m)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# --- one message for everything that is missing -------------------------------------------

if(BP_MISSING)
    set(text "")
    set(packages "")
    foreach(item IN LISTS BP_MISSING)
        string(REPLACE "|" ";" item "${item}")
        list(GET item 0 what)
        list(GET item 1 package)
        string(APPEND text "  ${what}: Debian package ${package}\n")
        string(APPEND packages " ${package}")
    endforeach()
    message(FATAL_ERROR "Libraries that Bypass needs are not installed:\n${text}"
        "On Debian 12 `make deps` installs all of them; by hand:\n"
        "  apt-get install --no-install-recommends${packages}")
endif()
