# One function that describes a component: a folder of sources with one layer of the design.
include_guard(GLOBAL)

# What keeps a fault in memory from becoming more than a crash; in optimised builds, and not beside
# sanitizers, which watch the same places themselves.
add_library(pravega_actor_hardening INTERFACE)
if(NOT PRAVEGA_ACTOR_SANITIZE)
  set(hardening -fstack-protector-strong)
  if(NOT CMAKE_CXX_FLAGS MATCHES "_FORTIFY_SOURCE")
    list(APPEND hardening -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|i.86)$")
    list(APPEND hardening -fcf-protection)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    list(APPEND hardening -mbranch-protection=standard)
  endif()
  set(optimised "$<CONFIG:Release,RelWithDebInfo,MinSizeRel>")
  target_compile_options(pravega_actor_hardening INTERFACE "$<${optimised}:${hardening}>")
  target_link_options(pravega_actor_hardening INTERFACE "$<${optimised}:-Wl,-z,relro,-z,now>")
endif()

add_library(pravega_actor_options INTERFACE)
target_compile_features(pravega_actor_options INTERFACE cxx_std_20)
# All get the flags that gRPC's targets bring: a precompiled header serves only those that have the
# flags that it was made with.
set(grpc_flags "$<TARGET_PROPERTY:gRPC::grpc++,INTERFACE_COMPILE_OPTIONS>")
set(grpc_definitions "$<TARGET_PROPERTY:gRPC::grpc++,INTERFACE_COMPILE_DEFINITIONS>")
target_compile_options(pravega_actor_options INTERFACE
  -pthread $<$<TARGET_EXISTS:gRPC::grpc++>:${grpc_flags}>
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  # In united sources these two are about what another source has.
  $<$<BOOL:${PRAVEGA_ACTOR_UNITY}>:-Wno-shadow;-Wno-subobject-linkage>
  $<$<BOOL:${PRAVEGA_ACTOR_WERROR}>:-Werror>)
target_compile_definitions(pravega_actor_options INTERFACE
  $<$<TARGET_EXISTS:gRPC::grpc++>:${grpc_definitions}>)
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
target_link_libraries(pravega_actor_options INTERFACE pravega_actor_hardening)
add_library(pravega_actor::options ALIAS pravega_actor_options)

# Only the namespaces that carry PRAVEGA_ACTOR_API are visible, in the static library and in the
# shared one: both are made of the same objects (package.cmake). The library calls its own exported
# functions directly and inlines them; a program that defines such a function replaces only its own calls.
function(pravega_actor_library_flags target)
  target_compile_options(${target} PRIVATE
    -fvisibility=hidden -fvisibility-inlines-hidden -fno-semantic-interposition)
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

# pravega_actor_unite(<target>)
# If PRAVEGA_ACTOR_UNITY is on: the compiler gets several sources of a folder at once, so that it reads
# the headers and makes the templates of CAF once for all of them. Files that a target compiles with
# flags of their own stay alone.
function(pravega_actor_unite target)
  if(PRAVEGA_ACTOR_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
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
  pravega_actor_unite(${target})
endfunction()
