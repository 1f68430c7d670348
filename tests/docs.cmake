# Pages that are made from tables of the code.
bp_test(NAME docs SOURCES unit/docs_tables.c LIBS bypass_static)
