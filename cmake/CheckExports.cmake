# Fails when the shared library exports a name that does not begin with bp_.
#   cmake -DNM=nm -DLIBRARY=libbypass.so -P CheckExports.cmake

execute_process(COMMAND ${NM} -D --defined-only ${LIBRARY}
    OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" lines "${text}")

set(count 0)
set(foreign)
foreach(line IN LISTS lines)
    string(REGEX REPLACE "^.* " "" name "${line}")
    if(name MATCHES "^bp_")
        math(EXPR count "${count} + 1")
    else()
        list(APPEND foreign ${name})
    endif()
endforeach()

if(foreign)
    list(JOIN foreign "\n  " foreign)
    message(FATAL_ERROR "names without the prefix bp_ are exported:\n  ${foreign}")
endif()
if(count EQUAL 0)
    message(FATAL_ERROR "nothing is exported: public functions are marked BP_API")
endif()
message(STATUS "${count} functions exported, all named bp_...")
