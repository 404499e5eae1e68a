# Runs the same seeds in two processes and compares their traces.
file(MAKE_DIRECTORY "${WORK}")
foreach(process first second)
  execute_process(
    COMMAND "${RUNNER}" --first ${FIRST} --count ${COUNT} ${ARGUMENTS}
            --trace "${WORK}/${process}.trace" --struck "${WORK}/struck"
    RESULT_VARIABLE failed)
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
