# The Debian packages: libpravega-actor0, libpravega-actor-dev and pravega-actor.
set(runtime_package "libpravega-actor${PRAVEGA_ACTOR_ABI}")

# debian_range(<variable> <package> <version>): this minor version of a library, no other. The
# archive holds what its headers generated; another version has other types and symbols.
function(debian_range variable package version)
  string(REGEX MATCH "^([0-9]+)\\.([0-9]+)" minor "${version}")
  if(NOT minor)
    set(${variable} "${package}" PARENT_SCOPE)
    return()
  endif()
  math(EXPR next "${CMAKE_MATCH_2} + 1")
  set(${variable} "${package} (>= ${minor}), ${package} (<< ${CMAKE_MATCH_1}.${next})"
      PARENT_SCOPE)
endfunction()
debian_range(caf_range libcaf-dev "${CAF_VERSION}")
debian_range(grpc_range libgrpc++-dev "${gRPC_VERSION}")
debian_range(protobuf_range libprotobuf-dev "${Protobuf_VERSION}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pravega-actor)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "${PRAVEGA_ACTOR_MAINTAINER}")
set(CPACK_PACKAGE_HOMEPAGE_URL "${PROJECT_HOMEPAGE_URL}")
# Each package has a synopsis of its own; a common one would stand before it.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_COMPONENTS_ALL development)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE "${debian_release}")
set(CPACK_DEBIAN_PACKAGE_SOURCE pravega-actor)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

if(TARGET pravega_actor_shared)
  list(APPEND CPACK_COMPONENTS_ALL runtime)
  set(runtime_depends "${runtime_package} (= ${PROJECT_VERSION}-${debian_release}), ")
endif()
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME "${runtime_package}")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
# The loader's cache is renewed by a trigger, as debhelper would have it.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA
    "${CMAKE_CURRENT_LIST_DIR}/triggers;${CMAKE_CURRENT_LIST_DIR}/postinst;${CMAKE_CURRENT_LIST_DIR}/postrm")
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION
"reactive C++ client for Pravega streams - shared library
Writers, readers and segments of streams as supervised actors that exchange
typed messages. Events are written exactly once, stay in order per routing
key, and are read back as slices that are never copied.
.
This package holds the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libpravega-actor-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "${runtime_depends}${caf_range}, ${grpc_range}, ${protobuf_range}, libssl-dev, zlib1g-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION
"reactive C++ client for Pravega streams - development files
Writers, readers and segments of streams as supervised actors that exchange
typed messages. Events are written exactly once, stay in order per routing
key, and are read back as slices that are never copied.
.
This package holds headers, static libraries (client, embedded sandbox server
and simulation kit), CMake and pkg-config files, documentation and examples.")

if(TARGET pravega-actor)
  list(APPEND CPACK_COMPONENTS_ALL tool)
endif()
set(CPACK_DEBIAN_TOOL_PACKAGE_NAME pravega-actor)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_TOOL_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOL_DESCRIPTION
"command-line tool for Pravega streams
Writes lines to streams, reads them back, verifies them, manages streams,
measures throughput and latency, and runs an embedded server for development
(sandbox) and a demonstration.")

include(CPack)
