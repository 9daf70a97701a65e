# SPDX-License-Identifier: Apache-2.0
# Sets GENERATOR_PYTHON to a Python 3 that can import yaml. The first python3 on the path may be one without it (pyenv,
# conda), so the system's own is tried as well.

function(_systolite_has_yaml result python)
  execute_process(COMMAND ${python} -c "import sys, yaml; sys.exit(sys.version_info < (3, 10))"
                  RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(status EQUAL 0)
    set(${result} TRUE PARENT_SCOPE)
  else()
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

if(NOT GENERATOR_PYTHON)
  find_program(_path_python python3 NO_CACHE)
  foreach(candidate ${_path_python} /usr/bin/python3)
    _systolite_has_yaml(usable ${candidate})
    if(usable)
      set(GENERATOR_PYTHON ${candidate} CACHE FILEPATH "Python 3.10 or later with the module yaml")
      break()
    endif()
  endforeach()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(GeneratorPython REQUIRED_VARS GENERATOR_PYTHON REASON_FAILURE_MESSAGE
  "no Python 3.10 or later with the module yaml was found: install the Debian packages python3 and python3-yaml, or set GENERATOR_PYTHON")
