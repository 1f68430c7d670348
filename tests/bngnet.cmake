# BioNetGen's networks: reading, rate laws, and the suites of the shared data.
bp_test(NAME suite_bng_validate SOURCES suites/bng_validate.c LABELS suites
    LIBS bypass_static Dep::Math)
