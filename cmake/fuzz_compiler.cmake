# Chooses clang for the fuzzers, before project() would choose the system's compiler.
if(NOT CMAKE_CXX_COMPILER)
  find_program(PRAVEGA_ACTOR_CLANG
    NAMES clang++ clang++-19 clang++-18 clang++-17 clang++-16 clang++-15 clang++-14
    DOC "The compiler of the fuzzers")
  if(NOT PRAVEGA_ACTOR_CLANG)
    message(FATAL_ERROR
      "The fuzzers need clang and its runtime, as libFuzzer is a part of them. On Debian:\n"
      "  apt-get install clang libclang-rt-dev")
  endif()
  set(CMAKE_CXX_COMPILER "${PRAVEGA_ACTOR_CLANG}")
endif()
