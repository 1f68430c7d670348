# Tests of the model language: reader, modules, checks, writer.
foreach(part expr statements events modules units write memory load)
    bp_test(NAME unit_antimony_${part}
        SOURCES unit/antimony_${part}.c unit/antimony_test.c
        LIBS bypass_static Dep::Math)
endforeach()
foreach(part network check diagram without)
    bp_test(NAME unit_spec_${part} SOURCES unit/spec_${part}.c unit/antimony_test.c
        LIBS bypass_static Dep::Math)
endforeach()
bp_test(NAME antimony_diagnostics SOURCES unit/antimony_diagnostics.c
    LABELS diagnostics LIBS bypass_static Dep::Math)
if(BP_FUZZ)
    bp_add_fuzzer(antimony_fuzz fuzz/antimony_fuzz.c)
    target_link_libraries(antimony_fuzz PRIVATE Dep::Math)
endif()
