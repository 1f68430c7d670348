# Tests of the SBML writer. They link the plug-in's objects, so that its allocations are the
# test's, and libsbml, which judges what was written.
bp_test(NAME unit_sbml_write SOURCES unit/sbml_write.c unit/sbml_write_test.c
    unit/antimony_test.c $<TARGET_OBJECTS:bypass-sbml>
    LIBS bypass_static Dep::SBML Dep::Math)
bp_test(NAME unit_sbml_write_memory SOURCES unit/sbml_write_memory.c
    unit/sbml_write_test.c unit/antimony_test.c $<TARGET_OBJECTS:bypass-sbml>
    LIBS bypass_static Dep::SBML Dep::Math)
bp_test(NAME unit_sbml_write_library SOURCES unit/sbml_write_library.c
    unit/sbml_write_test.c unit/antimony_test.c unit/scenario_test.c
    $<TARGET_OBJECTS:bypass-sbml>
    LIBS bypass_static Dep::SBML Dep::Math)
