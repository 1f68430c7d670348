# Published behaviours, and what each feedback does: scenarios that say what they expect. A behaviour passes
# as a test when its outcome is the one that its file declares.
file(GLOB behaviours CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/scenarios/behaviours/*.yaml)
file(GLOB feedbacks CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/biology/feedbacks/*.yaml)
set(others ${CMAKE_CURRENT_SOURCE_DIR}/biology/untreated.yaml ${CMAKE_CURRENT_SOURCE_DIR}/biology/few_receptors.yaml)
foreach(file IN LISTS behaviours feedbacks others)
  get_filename_component(id ${file} NAME_WE)
  add_test(NAME biology_${id} COMMAND bypass validate ${file} --sources)
  set_tests_properties(biology_${id} PROPERTIES LABELS "biology" TIMEOUT 120)
endforeach()
# A cell at rest, and the demo's story.
bp_test(NAME biology_rest SOURCES biology/rest.c support/bio.c LIBS bypass_static LABELS biology)
