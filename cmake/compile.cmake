# SPDX-License-Identifier: MIT
# How everything here is compiled: the language, warnings, sanitizers.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_definitions(_GNU_SOURCE)
include_directories(include src)

set(NFSCOPE_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wwrite-strings -Wcast-align -Wcast-qual -Wformat=2 -Wundef -Wvla)
if(NFSCOPE_WERROR)
  list(APPEND NFSCOPE_WARNINGS -Werror)
endif()

if(NFSCOPE_SANITIZE)
  add_compile_options(-fsanitize=${NFSCOPE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NFSCOPE_SANITIZE})
endif()
if(NFSCOPE_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "NFSCOPE_FUZZ needs clang, for libFuzzer")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Single values are not gathered into vectors: what is written in parts and read as a whole a moment later makes a processor
# wait for its cache, several times a packet. Loops become vectors all the same.
set(NFSCOPE_SCALARS -fno-tree-slp-vectorize)

function(nfscope_compile target)
  target_compile_options(${target} PRIVATE ${NFSCOPE_WARNINGS} ${NFSCOPE_SCALARS})
endfunction()
