# What `cmake --install` delivers, and the Debian packages that `cpack -G DEB` makes of it.
# Three components, each a package: the shared library, all that one needs to build with the static
# or the shared one, and the tool.
if(NOT DEFINED CMAKE_INSTALL_LIBDIR AND CMAKE_LIBRARY_ARCHITECTURE AND EXISTS /etc/debian_version)
  # Debian's folder for this architecture, below /usr/local too: linker and loader look there.
  set(CMAKE_INSTALL_LIBDIR "lib/${CMAKE_LIBRARY_ARCHITECTURE}" CACHE PATH "Object code libraries")
endif()
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
include(compressed)

# The number of the shared library's ABI (docs/packages.md tells when it changes).
set(PRAVEGA_ACTOR_ABI 0)

set(runtime COMPONENT runtime)
set(development COMPONENT development)
set(tool COMPONENT tool)
set(cmake_folder "${CMAKE_INSTALL_LIBDIR}/cmake/pravega_actor")
set(runtime_docs "${CMAKE_INSTALL_DATAROOTDIR}/doc/libpravega-actor${PRAVEGA_ACTOR_ABI}")
set(development_docs "${CMAKE_INSTALL_DATAROOTDIR}/doc/libpravega-actor-dev")
set(tool_docs "${CMAKE_INSTALL_DATAROOTDIR}/doc/pravega-actor")

# pravega_actor_bundle(<target> <type> NAME <file> EXPORT_NAME <name> LAYERS <targets>)
# One library, STATIC or SHARED, of the objects of several layers.
function(pravega_actor_bundle target type)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "NAME;EXPORT_NAME" "LAYERS")
  list(TRANSFORM arg_LAYERS REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
  add_library(${target} ${type} ${objects})
  target_compile_features(${target} INTERFACE cxx_std_20)
  target_include_directories(${target} INTERFACE
                             "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX
    OUTPUT_NAME ${arg_NAME} EXPORT_NAME ${arg_EXPORT_NAME}
    ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib"
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
  if(PRAVEGA_ACTOR_SANITIZE)
    target_link_options(${target} PUBLIC -fsanitize=${PRAVEGA_ACTOR_SANITIZE})
  endif()
  if(type STREQUAL STATIC)
    # A shared library of an application does not show what it has linked statically.
    target_link_options(${target} INTERFACE "LINKER:--exclude-libs,lib${arg_NAME}.a")
  endif()
  install(TARGETS ${target} EXPORT pravega_actor-targets
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" ${development}
          LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" ${runtime}
                  NAMELINK_COMPONENT development)
endfunction()

set(layers core wire tls proto supervision grpc_port controller_client transport connection host
    requests append read writer transaction reader streams synchronizer group group_reader group_manager)
list(TRANSFORM layers PREPEND "pravega_actor_")
pravega_actor_bundle(pravega_actor_library STATIC NAME pravega_actor EXPORT_NAME pravega_actor
  LAYERS ${layers} pravega_actor)
set(client_libraries pravega_actor_library)
set(pc_files pravega_actor)
if(NOT PRAVEGA_ACTOR_SANITIZE)
  set(exports "${CMAKE_CURRENT_LIST_DIR}/exports.map")
  pravega_actor_bundle(pravega_actor_shared SHARED NAME pravega_actor EXPORT_NAME shared
    LAYERS ${layers} pravega_actor)
  set_target_properties(pravega_actor_shared PROPERTIES LINK_DEPENDS "${exports}"
    VERSION ${PRAVEGA_ACTOR_ABI}.${PROJECT_VERSION} SOVERSION ${PRAVEGA_ACTOR_ABI})
  target_link_options(pravega_actor_shared PRIVATE "LINKER:--version-script=${exports}"
                      "LINKER:--no-undefined")
  target_link_libraries(pravega_actor_shared PRIVATE pravega_actor_hardening)
  list(APPEND client_libraries pravega_actor_shared)
  list(APPEND pc_files pravega_actor_shared)
endif()
foreach(library IN LISTS client_libraries)
  target_link_libraries(${library} PUBLIC CAF::core Threads::Threads
                        PRIVATE gRPC::grpc++ protobuf::libprotobuf OpenSSL::SSL ZLIB::ZLIB)
endforeach()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/libpravega_actor/include/"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" ${development} FILES_MATCHING PATTERN *.hpp)

if(PRAVEGA_ACTOR_BUILD_SANDBOX)
  # Static only: it is for tests, and reaches into the client, whose shared library hides itself.
  pravega_actor_bundle(pravega_sandbox_library STATIC NAME pravega_sandbox EXPORT_NAME sandbox
    LAYERS pravega_sandbox_security pravega_sandbox_store pravega_sandbox_controller
           pravega_sandbox pravega_sandbox_simulation)
  target_link_libraries(pravega_sandbox_library PUBLIC pravega_actor_library
                        PRIVATE gRPC::grpc++ protobuf::libprotobuf OpenSSL::SSL OpenSSL::Crypto)
  # The simulation kit lies in the same file; it has a name of its own, as inside the project.
  add_library(pravega_simulation_library INTERFACE)
  set_target_properties(pravega_simulation_library PROPERTIES EXPORT_NAME simulation)
  target_link_libraries(pravega_simulation_library INTERFACE pravega_sandbox_library)
  install(TARGETS pravega_simulation_library EXPORT pravega_actor-targets)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/libpravega_sandbox/include/"
          DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" ${development} FILES_MATCHING PATTERN *.hpp)
  list(APPEND pc_files pravega_sandbox)
endif()

# For find_package(pravega_actor).
set(generated "${PROJECT_BINARY_DIR}/package")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/pravega_actor-config.cmake.in"
  "${generated}/pravega_actor-config.cmake" INSTALL_DESTINATION "${cmake_folder}")
write_basic_package_version_file("${generated}/pravega_actor-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(EXPORT pravega_actor-targets NAMESPACE pravega_actor:: DESTINATION "${cmake_folder}"
        ${development})
install(FILES "${generated}/pravega_actor-config.cmake"
              "${generated}/pravega_actor-config-version.cmake"
              "${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake" "${CMAKE_CURRENT_LIST_DIR}/re2.cmake"
        DESTINATION "${cmake_folder}" ${development})

# For pkg-config. The paths follow the file, wherever it is moved to.
file(RELATIVE_PATH PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" PC_PREFIX "${PC_PREFIX}")
foreach(name IN LISTS pc_files)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/${name}.pc.in" "${generated}/${name}.pc" @ONLY)
  install(FILES "${generated}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
          ${development})
endforeach()

# The documentation. Its links lead to what is installed, or are plain words.
install(FILES "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/SECURITY.md"
              "${CMAKE_CURRENT_LIST_DIR}/copyright"
        DESTINATION "${development_docs}" ${development})
pravega_actor_install_compressed("${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${development_docs}"
                                 development changelog)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${development_docs}" ${development}
        FILES_MATCHING PATTERN *.md PATTERN *.svg PATTERN *.png PATTERN *.gif)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples" DESTINATION "${development_docs}"
        ${development} FILES_MATCHING PATTERN *.cpp PATTERN *.hpp)
install(FILES "${CMAKE_CURRENT_LIST_DIR}/examples.cmake" RENAME CMakeLists.txt
        DESTINATION "${development_docs}/examples" ${development})
install(CODE "set(docs \"${development_docs}\")\nset(includes \"${CMAKE_INSTALL_INCLUDEDIR}\")"
        ${development})
install(SCRIPT "${CMAKE_CURRENT_LIST_DIR}/installed_docs.cmake" ${development})
pravega_actor_install_compressed("${debian_changelog}" "${development_docs}" development)
if(TARGET pravega_actor_shared)
  install(FILES "${CMAKE_CURRENT_LIST_DIR}/copyright" DESTINATION "${runtime_docs}" ${runtime})
  pravega_actor_install_compressed("${debian_changelog}" "${runtime_docs}" runtime)
endif()

if(TARGET pravega-actor)
  include(tool_package)
endif()

include(debian)
