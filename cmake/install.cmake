# SPDX-License-Identifier: MIT
install(TARGETS nfscope RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS nfdec nfdec_shared ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/nfdec DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(FILES completions/nfscope.bash RENAME nfscope DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)

# Paths in nfdec.pc are relative to where it lies, so that `cmake --install --prefix` gives a right one.
cmake_path(IS_RELATIVE CMAKE_INSTALL_LIBDIR libdir_relative)
if(libdir_relative)
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX} OUTPUT_VARIABLE libdir)
  file(RELATIVE_PATH up /${libdir}/pkgconfig /)
  string(REGEX REPLACE "/$" "" up ${up})
  set(NFDEC_PC_PREFIX "\${pcfiledir}/${up}")
  set(NFDEC_PC_LIBDIR "\${prefix}/${libdir}")
  set(NFDEC_PC_INCLUDEDIR "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
else()
  set(NFDEC_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
  set(NFDEC_PC_LIBDIR ${CMAKE_INSTALL_FULL_LIBDIR})
  set(NFDEC_PC_INCLUDEDIR ${CMAKE_INSTALL_FULL_INCLUDEDIR})
endif()
configure_file(cmake/nfdec.pc.in nfdec.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/nfdec.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
