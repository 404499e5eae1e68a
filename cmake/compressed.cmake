# Files that Debian wants compressed: manual pages and the packages' changelogs.

# The changelog of the Debian packages, with an entry for each release.
set(PRAVEGA_ACTOR_MAINTAINER "pravega_actor maintainers <maintainers@pravega-actor.example.org>"
    CACHE STRING "The maintainer that Debian packages name")
set(debian_changelog "${PROJECT_BINARY_DIR}/package/changelog.Debian")
configure_file("${CMAKE_CURRENT_LIST_DIR}/changelog.Debian.in" "${debian_changelog}" @ONLY)
file(STRINGS "${debian_changelog}" lines REGEX "^ -- |^pravega-actor ")
string(REGEX MATCH "\\(${PROJECT_VERSION}-([0-9.]+)\\)[^>]*>  ..., ([0-9]+ ... [0-9]+)" entry
       "${lines}")
if(NOT entry)
  message(FATAL_ERROR "cmake/changelog.Debian.in has no entry for ${PROJECT_VERSION}")
endif()
set(debian_release "${CMAKE_MATCH_1}")
set(release_date "${CMAKE_MATCH_2}")
find_program(PRAVEGA_ACTOR_GZIP gzip REQUIRED)
mark_as_advanced(PRAVEGA_ACTOR_GZIP)

# pravega_actor_install_compressed(<file> <folder> <component> [<name>]): as <name>.gz, which is made
# at the installation.
function(pravega_actor_install_compressed file folder component)
  get_filename_component(name "${file}" NAME)
  if(ARGC GREATER 3)
    set(name "${ARGV3}")
  endif()
  install(FILES "${file}" DESTINATION "${folder}" RENAME "${name}" COMPONENT ${component})
  install(CODE "execute_process(
    COMMAND \"${PRAVEGA_ACTOR_GZIP}\" -9 -n -f
            \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${folder}/${name}\"
    COMMAND_ERROR_IS_FATAL ANY)" COMPONENT ${component})
endfunction()
