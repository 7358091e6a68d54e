# SPDX-License-Identifier: MIT
#
#     nfscope_test(name [LABELS label...] [TIMEOUT seconds] [WORKING_DIRECTORY folder] [RUN_SERIAL]
#                  [ENVIRONMENT NAME=value...] COMMAND command...)
#
# Registers a test the way each one here has to be: with a time limit, in a fixed locale and time zone, skipped
# at exit status 77, and failed by a sanitizer's report whatever the exit status: a test of Criterion 2.4.1
# that leaks under AddressSanitizer prints the report and passes. tests/lint/ctests.py holds all to it.
set(NFSCOPE_SANITIZER_REPORT "ERROR: (Address|Leak|Thread)Sanitizer;WARNING: ThreadSanitizer;runtime error:")

function(nfscope_test name)
  cmake_parse_arguments(arg "RUN_SERIAL" "TIMEOUT;WORKING_DIRECTORY" "LABELS;ENVIRONMENT;COMMAND" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(NFSCOPE_SANITIZE)
    math(EXPR arg_TIMEOUT "4 * ${arg_TIMEOUT}")
  endif()
  if(NOT arg_WORKING_DIRECTORY)
    set(arg_WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  endif()
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${arg_WORKING_DIRECTORY})
  set_tests_properties(${name} PROPERTIES
    LABELS "${arg_LABELS}"
    TIMEOUT ${arg_TIMEOUT}
    SKIP_RETURN_CODE 77
    FAIL_REGULAR_EXPRESSION "${NFSCOPE_SANITIZER_REPORT}"
    ENVIRONMENT "TZ=UTC;LC_ALL=C.UTF-8;UBSAN_OPTIONS=print_stacktrace=1;${arg_ENVIRONMENT}")
  if(arg_RUN_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()
