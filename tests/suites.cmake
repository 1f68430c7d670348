# Suites of others' models. They take long and need ../shared/data: `make suites`. What runs them
# is tested here, with cases of our own.
add_test(NAME suites_smoke
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/suites/smoke.sh $<TARGET_FILE:bypass>)
set_tests_properties(suites_smoke PROPERTIES LABELS "suites" TIMEOUT 120
  ENVIRONMENT "BYPASS_PLUGIN_DIR=$<TARGET_FILE_DIR:bypass-sbml>")

# libsbml's own check, for what Bypass writes.
add_executable(check_sbml suites/check_sbml.c)
target_link_libraries(check_sbml PRIVATE Dep::SBML)

# What is built in or written for the tests, as SBML and back.
add_test(NAME suites_round_trips
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/suites/round_trips.sh $<TARGET_FILE:bypass>
          $<TARGET_FILE:check_sbml>)
set_tests_properties(suites_round_trips PROPERTIES LABELS "suites" TIMEOUT 300
  ENVIRONMENT "BYPASS_PLUGIN_DIR=$<TARGET_FILE_DIR:bypass-sbml>")
