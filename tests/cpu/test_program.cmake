# SPDX-License-Identifier: Apache-2.0
# Programs for tests, linked to fixed addresses:
#   cpu_test_program(NAME CORE SOURCES FILES... [OPTIONS FLAGS...])   NAME_CORE.elf of C and assembly sources, target NAME_CORE

set(_flags -mthumb -masm-syntax-unified -O2 -g -std=c11 -ffreestanding -fno-common -ffunction-sections -fdata-sections -Wall -Wextra -Werror)
set(_link_flags -nostdlib -nostartfiles -static -Wl,--gc-sections -Wl,--no-warn-rwx-segments -Wl,--fatal-warnings)

function(cpu_test_program stem_of_name core)
  cmake_parse_arguments(arg "" "" "SOURCES;OPTIONS" ${ARGN})
  set(name ${stem_of_name}_${core})
  set(elf ${CMAKE_CURRENT_BINARY_DIR}/${name}.elf)
  set(objects)
  foreach(source ${arg_SOURCES})
    get_filename_component(source ${source} ABSOLUTE)
    get_filename_component(stem ${source} NAME)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir/${stem}.o)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${SYSTOLITE_ARM_GCC} -mcpu=${core} ${_flags} ${arg_OPTIONS} -I${PROJECT_SOURCE_DIR} -MD -MF ${object}.d
              -c ${source} -o ${object}
      DEPENDS ${source}
      DEPFILE ${object}.d
      COMMENT "Compiling ${stem} for ${core}"
      VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  set(script ${PROJECT_SOURCE_DIR}/tests/cpu/firmware/memory.ld)
  add_custom_command(
    OUTPUT ${elf}
    COMMAND ${SYSTOLITE_ARM_GCC} -mcpu=${core} -mthumb ${arg_OPTIONS} ${_link_flags} -T ${script} ${objects} -lgcc -o ${elf}
    DEPENDS ${objects} ${script}
    COMMENT "Linking ${name}.elf"
    VERBATIM)
  add_custom_target(${name} DEPENDS ${elf})
  set_property(GLOBAL APPEND PROPERTY cpu_test_programs ${name})
endfunction()
