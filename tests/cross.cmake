# What runs without CUnit, and so for another processor (make cross).
add_executable(tape_bits cross/tape_bits.c)
target_link_libraries(tape_bits PRIVATE bypass_static Dep::Math)
if(BP_HEADERS_ONLY)
  target_link_options(tape_bits PRIVATE -static) # qemu needs no libraries then
  return()
endif()
add_test(NAME tape_bits COMMAND tape_bits)
