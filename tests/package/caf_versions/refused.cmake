# Makes headers of several versions of CAF, as each says what it is, and looks at what
# FindCAF answers: another version is refused in one sentence that names both.
function(make_caf folder version header)
  file(MAKE_DIRECTORY "${folder}/include/caf/detail" "${folder}/lib")
  file(WRITE "${folder}/include/caf/all.hpp" "")
  file(WRITE "${folder}/include/caf/config.hpp" "#define CAF_CONFIG_HPP\n")
  file(WRITE "${folder}/lib/libcaf_core.so" "")
  file(APPEND "${folder}/include/caf/${header}" "${version}\n")
endfunction()

# configured_with(<variable> <name> <header> <text>): what CMake says of such a CAF.
function(configured_with result name header text)
  file(REMOVE_RECURSE "${WORK}/${name}")
  make_caf("${WORK}/${name}" "${text}" "${header}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}"
            -S "${CMAKE_CURRENT_FUNCTION_LIST_DIR}" -B "${WORK}/${name}/build"
            "-DMODULES=${MODULES}" "-DCMAKE_PREFIX_PATH=${WORK}/${name}"
    RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  string(REGEX REPLACE "[ \n]+" " " out "${out}")
  set(${result} "${code}: ${out}" PARENT_SCOPE)
endfunction()

function(expect name header text sentence)
  configured_with(said "${name}" "${header}" "${text}")
  if(NOT said MATCHES "^[1-9].*${sentence}")
    message(SEND_ERROR "CAF ${name}: expected \"${sentence}\" and a failure, got ${said}")
  endif()
endfunction()

set(one "#define CAF_VERSION_MAJOR 1\n#define CAF_VERSION_MINOR 1\n#define CAF_VERSION_PATCH 0")
expect(1.1.0 detail/build_config.hpp "${one}\n#define CAF_VERSION_STR \"1.1.0\""
       "needs CAF 0.17, found 1.1.0")
expect(0.19.6 detail/build_config.hpp "#define CAF_VERSION 1906" "needs CAF 0.17, found 0.19.6")
expect(0.18.7 config.hpp "#define CAF_VERSION 1807" "needs CAF 0.17, found 0.18.7")
expect(0.17.3 config.hpp "#define CAF_VERSION 1703" "needs CAF 0.17.6, found 0.17.3")
expect(none config.hpp "// no version" "needs CAF 0.17, found one of an unknown")
configured_with(said 0.17.7 config.hpp "#define CAF_VERSION 1707")
if(NOT said MATCHES "^0: ")
  message(SEND_ERROR "CAF 0.17.7 is refused: ${said}")
endif()
