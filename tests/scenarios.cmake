# Tests of scenarios/: files and their diagnostics, plans, the laws of composition, batches.
foreach(part files load laws batch large lanes lean memory mechanisms figures foreign)
    bp_test(NAME unit_scenario_${part} SOURCES unit/scenario_${part}.c unit/scenario_test.c
        LIBS bypass_static Dep::Math)
endforeach()
bp_test(NAME unit_scenario_sheets SOURCES unit/scenario_sheets.c
    LIBS bypass_static Dep::Math)
set_tests_properties(unit_scenario_batch unit_scenario_lanes unit_scenario_figures
     PROPERTIES LABELS "threads")
# Others' models, which lie outside the project: skipped without them.
bp_test(NAME scenario_lean_models SOURCES unit/lean_models.c unit/scenario_test.c
    LIBS bypass_static Dep::Math)
set_tests_properties(scenario_lean_models PROPERTIES
    ENVIRONMENT "BYPASS_PLUGIN_DIR=$<TARGET_FILE_DIR:bypass-sbml>")
bp_test(NAME scenario_diagnostics SOURCES unit/scenario_diagnostics.c LABELS diagnostics
    LIBS bypass_static Dep::Math)
if(BP_FUZZ)
    bp_add_fuzzer(scenario_fuzz fuzz/scenario_fuzz.c)
    target_link_libraries(scenario_fuzz PRIVATE Dep::Math)
endif()
