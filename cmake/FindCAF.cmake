# Finds CAF 0.17.x as Debian packages it: headers and shared libraries without CMake files.
#
#   find_package(CAF 0.17.6 REQUIRED COMPONENTS core)   ->   CAF::core
#
# Another minor version has another API and is refused, with both versions in the message.
include(FindPackageHandleStandardArgs)

find_path(CAF_INCLUDE_DIR caf/all.hpp)

# CAF 0.17 has one number (1706) in config.hpp; CAF 1.x has three in a header that its build makes.
set(CAF_VERSION)
foreach(_caf_header IN ITEMS caf/config.hpp caf/detail/build_config.hpp)
  if(NOT CAF_INCLUDE_DIR OR CAF_VERSION OR NOT EXISTS "${CAF_INCLUDE_DIR}/${_caf_header}")
    continue()
  endif()
  file(STRINGS "${CAF_INCLUDE_DIR}/${_caf_header}" _caf_lines REGEX "define +CAF_VERSION")
  string(REGEX MATCH "define +CAF_VERSION +([0-9]+)" _caf_line "${_caf_lines}")
  if(_caf_line)
    math(EXPR CAF_VERSION_MAJOR "${CMAKE_MATCH_1} / 10000")
    math(EXPR CAF_VERSION_MINOR "(${CMAKE_MATCH_1} / 100) % 100")
    math(EXPR CAF_VERSION_PATCH "${CMAKE_MATCH_1} % 100")
    set(CAF_VERSION "${CAF_VERSION_MAJOR}.${CAF_VERSION_MINOR}.${CAF_VERSION_PATCH}")
  else()
    foreach(_caf_part IN ITEMS MAJOR MINOR PATCH)
      string(REGEX MATCH "define +CAF_VERSION_${_caf_part} +([0-9]+)" _caf_line "${_caf_lines}")
      if(_caf_line)
        list(APPEND CAF_VERSION "${CMAKE_MATCH_1}")
      endif()
    endforeach()
    list(JOIN CAF_VERSION "." CAF_VERSION)
  endif()
endforeach()

set(_caf_required CAF_INCLUDE_DIR)
set(_caf_wanted "${CAF_FIND_VERSION_MAJOR}.${CAF_FIND_VERSION_MINOR}")
if(CAF_INCLUDE_DIR AND CAF_FIND_VERSION)
  string(REGEX MATCH "^[0-9]+\\.[0-9]+" _caf_found "${CAF_VERSION}")
  set(_caf_refusal)
  if(NOT CAF_VERSION)
    set(_caf_refusal "needs CAF ${_caf_wanted}, found one of an unknown version")
  elseif(NOT _caf_found VERSION_EQUAL _caf_wanted)
    set(_caf_refusal "needs CAF ${_caf_wanted}, found ${CAF_VERSION}")
  elseif(CAF_VERSION VERSION_LESS CAF_FIND_VERSION)
    set(_caf_refusal "needs CAF ${CAF_FIND_VERSION}, found ${CAF_VERSION}")
  endif()
  if(_caf_refusal)
    set(CAF_FOUND FALSE)
    set(CAF_NOT_FOUND_MESSAGE "pravega_actor ${_caf_refusal} (${CAF_INCLUDE_DIR})")
    # What was found is not kept: a better one may be installed before the next try.
    unset(CAF_INCLUDE_DIR CACHE)
    if(CAF_FIND_REQUIRED)
      message(FATAL_ERROR "${CAF_NOT_FOUND_MESSAGE}")
    endif()
    return()
  endif()
endif()

foreach(_component IN LISTS CAF_FIND_COMPONENTS)
  find_library(CAF_${_component}_LIBRARY NAMES caf_${_component})
  list(APPEND _caf_required CAF_${_component}_LIBRARY)
endforeach()

find_package_handle_standard_args(CAF REQUIRED_VARS ${_caf_required} VERSION_VAR CAF_VERSION)

if(CAF_FOUND)
  foreach(_component IN LISTS CAF_FIND_COMPONENTS)
    if(NOT TARGET CAF::${_component})
      add_library(CAF::${_component} UNKNOWN IMPORTED)
      set_target_properties(CAF::${_component} PROPERTIES
        IMPORTED_LOCATION "${CAF_${_component}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}")
    endif()
  endforeach()
endif()
mark_as_advanced(CAF_INCLUDE_DIR)
