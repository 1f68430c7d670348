# Language, warnings, instrumentation; holds for every target made after this is included.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# POSIX.1-2008 with XSI and the BSD names (M_PI among them). A file that needs more defines
# _GNU_SOURCE itself.
add_compile_definitions(_XOPEN_SOURCE=700 _DEFAULT_SOURCE BP_VERSION="${PROJECT_VERSION}")

add_compile_options(
    -Wall -Wextra -Wpedantic
    -Wshadow -Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wformat=2 -Wno-format-nonliteral
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
    -Wconversion -Wno-sign-conversion # narrowing loses results, signs are size_t noise
    -Wno-psabi                        # vector types never cross a library boundary
    $<$<C_COMPILER_ID:Clang>:-Wno-pass-failed> # instrumented loops do not vectorise
    -Werror=implicit-function-declaration
    -Werror=incompatible-pointer-types
    -Werror=int-conversion
    -Werror=return-type
    -ffp-contract=off) # the same digits on machines with and without fused multiply-add

if(BP_WERROR)
    add_compile_options(-Werror)
endif()

if(BP_SANITIZE)
    string(REPLACE ";" "," sanitizers "${BP_SANITIZE}")
    add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${sanitizers})
endif()

if(BP_COVERAGE)
    add_compile_options(--coverage -fprofile-update=atomic)
    add_link_options(--coverage)
endif()

if(BP_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "BP_FUZZ needs clang: configure with the preset `fuzz`, or with "
            "-DCMAKE_C_COMPILER=clang. Packages: `make deps-ci`.")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
