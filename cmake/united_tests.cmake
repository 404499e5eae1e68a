# Several test sources in one, so that the compiler makes the templates of Catch, CAF and the
# library once for all of them: a third to two thirds of the time for a whole build.
include_guard(GLOBAL)

option(PRAVEGA_ACTOR_UNITED_TESTS
  "Compile several test sources at once: half the time for a whole build, more for a change" OFF)

# Bytes of test sources that are compiled at once.
set(PRAVEGA_ACTOR_UNITED_BYTES_MAX 50000)

# What stays alone: a namespace of its own, a specialization or a main cannot stand in the
# namespace that keeps the names of two tests apart.
set(pravega_actor_stays_alone
  "(^|\n)(namespace [a-z]|template <>|CAF_ALLOW|extern |int main|#define CATCH)")

# Writes a source that has the headers of `sources` first, so that they stand outside of the
# namespaces, and then each source in a namespace of its own.
function(pravega_actor_write_united file sources)
  set(headers)
  set(bodies)
  set(number 0)
  foreach(source IN LISTS sources)
    file(STRINGS "${source}" includes REGEX "^#include ")
    list(APPEND headers ${includes})
    # Relative, so that ccache takes what another clone has compiled.
    file(RELATIVE_PATH path "${CMAKE_CURRENT_SOURCE_DIR}" "${source}")
    string(APPEND bodies "namespace united_${number} {\n#include \"${path}\"\n}\n")
    math(EXPR number "${number} + 1")
  endforeach()
  list(REMOVE_DUPLICATES headers)
  list(JOIN headers "\n" headers)
  file(CONFIGURE OUTPUT "${file}" CONTENT "${headers}\n${bodies}" @ONLY)
endfunction()

# pravega_actor_unite_tests(<variable> <name> <source>...)
# Sets the variable to what is to be compiled instead of the sources.
function(pravega_actor_unite_tests variable name)
  set(result)
  set(batch)
  set(bytes 0)
  set(number 0)
  foreach(source IN LISTS ARGN ITEMS end)
    set(size 0)
    if(NOT source STREQUAL end)
      # A changed source may have other headers.
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
      file(READ "${source}" text)
      if(text MATCHES "${pravega_actor_stays_alone}")
        list(APPEND result "${source}")
        continue()
      endif()
      file(SIZE "${source}" size)
    endif()
    math(EXPR bytes "${bytes} + ${size}")
    if(batch AND (source STREQUAL end OR bytes GREATER PRAVEGA_ACTOR_UNITED_BYTES_MAX))
      math(EXPR number "${number} + 1")
      set(file "${CMAKE_CURRENT_BINARY_DIR}/united/${name}_${number}.cpp")
      pravega_actor_write_united("${file}" "${batch}")
      list(APPEND result "${file}")
      set(batch)
      set(bytes ${size})
    endif()
    list(APPEND batch "${source}")
  endforeach()
  set(${variable} "${result}" PARENT_SCOPE)
endfunction()
