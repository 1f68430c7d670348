# Fails on an #include that goes against the arrows between the folders.
#
#   cmake [-DROOT=<repository>] -P cmake/CheckLayering.cmake      check
#   cmake -DSELF_TEST=ON -P cmake/CheckLayering.cmake             check the check
#
# Two rules. A folder sees only the folders that `sees_<folder>` names. An outside library's
# headers are seen only by the files that its row in `outside` names, neither directly nor
# through a header of ours that includes them. tests/ and bench/ may see everything.

cmake_minimum_required(VERSION 3.25)

# --- the rules ----------------------------------------------------------------------------

set(sees_base base)
set(sees_model base model)
set(sees_solver base model solver)
set(sees_scenarios base model solver scenarios)
set(sees_output base model solver output)
set(sees_cli base model solver scenarios output cli)
set(folders base model solver scenarios output cli)

# library | its headers | the files that may include them
set(outside
    "SUNDIALS|^(cvodes?|ida|idas|kinsol|arkode|nvector|sunmatrix|sunlinsol|sunnonlinsol|sundials)/|^solver/(cvodes_|ida_|nvector|linear)[^/]*$"
    "KLU|^(suitesparse/)?(klu|btf|colamd|SuiteSparse_config)\\.h$|^solver/(cvodes_|ida_|nvector|linear)[^/]*$"
    "AMD|^(suitesparse/)?amd\\.h$|^solver/(cvodes_|ida_|nvector|linear|sparse_)[^/]*$"
    "HDF5|^(hdf5|hdf5_hl|H5[A-Za-z0-9]*)\\.h$|^output/hdf5_[^/]*$"
    "PLplot|^(plplot/|plplot|plConfig|plevent)|^output/plot[^/]*$"
    "libsbml|^sbml/|^model/sbml[^/]*$"
    "libfyaml|^libfyaml|^(scenarios/([^/]*_parse[^/]*|yaml[^/]*)|output/figure\\.c)$"
    "UDUNITS-2|^(udunits2/)?udunits2?\\.h$|^base/units\\.c$"
    "libmd|^(md[0-9a-z]*|rmd160|sha[0-9a-z]*)\\.h$|^base/hash\\.c$"
    "MPI|^mpi\\.h$|^scenarios/cluster\\.c$"
    "CUnit|^CUnit/|^nowhere$")

# --- helpers ------------------------------------------------------------------------------

if(NOT ROOT)
    get_filename_component(ROOT ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/PublicHeaders.cmake)

# The includes of a file, in order, each as it is written between its quotes or brackets.
function(includes_of file out)
    file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include[ \t]*[\"<]")
    set(names)
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^[ \t]*#[ \t]*include[ \t]*[\"<]([^\">]*)[\">].*$" "\\1"
            name "${line}")
        list(APPEND names "${name}")
    endforeach()
    set(${out} ${names} PARENT_SCOPE)
endfunction()

# The number of the line of `file` that includes `name`.
function(line_of file name out)
    file(READ ${ROOT}/${file} text)
    string(REGEX REPLACE "([][+.*()^$?\\|])" "\\\\\\1" name "${name}")
    string(REGEX MATCH "[ \t]*#[ \t]*include[ \t]*[\"<]${name}[\">]" line "${text}")
    string(FIND "${text}" "${line}" position)
    string(SUBSTRING "${text}" 0 ${position} before)
    string(REGEX MATCHALL "\n" newlines "${before}")
    list(LENGTH newlines number)
    math(EXPR number "${number} + 1")
    set(${out} ${number} PARENT_SCOPE)
endfunction()

set_property(GLOBAL PROPERTY offences 0)
function(offence file name reason)
    line_of(${file} "${name}" number)
    message(NOTICE "${file}:${number}: ${reason}")
    get_property(count GLOBAL PROPERTY offences)
    math(EXPR count "${count} + 1")
    set_property(GLOBAL PROPERTY offences ${count})
endfunction()

# Splits a row of `outside` into row_library, row_headers and row_users; bars inside the
# patterns are kept by cutting at the first one and at the last "|^".
macro(read_row row)
    string(FIND "${row}" "|" first)
    string(FIND "${row}" "|^" last REVERSE)
    string(SUBSTRING "${row}" 0 ${first} row_library)
    math(EXPR start "${first} + 1")
    math(EXPR length "${last} - ${start}")
    string(SUBSTRING "${row}" ${start} ${length} row_headers)
    math(EXPR start "${last} + 1")
    string(SUBSTRING "${row}" ${start} -1 row_users)
endmacro()

# --- rule 1: folders see only what their row says -----------------------------------------

function(check_folders file)
    string(REGEX REPLACE "/.*$" "" folder ${file})
    string(REPLACE ";" ", " allowed "${sees_${folder}}")
    foreach(name IN LISTS includes_${file})
        string(REGEX REPLACE "/.*$" "" target "${name}")
        if(target IN_LIST folders)
            if(NOT target IN_LIST sees_${folder})
                offence(${file} "${name}"
                    "${folder}/ may not include \"${name}\" (it sees ${allowed})")
            endif()
        elseif("${name}" MATCHES "^(tests|bench|examples)/")
            offence(${file} "${name}" "\"${name}\" belongs to the tests")
        elseif("${name}" STREQUAL "bypass.h" AND NOT folder STREQUAL "cli")
            offence(${file} "${name}" "bypass.h is for users; name the header needed")
        elseif("${name}" MATCHES "^\\.\\./" OR EXISTS ${ROOT}/${folder}/${name})
            offence(${file} "${name}"
                "write \"${name}\" from the repository's root: \"folder/file.h\"")
        endif()
    endforeach()
endfunction()

# --- rule 2: outside libraries stay behind the files that wrap them -----------------------

# Sets carriers to the headers that bring `row_library` along, directly or not.
function(find_carriers)
    set(carriers)
    set(grown TRUE)
    while(grown)
        set(grown FALSE)
        foreach(file IN LISTS all_files)
            if(NOT file MATCHES "\\.h$" OR file IN_LIST carriers)
                continue()
            endif()
            foreach(name IN LISTS includes_${file})
                if("${name}" MATCHES "${row_headers}" OR "${name}" IN_LIST carriers)
                    list(APPEND carriers ${file})
                    set(grown TRUE)
                    break()
                endif()
            endforeach()
        endforeach()
    endwhile()
    set(carriers ${carriers} PARENT_SCOPE)
endfunction()

function(check_outside)
    foreach(row IN LISTS outside)
        read_row("${row}")
        find_carriers()
        foreach(file IN LISTS all_files)
            if(file MATCHES "${row_users}")
                continue()
            endif()
            foreach(name IN LISTS includes_${file})
                if("${name}" MATCHES "${row_headers}")
                    offence(${file} "${name}" "<${name}> of ${row_library} may be included \
only by files like ${row_users}")
                elseif("${name}" IN_LIST carriers)
                    offence(${file} "${name}" "\"${name}\" brings ${row_library} along, \
which only files like ${row_users} may see")
                endif()
            endforeach()
        endforeach()

        foreach(header IN LISTS public_headers)
            if(header IN_LIST carriers)
                includes_of(${header} names)
                list(GET names 0 name)
                offence(${header} "${name}" "a public header may not need ${row_library}")
            endif()
        endforeach()
    endforeach()
endfunction()

# --- check the check ----------------------------------------------------------------------

# Plants one offence in an otherwise clean tree and wants it reported at that line.
function(plant file line_1 line_2 wanted)
    set(dir ${SCRATCH}/planted)
    file(REMOVE_RECURSE ${dir})
    file(WRITE ${dir}/base/text.h "#include <stddef.h>\n")
    file(WRITE ${dir}/model/model.h "#include \"base/text.h\"\n")
    file(WRITE ${dir}/solver/cvodes_run.c
        "#include <cvodes/cvodes.h>\n#include \"solver/cvodes_run.h\"\n")
    file(WRITE ${dir}/solver/cvodes_run.h "#include <sundials/sundials_nvector.h>\n")
    file(WRITE ${dir}/output/hdf5_write.c "#include <hdf5.h>\n#include \"model/model.h\"\n")
    file(WRITE ${dir}/base/units.c "#include <udunits2.h>\n")
    file(WRITE ${dir}/tests/all.c "#include <hdf5.h>\n#include \"cli/options.h\"\n")
    if(file)
        file(WRITE ${dir}/${file} "${line_1}\n${line_2}\n")
    endif()

    execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${dir} -P ${CMAKE_CURRENT_LIST_FILE}
        RESULT_VARIABLE result ERROR_VARIABLE text OUTPUT_VARIABLE text)
    if(NOT wanted AND NOT result EQUAL 0)
        message(FATAL_ERROR "a clean tree was refused:\n${text}")
    elseif(wanted AND (result EQUAL 0 OR NOT text MATCHES "${wanted}"))
        message(FATAL_ERROR "planted in ${file}:\n  ${line_1}\n  ${line_2}\n"
            "expected a failure that says `${wanted}`, got (${result}):\n${text}")
    endif()
endfunction()

if(SELF_TEST)
    if(NOT SCRATCH)
        set(SCRATCH ${CMAKE_CURRENT_BINARY_DIR}/layering)
    endif()
    plant("" "" "" "")
    plant(model/a.c "// one" "#include \"solver/solver.h\"" "model/a.c:2: model/ may not")
    plant(base/a.h "#include \"model/model.h\"" "" "base/a.h:1: base/ may not")
    plant(output/a.c "#include \"scenarios/scenario.h\"" "" "output/a.c:1: output/ may not")
    plant(scenarios/a.c "" "#include \"output/output.h\"" "scenarios/a.c:2: scenarios/ may not")
    plant(solver/a.c "" "  #  include <cvodes/cvodes.h>" "solver/a.c:2: .* of SUNDIALS")
    plant(solver/a.c "#include <klu.h>" "" "solver/a.c:1: .* of KLU")
    plant(output/a.c "#include <H5Tpublic.h>" "" "output/a.c:1: .* of HDF5")
    plant(output/a.c "#include <plplot/plplot.h>" "" "output/a.c:1: .* of PLplot")
    plant(cli/a.c "#include <libfyaml.h>" "" "cli/a.c:1: .* of libfyaml")
    plant(base/a.c "#include <udunits2.h>" "" "base/a.c:1: .* of UDUNITS-2")
    plant(output/a.c "#include <sha2.h>" "" "output/a.c:1: .* of libmd")
    plant(scenarios/a.c "#include <mpi.h>" "" "scenarios/a.c:1: .* of MPI")
    plant(model/a.c "#include <sbml/SBMLTypes.h>" "" "model/a.c:1: .* of libsbml")
    plant(model/a.c "#include <CUnit/CUnit.h>" "" "model/a.c:1: .* of CUnit")
    plant(solver/a.c "" "#include \"solver/cvodes_run.h\"" "solver/a.c:2: .* brings SUNDIALS")
    plant(model/a.c "#include \"model.h\"" "" "model/a.c:1: write \"model.h\" from")
    plant(model/a.c "#include \"../base/text.h\"" "" "model/a.c:1: write ")
    plant(model/a.c "#include \"tests/support/x.h\"" "" "model/a.c:1: .* belongs to the tests")
    plant(bypass.h "#include \"solver/cvodes_run.h\"" "" "cvodes_run.h:1: a public header")
    message(STATUS "every planted offence was found")
    return()
endif()

# --- run ----------------------------------------------------------------------------------

set(all_files)
foreach(folder IN LISTS folders)
    file(GLOB_RECURSE found RELATIVE ${ROOT} ${ROOT}/${folder}/*.c ${ROOT}/${folder}/*.h)
    list(APPEND all_files ${found})
endforeach()
list(SORT all_files)
foreach(file IN LISTS all_files)
    includes_of(${file} includes_${file})
endforeach()
set(public_headers)
if(EXISTS ${ROOT}/bypass.h)
    bp_header_closure(public_headers ${ROOT} bypass.h)
endif()

foreach(file IN LISTS all_files)
    check_folders(${file})
endforeach()
check_outside()

list(LENGTH all_files n_files)
get_property(count GLOBAL PROPERTY offences)
if(count GREATER 0)
    message(FATAL_ERROR "${count} include(s) against the layering, of ${n_files} files. "
        "The rules stand at the top of cmake/CheckLayering.cmake.")
endif()
message(STATUS "layering: ${n_files} files, no offence")
