# SPDX-License-Identifier: Apache-2.0
# Adds every part of the project: each folder below whose CMakeLists.txt is not already reached from the one above it.
# SYSTOLITE_PARTS restricts the build to a list of folders.

set(SYSTOLITE_PARTS "" CACHE STRING "Folders to build, e.g. sim/core;tests/core; empty: all")

if(SYSTOLITE_PARTS)
  set(_parts ${SYSTOLITE_PARTS})
else()
  set(_parts sim/core)
  foreach(_top sim mapper driver hw python tests benchmarks)
    if(EXISTS ${PROJECT_SOURCE_DIR}/${_top}/CMakeLists.txt)
      list(APPEND _parts ${_top})
    else()
      file(GLOB _found RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${_top}/*/CMakeLists.txt)
      list(TRANSFORM _found REPLACE "/CMakeLists.txt$" "")
      list(APPEND _parts ${_found})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES _parts)
endif()

foreach(_part ${_parts})
  if(_part MATCHES "^(tests|benchmarks)")
    # Programs that are in no shared library (CompilerSettings.cmake).
    unset(CMAKE_POSITION_INDEPENDENT_CODE)
    unset(CMAKE_C_VISIBILITY_PRESET)
    unset(CMAKE_CXX_VISIBILITY_PRESET)
    unset(CMAKE_VISIBILITY_INLINES_HIDDEN)
  endif()
  if(EXISTS ${PROJECT_SOURCE_DIR}/${_part}/CMakeLists.txt)
    add_subdirectory(${_part})
  endif()
endforeach()
