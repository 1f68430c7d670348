# Tests of the expression graph, the tapes and the compiler (the language: antimony.cmake).
set(fixture unit/model_fixture.c)
bp_test(NAME expr_simplify SOURCES unit/expr_simplify.c unit/expr_fixture.c
  LIBS bypass_static)
bp_test(NAME tape_text SOURCES unit/tape_text.c unit/expr_fixture.c ${fixture}
  LIBS bypass_static)
bp_test(NAME tape_lanes SOURCES unit/tape_lanes.c LIBS bypass_static)
bp_test(NAME timed_work SOURCES unit/timed_work.c unit/antimony_test.c
  LIBS bypass_static)
bp_test(NAME compile_roles SOURCES unit/compile_roles.c ${fixture} LIBS bypass_static)
bp_test(NAME compile_start SOURCES unit/compile_start.c ${fixture} LIBS bypass_static)
bp_test(NAME compile_rates SOURCES unit/compile_rates.c ${fixture} LIBS bypass_static)
bp_test(NAME compile_events SOURCES unit/compile_events.c ${fixture} LIBS bypass_static)
bp_test(NAME compile_memory SOURCES unit/compile_memory.c ${fixture} LIBS bypass_static)
bp_test(NAME compile_conditions SOURCES unit/compile_conditions.c laws/laws.c
  LIBS bypass_static)
bp_test(NAME compile_zeros SOURCES unit/compile_zeros.c unit/antimony_test.c
  LIBS bypass_static)
bp_test(NAME conserve_totals SOURCES unit/conserve_totals.c ${fixture}
  LIBS bypass_static)
bp_test(NAME jacobian_primitives SOURCES numeric/jacobian_primitives.c
  unit/expr_fixture.c LIBS bypass_static LABELS numeric)
bp_test(NAME jacobian_models SOURCES numeric/jacobian_models.c ${fixture}
  LIBS bypass_static LABELS numeric)
