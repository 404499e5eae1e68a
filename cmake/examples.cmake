# Builds the examples with the installed library:
#   cmake -S . -B /tmp/examples && cmake --build /tmp/examples
cmake_minimum_required(VERSION 3.22)
project(pravega_actor_examples LANGUAGES CXX)
find_package(pravega_actor 0.1 REQUIRED COMPONENTS sandbox simulation)

file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
foreach(source IN LISTS sources)
  get_filename_component(name "${source}" NAME_WE)
  add_executable(${name} "${source}")
  target_link_libraries(${name} PRIVATE pravega_actor::pravega_actor pravega_actor::sandbox
                        pravega_actor::simulation)
endforeach()
