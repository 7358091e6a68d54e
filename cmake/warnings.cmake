# SPDX-License-Identifier: MIT
set(NFSCOPE_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wwrite-strings -Wcast-align -Wcast-qual -Wformat=2 -Wundef -Wvla)
if(NFSCOPE_WERROR)
  list(APPEND NFSCOPE_WARNINGS -Werror)
endif()
if(NFSCOPE_SANITIZE)
  add_compile_options(-fsanitize=${NFSCOPE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NFSCOPE_SANITIZE})
endif()

function(nfscope_warnings target)
  target_compile_options(${target} PRIVATE ${NFSCOPE_WARNINGS})
  set_target_properties(${target} PROPERTIES C_VISIBILITY_PRESET hidden)
endfunction()
