# Tests of solver/: its parts, the laws a run obeys, the tolerance ladder.
bp_test(NAME unit_solver_parts SOURCES unit/solver_parts.c
    LIBS bypass_static Dep::SUNDIALS Dep::Math)
bp_test(NAME unit_sparse_lu SOURCES unit/sparse_lu.c LIBS bypass_static Dep::Math)
bp_test(NAME unit_step_passes SOURCES unit/step_passes.c LIBS bypass_static Dep::Math)
bp_test(NAME unit_nvector_copies SOURCES unit/nvector_copies.c
    LIBS bypass_static Dep::SUNDIALS Dep::Math)
bp_test(NAME unit_solver_integrators SOURCES unit/solver_integrators.c numeric/problems.c
    LIBS bypass_static Dep::SUNDIALS Dep::Math)
bp_test(NAME unit_ilu SOURCES unit/ilu.c LIBS bypass_static Dep::Math)
bp_test(NAME unit_solver_history SOURCES unit/solver_history.c numeric/problems.c
    LIBS bypass_static Dep::SUNDIALS Dep::Math)
bp_test(NAME numeric_ladder SOURCES numeric/ladder.c numeric/problems.c LABELS numeric
    LIBS bypass_static Dep::SUNDIALS Dep::Math)
foreach(law time events rest retry delays jumps conditions iterative profile)
    bp_test(NAME laws_solver_${law} SOURCES laws/solver_${law}.c laws/laws.c LABELS laws
        LIBS bypass_static Dep::Math)
endforeach()
bp_test(NAME laws_solver_threads SOURCES laws/solver_threads.c laws/laws.c
    LABELS laws threads LIBS bypass_static Threads::Threads)
bp_test(NAME unit_solver_lanes SOURCES unit/solver_lanes.c laws/laws.c
    LIBS bypass_static Dep::Math)
bp_test(NAME suite_networks SOURCES suites/networks.c LABELS suites
    LIBS bypass_static Dep::Math)
bp_test(NAME suite_cancelling SOURCES suites/cancelling.c LABELS suites
    LIBS bypass_static Dep::Math)
set_tests_properties(suite_cancelling PROPERTIES
    ENVIRONMENT "BYPASS_PLUGIN_DIR=$<TARGET_FILE_DIR:bypass-sbml>")
