# Tests of output/.
bp_test(NAME output_hdf5
    SOURCES unit/output_hdf5.c unit/output_sample.c
    LIBS bypass_static Dep::HDF5)
