# BioNetGen's networks: reading, rate laws, errors, and the suites of the shared data.
foreach(part read laws errors memory)
    bp_test(NAME unit_bngnet_${part}
        SOURCES unit/bngnet_${part}.c unit/bngnet_test.c
        LIBS bypass_static Dep::Math)
endforeach()
bp_test(NAME suite_bng_validate SOURCES suites/bng_validate.c LABELS suites
    LIBS bypass_static Dep::Math)
if(BP_FUZZ)
    bp_add_fuzzer(bngnet_fuzz fuzz/bngnet_fuzz.c)
    target_link_libraries(bngnet_fuzz PRIVATE Dep::Math)
endif()
