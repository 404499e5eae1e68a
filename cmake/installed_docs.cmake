# Runs at the installation: makes the links in the installed documentation fit what is installed.
#   docs       its folder, below the prefix
#   includes   the headers' folder, below the prefix
set(prefix "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
set(folder "${prefix}/${docs}")
file(GLOB_RECURSE pages "${folder}/*.md")
foreach(page IN LISTS pages)
  file(READ "${page}" text)
  # Square brackets and semicolons mean something in CMake's lists.
  string(ASCII 1 link)
  string(REPLACE "](" "${link}" marked "${text}")
  # The parameters of a lambda expression stand behind a bracket, too.
  string(REGEX MATCHALL "${link}[A-Za-z0-9_./:#-]+\\)" targets "${marked}")
  list(REMOVE_DUPLICATES targets)
  get_filename_component(here "${page}" DIRECTORY)
  foreach(target IN LISTS targets)
    string(REGEX REPLACE "${link}(.*)\\)" "\\1" target "${target}")
    string(REGEX REPLACE "#.*" "" file "${target}")
    if(NOT file OR target MATCHES "^[a-z]+:" OR EXISTS "${here}/${file}")
      continue()
    endif()
    string(REGEX REPLACE "^(.*/)?libpravega_(actor|sandbox)/include/" "" header "${file}")
    if(NOT header STREQUAL file AND EXISTS "${prefix}/${includes}/${header}")
      file(RELATIVE_PATH other "${here}" "${prefix}/${includes}/${header}")
      string(REPLACE "](${target})" "](${other})" text "${text}")
      continue()
    endif()
    # Of a link there stays its text.
    string(REGEX REPLACE "([][+.*()^$?|\\\\])" "\\\\\\1" literal "${target}")
    string(REGEX REPLACE "\\[([^][]*)\\]\\(${literal}\\)" "\\1" text "${text}")
  endforeach()
  file(WRITE "${page}" "${text}")
endforeach()
