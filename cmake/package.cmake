# What `cmake --install` delivers, and the Debian packages that `cpack -G DEB` makes of it.
# Two components, each a package: the library with all one needs to build with it, and the tool.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(development COMPONENT development)
set(tool COMPONENT tool)
set(cmake_folder "${CMAKE_INSTALL_LIBDIR}/cmake/pravega_actor")
set(development_docs "${CMAKE_INSTALL_DATAROOTDIR}/doc/libpravega-actor-dev")
set(tool_docs "${CMAKE_INSTALL_DATAROOTDIR}/doc/pravega-actor")

# pravega_actor_bundle(<target> NAME <file> EXPORT_NAME <name> LAYERS <targets>)
# One library of the objects of several layers: static, or shared with BUILD_SHARED_LIBS.
function(pravega_actor_bundle target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME;EXPORT_NAME" "LAYERS")
  list(TRANSFORM arg_LAYERS REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
  add_library(${target} ${objects})
  target_compile_features(${target} INTERFACE cxx_std_20)
  target_include_directories(${target} INTERFACE
                             "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX
    OUTPUT_NAME ${arg_NAME} EXPORT_NAME ${arg_EXPORT_NAME}
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib"
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
  if(PRAVEGA_ACTOR_SANITIZE)
    target_link_options(${target} PUBLIC -fsanitize=${PRAVEGA_ACTOR_SANITIZE})
  endif()
  install(TARGETS ${target} EXPORT pravega_actor-targets
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" ${development}
          LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" ${development})
endfunction()

set(layers core wire proto supervision controller controller_client transport connection segment
    writer reader)
list(TRANSFORM layers PREPEND "pravega_actor_")
pravega_actor_bundle(pravega_actor_library NAME pravega_actor EXPORT_NAME pravega_actor
  LAYERS ${layers} pravega_actor)
target_link_libraries(pravega_actor_library PUBLIC CAF::core Threads::Threads
                      PRIVATE gRPC::grpc++ protobuf::libprotobuf ZLIB::ZLIB)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/libpravega_actor/include/"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" ${development} FILES_MATCHING PATTERN *.hpp)

set(pc_files pravega_actor)
if(PRAVEGA_ACTOR_BUILD_SANDBOX)
  pravega_actor_bundle(pravega_sandbox_library NAME pravega_sandbox EXPORT_NAME sandbox
    LAYERS pravega_sandbox_store pravega_sandbox_controller pravega_sandbox
           pravega_sandbox_simulation)
  target_link_libraries(pravega_sandbox_library PUBLIC pravega_actor_library
                        PRIVATE gRPC::grpc++ protobuf::libprotobuf)
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

install(FILES "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
              "${PROJECT_SOURCE_DIR}/SECURITY.md" "${CMAKE_CURRENT_LIST_DIR}/copyright"
        DESTINATION "${development_docs}" ${development})
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${development_docs}" ${development}
        FILES_MATCHING PATTERN *.md)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples" DESTINATION "${development_docs}"
        ${development} FILES_MATCHING PATTERN *.cpp)
install(FILES "${CMAKE_CURRENT_LIST_DIR}/examples.cmake" RENAME CMakeLists.txt
        DESTINATION "${development_docs}/examples" ${development})

if(TARGET pravega-actor)
  install(TARGETS pravega-actor RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" ${tool})
  install(FILES "${PROJECT_SOURCE_DIR}/tools/pravega-actor/completion.bash" OPTIONAL
          DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions"
          RENAME pravega-actor ${tool})
  install(FILES "${PROJECT_SOURCE_DIR}/README.md" "${CMAKE_CURRENT_LIST_DIR}/copyright"
          DESTINATION "${tool_docs}" ${tool})
endif()

include(debian)
