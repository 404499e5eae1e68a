# What comes with the command-line tool: manual page and completions.
install(TARGETS pravega-actor RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" ${tool})
install(FILES "${CMAKE_CURRENT_LIST_DIR}/copyright" DESTINATION "${tool_docs}" ${tool})
pravega_actor_install_compressed("${debian_changelog}" "${tool_docs}" tool)

# The manual page is what the tool says of itself.
set(manual "${PROJECT_BINARY_DIR}/package/pravega-actor.1")
add_custom_command(OUTPUT "${manual}"
  COMMAND "${PROJECT_SOURCE_DIR}/tools/lib/manual" "$<TARGET_FILE:pravega-actor>"
          "${PROJECT_VERSION}" "${release_date}" "${manual}"
  DEPENDS pravega-actor "${PROJECT_SOURCE_DIR}/tools/lib/manual" VERBATIM)
add_custom_target(pravega-actor-manual ALL DEPENDS "${manual}")
pravega_actor_install_compressed("${manual}" "${CMAKE_INSTALL_MANDIR}/man1" tool)

set(completions "${PROJECT_SOURCE_DIR}/tools/pravega-actor")
install(FILES "${completions}/completion.bash" RENAME pravega-actor ${tool}
        DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions")
install(FILES "${completions}/completion.zsh" RENAME _pravega-actor ${tool}
        DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/zsh/vendor-completions")
install(FILES "${completions}/completion.fish" RENAME pravega-actor.fish ${tool}
        DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/fish/vendor_completions.d")
