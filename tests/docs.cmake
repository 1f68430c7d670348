# Pages that are made from tables of the code.
bp_test(NAME docs SOURCES unit/docs_tables.c LIBS bypass_static)
# What docs/coming-from.md tells its readers to type.
add_test(NAME docs_snippets
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/docs/snippets.sh $<TARGET_FILE:bypass>
    ${PROJECT_SOURCE_DIR}/docs/coming-from.md ${PROJECT_SOURCE_DIR}/examples/models)
set_tests_properties(docs_snippets PROPERTIES LABELS "cli" TIMEOUT 120
  ENVIRONMENT "BYPASS_PLUGIN_DIR=$<TARGET_FILE_DIR:bypass-plot>")
