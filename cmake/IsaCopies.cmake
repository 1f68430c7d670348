# Sources compiled once for each kind of processor (base/isa_copy.h): the source itself is the
# baseline copy; the others are one-line files in the build tree that include it.
include(CheckCCompilerFlag)

set(BP_ISA_FLAGS_avx2 -mavx2)
set(BP_ISA_FLAGS_avx512
    -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512)

set(BP_ISA_SUFFIXES)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$" AND CMAKE_SIZEOF_VOID_P EQUAL 8)
    check_c_compiler_flag("-mavx2" BP_HAS_AVX2_FLAGS)
    list(JOIN BP_ISA_FLAGS_avx512 " " flags)
    check_c_compiler_flag("${flags}" BP_HAS_AVX512_FLAGS)
    if(BP_HAS_AVX2_FLAGS AND BP_HAS_AVX512_FLAGS)
        set(BP_ISA_SUFFIXES avx2 avx512)
        add_compile_definitions(BP_ISA_COPIES)
    endif()
endif()

# bp_isa_copies(TARGET SOURCE OPTIONS option ...): adds the source and its copies to the target.
function(bp_isa_copies target source)
    cmake_parse_arguments(A "" "" "OPTIONS" ${ARGN})
    file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${source})
    get_filename_component(name ${source} NAME_WE)
    target_sources(${target} PRIVATE ${source})
    set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${A_OPTIONS}")
    foreach(suffix IN LISTS BP_ISA_SUFFIXES)
        set(copy ${CMAKE_CURRENT_BINARY_DIR}/${name}_${suffix}.c)
        file(CONFIGURE OUTPUT ${copy} CONTENT
            "#define BP_ISA_SUFFIX ${suffix}\n#include \"${path}\"\n" @ONLY)
        target_sources(${target} PRIVATE ${copy})
        set_source_files_properties(${copy} PROPERTIES
            COMPILE_OPTIONS "${A_OPTIONS};${BP_ISA_FLAGS_${suffix}}")
    endforeach()
endfunction()
