# The command line, as a person and a script see it.
add_test(NAME cli_golden
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/cli/golden.sh $<TARGET_FILE:bypass>)
set_tests_properties(cli_golden PROPERTIES LABELS "cli" TIMEOUT 300
  ENVIRONMENT "BYPASS_PLUGIN_DIR=$<TARGET_FILE_DIR:bypass-plot>")
