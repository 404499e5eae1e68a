# One function that describes a component: a folder of sources with one layer of the design.
include_guard(GLOBAL)

add_library(pravega_actor_options INTERFACE)
target_compile_features(pravega_actor_options INTERFACE cxx_std_20)
# -pthread for all, as gRPC's targets bring it: it is part of what a precompiled header was made for.
target_compile_options(pravega_actor_options INTERFACE
  -pthread -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${PRAVEGA_ACTOR_WERROR}>:-Werror>)
if(PRAVEGA_ACTOR_SANITIZE)
  target_compile_options(pravega_actor_options INTERFACE
    -fsanitize=${PRAVEGA_ACTOR_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(NOT PRAVEGA_ACTOR_FUZZ)
    # Without these four checks a CAF file compiles in half the time; the rest stays on.
    target_compile_options(pravega_actor_options INTERFACE
      -fno-sanitize=null,vptr,alignment,object-size)
  endif()
  target_link_options(pravega_actor_options INTERFACE -fsanitize=${PRAVEGA_ACTOR_SANITIZE})
endif()
add_library(pravega_actor::options ALIAS pravega_actor_options)

# What is installed is made of the components' objects (package.cmake); only there, and only if it
# is shared, symbols must be visible.
function(pravega_actor_library_flags target)
  if(NOT (BUILD_SHARED_LIBS AND PRAVEGA_ACTOR_INSTALL))
    target_compile_options(${target} PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden)
  endif()
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# pravega_actor_precompiled(<target> HEADERS <headers> [LINK <targets>])
# One precompiled header for many targets with the same flags: each costs what a large file does.
function(pravega_actor_precompiled target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;LINK")
  add_library(${target} OBJECT "${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp")
  target_link_libraries(${target} PRIVATE pravega_actor_options ${arg_LINK})
  target_precompile_headers(${target} PRIVATE ${arg_HEADERS})
endfunction()

# pravega_actor_component(<target> DIR <folder> [DEPENDS <targets>] [PCH <target>])
# Compiles every .cpp of the folder into a library of the build, with that precompiled header.
function(pravega_actor_component target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIR;PCH" "DEPENDS")
  file(GLOB sources CONFIGURE_DEPENDS "${arg_DIR}/*.cpp")
  if(NOT sources)
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${arg_DEPENDS})
    return()
  endif()
  add_library(${target} STATIC ${sources})
  target_link_libraries(${target} PRIVATE pravega_actor_options PUBLIC ${arg_DEPENDS})
  pravega_actor_library_flags(${target})
  if(arg_PCH)
    target_precompile_headers(${target} REUSE_FROM ${arg_PCH})
  endif()
endfunction()
