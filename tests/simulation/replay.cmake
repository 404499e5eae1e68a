# Runs the same seeds in two processes and compares their traces.
file(MAKE_DIRECTORY "${WORK}")
set(time_limit TIMEOUT 1800)
# So many seeds of each workload instead. PART is "2/3" for the second of three tests that share
# them, or empty where there is a run for each action.
if(DEFINED ENV{PRAVEGA_ACTOR_SEEDS} AND PART)
  set(seeds "$ENV{PRAVEGA_ACTOR_SEEDS}")
  string(REPLACE "/" ";" part "${PART}")
  list(GET part 0 part)
  string(REGEX REPLACE ".*/" "" parts "${PART}")
  if(NOT seeds MATCHES "^[1-9][0-9]?[0-9]?[0-9]?[0-9]?[0-9]?$" OR seeds LESS parts)
    message(FATAL_ERROR "PRAVEGA_ACTOR_SEEDS is a number from ${parts} to 999999")
  endif()
  math(EXPR before "${seeds} * (${part} - 1) / ${parts}")
  math(EXPR FIRST "${before} + 1")
  math(EXPR COUNT "${seeds} * ${part} / ${parts} - ${before}")
  # ctest has a limit of hours.
  set(time_limit)
endif()
message("${COUNT} seeds from ${FIRST} on")
foreach(process first second)
  execute_process(
    COMMAND "${RUNNER}" --first ${FIRST} --count ${COUNT} ${ARGUMENTS}
            --trace "${WORK}/${process}.trace" --struck "${WORK}/struck"
    RESULT_VARIABLE failed ${time_limit})
  if(failed)
    message(FATAL_ERROR "the ${process} run failed: ${failed}")
  endif()
endforeach()
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/first.trace"
                        "${WORK}/second.trace" RESULT_VARIABLE different)
if(different)
  message(FATAL_ERROR "a replay differs: compare ${WORK}/first.trace with second.trace")
endif()
file(SIZE "${WORK}/first.trace" size)
if(size LESS 10000)
  message(FATAL_ERROR "the trace is empty: nothing was simulated")
endif()
message("replayed byte by byte: ${size} bytes of trace")
