# Fails where the man page lacks a command or an option that the program's own help names.
#   cmake -DPROGRAM=bypass -DMANUAL=docs/bypass.1 -P CheckManual.cmake

file(READ ${MANUAL} manual)
string(REPLACE "\\-" "-" manual "${manual}")

execute_process(COMMAND ${PROGRAM} --help OUTPUT_VARIABLE overview COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "\n  [a-z]+ " commands "${overview}")

set(missing)
set(count 0)
foreach(command IN LISTS commands)
    string(STRIP "${command}" command)
    math(EXPR count "${count} + 1")
    string(FIND "${manual}" ".SS bypass ${command}" start)
    if(start EQUAL -1)
        list(APPEND missing "bypass ${command}")
        continue()
    endif()
    string(SUBSTRING "${manual}" ${start} -1 section) # up to the next command
    string(SUBSTRING "${section}" 3 -1 section)
    string(REGEX REPLACE "\n\\.S[SH] .*$" "" section "${section}")

    execute_process(COMMAND ${PROGRAM} ${command} --help
        OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "\n  [^\n]*--[a-z][a-z-]*" lines "${help}")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^.*(--[a-z][a-z-]*)$" "\\1" option "${line}")
        string(FIND "${section}" "${option}" found)
        if(found EQUAL -1 AND NOT option STREQUAL "--help")
            list(APPEND missing "bypass ${command} ${option}")
        endif()
    endforeach()
endforeach()

if(count EQUAL 0)
    message(FATAL_ERROR "bypass --help lists no command")
endif()
if(missing)
    list(JOIN missing "\n  " missing)
    message(FATAL_ERROR "docs/bypass.1 does not name:\n  ${missing}")
endif()
message(STATUS "${count} commands, all in the manual")
