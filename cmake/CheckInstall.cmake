# Installs into a scratch folder, moves it, and uses the library from there as a stranger would:
# once with find_package(Bypass), once with pkg-config.
#   cmake -DBUILD_DIR=... -DLIBDIR=... -DVERSION=... -DCC=... -DGENERATOR=... -P CheckInstall.cmake

set(scratch ${BUILD_DIR}/installed)
set(prefix ${scratch}/moved)
file(REMOVE_RECURSE ${scratch})

function(run)
    execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE text ERROR_VARIABLE text
        RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}\nfailed (${result}):\n${text}")
    endif()
    set(text "${text}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${scratch}/first)
file(RENAME ${scratch}/first ${prefix})

file(WRITE ${scratch}/use/use.c [[
#include <bypass.h>
#include <stdio.h>

int main(void) {
    return puts(bp_status_text(BP_OK)) < 0;
}
]])
file(WRITE ${scratch}/use/CMakeLists.txt "
cmake_minimum_required(VERSION 3.25)
project(use LANGUAGES C)
set(CMAKE_C_STANDARD 11)
find_package(Bypass ${VERSION} REQUIRED)
add_executable(use use.c)
target_link_libraries(use PRIVATE Bypass::bypass)
")

run(${CMAKE_COMMAND} -S ${scratch}/use -B ${scratch}/build -G ${GENERATOR}
    -DCMAKE_C_COMPILER=${CC} -DCMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build ${scratch}/build)
run(${scratch}/build/use)
if(NOT text STREQUAL "success\n")
    message(FATAL_ERROR "the program said `${text}`")
endif()

set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
run(pkg-config --define-prefix --cflags --libs bypass)
separate_arguments(flags UNIX_COMMAND "${text}")
run(${CC} -std=c11 -Wall -Wextra -Wpedantic -Werror ${scratch}/use/use.c
    -o ${scratch}/use_pc ${flags} -Wl,-rpath,${prefix}/${LIBDIR})
run(${scratch}/use_pc)

if(EXISTS ${prefix}/bin/bypass)
    run(${prefix}/bin/bypass --version)
    if(NOT text MATCHES "${VERSION}")
        message(FATAL_ERROR "bypass --version said `${text}`, not ${VERSION}")
    endif()
endif()

file(REMOVE_RECURSE ${scratch})
