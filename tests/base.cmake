bp_test(NAME base_harness SOURCES unit/base_harness.c)
bp_test(NAME base_memory SOURCES unit/base_memory.c LIBS bypass_static)
bp_test(NAME base_text SOURCES unit/base_text.c LIBS bypass_static)
bp_test(NAME base_error SOURCES unit/base_error.c LIBS bypass_static)
bp_test(NAME base_field SOURCES unit/base_field.c LIBS bypass_static)
bp_test(NAME base_units SOURCES unit/base_units.c LIBS bypass_static Dep::UDUNITS)
bp_test(NAME base_units_threads SOURCES unit/base_units_threads.c
  LIBS bypass_static Threads::Threads LABELS threads)
bp_test(NAME base_spill SOURCES unit/base_spill.c
  LIBS bypass_static Threads::Threads LABELS threads)
bp_test(NAME base_bundle SOURCES unit/base_bundle.c LIBS bypass_static)
