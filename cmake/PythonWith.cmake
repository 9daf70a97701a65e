# SPDX-License-Identifier: Apache-2.0
# systolite_python_with(RESULT MODULES): sets RESULT to a Python that can import MODULES ("a, b"), or to nothing. The first
# python3 on the path may be one without them (pyenv, conda), so the system's own is tried as well.
function(systolite_python_with RESULT MODULES)
  set(${RESULT} "" PARENT_SCOPE)
  foreach(candidate ${GENERATOR_PYTHON} /usr/bin/python3)
    execute_process(COMMAND ${candidate} -c "import ${MODULES}" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
    if(status EQUAL 0)
      set(${RESULT} ${candidate} PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()
