# SPDX-License-Identifier: Apache-2.0
# Programs for the simulated Cortex-M, compiled in the build with arm-none-eabi-gcc.
#   SYSTOLITE_ARM_GCC                      the compiler; empty if there is none: scripts/setup.sh installs it
#   systolite_arm_program(NAME ...)        NAME.elf from C and assembly sources, as target NAME
#       SOURCES FILES... LINKER_SCRIPT FILE CPU CORE [OPTIONS FLAGS...] [INCLUDES FOLDERS...]
#     sets NAME_ELF in the caller's scope to the file's path. Without the compiler nothing may call it.

find_program(SYSTOLITE_ARM_GCC arm-none-eabi-gcc DOC "Compiler of programs for the simulated Cortex-M")
if(NOT SYSTOLITE_ARM_GCC)
  message(WARNING "arm-none-eabi-gcc is not in PATH: programs for the simulated Cortex-M and tests that run them are left out. "
                  "scripts/setup.sh installs it (Debian: gcc-arm-none-eabi).")
  set(SYSTOLITE_ARM_GCC "" CACHE FILEPATH "" FORCE)
endif()

# The same everywhere, because figures depend on them.
set(SYSTOLITE_ARM_FLAGS -mthumb -O2 -g -std=c11 -ffreestanding -fno-common -ffunction-sections -fdata-sections -Wall -Wextra -Werror)
set(SYSTOLITE_ARM_LINK_FLAGS -nostdlib -nostartfiles -static -Wl,--gc-sections -Wl,--no-warn-rwx-segments -Wl,--fatal-warnings)

function(systolite_arm_program name)
  cmake_parse_arguments(arg "" "LINKER_SCRIPT;CPU" "SOURCES;OPTIONS;INCLUDES" ${ARGN})
  set(elf ${CMAKE_CURRENT_BINARY_DIR}/${name}.elf)
  set(objects)
  set(include_flags)
  foreach(folder ${PROJECT_SOURCE_DIR} ${arg_INCLUDES})
    list(APPEND include_flags -I${folder})
  endforeach()
  foreach(source ${arg_SOURCES})
    get_filename_component(source ${source} ABSOLUTE)
    get_filename_component(stem ${source} NAME)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir/${stem}.o)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${SYSTOLITE_ARM_GCC} -mcpu=${arg_CPU} ${SYSTOLITE_ARM_FLAGS} ${arg_OPTIONS} ${include_flags} -MD -MF ${object}.d
              -c ${source} -o ${object}
      DEPENDS ${source}
      DEPFILE ${object}.d
      COMMENT "Compiling ${stem} for ${arg_CPU}"
      VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  get_filename_component(script ${arg_LINKER_SCRIPT} ABSOLUTE)
  add_custom_command(
    OUTPUT ${elf}
    COMMAND ${SYSTOLITE_ARM_GCC} -mcpu=${arg_CPU} -mthumb ${arg_OPTIONS} ${SYSTOLITE_ARM_LINK_FLAGS} -T ${script} ${objects} -lgcc -o ${elf}
    DEPENDS ${objects} ${script}
    COMMENT "Linking ${name}.elf"
    VERBATIM)
  add_custom_target(${name} DEPENDS ${elf})
  set(${name}_ELF ${elf} PARENT_SCOPE)
endfunction()
