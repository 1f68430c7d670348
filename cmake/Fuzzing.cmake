# bp_add_fuzzer(<name> <source>...): a libFuzzer target, made only where BP_FUZZ is on.
#
# The program lands in <build>/fuzzers/, where `make fuzz` and CI run each of them. Seeds lie in
# tests/fuzz/corpus/<name>/, a dictionary may lie beside them in tests/fuzz/corpus/<name>.dict.
if(BP_FUZZ)
    add_custom_target(fuzzers)
endif()

function(bp_add_fuzzer name)
    if(NOT BP_FUZZ)
        return()
    endif()
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE bypass_static)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzzers)
    add_dependencies(fuzzers ${name})
endfunction()
