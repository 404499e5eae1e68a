# Makes re2::re2, before gRPC's package file asks for it. Where RE2 has no CMake files, that file asks
# pkg-config, which walks all of abseil (half a minute on Debian 13) and hands on flags for Windows.
find_package(re2 QUIET CONFIG)
if(NOT TARGET re2::re2)
  find_path(PRAVEGA_ACTOR_RE2_INCLUDE_DIR re2/re2.h)
  find_library(PRAVEGA_ACTOR_RE2_LIBRARY re2)
  mark_as_advanced(PRAVEGA_ACTOR_RE2_INCLUDE_DIR PRAVEGA_ACTOR_RE2_LIBRARY)
  if(PRAVEGA_ACTOR_RE2_INCLUDE_DIR AND PRAVEGA_ACTOR_RE2_LIBRARY)
    add_library(re2::re2 UNKNOWN IMPORTED)
    set_target_properties(re2::re2 PROPERTIES
      IMPORTED_LOCATION "${PRAVEGA_ACTOR_RE2_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${PRAVEGA_ACTOR_RE2_INCLUDE_DIR}")
    # As a package's own targets: in a project that includes this one, they are needed outside, too.
    if(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
      set_target_properties(re2::re2 PROPERTIES IMPORTED_GLOBAL TRUE)
    endif()
  endif()
endif()
