# SPDX-License-Identifier: Apache-2.0
# Firmware for the simulated Cortex-M, compiled with arm-none-eabi-gcc (Debian: gcc-arm-none-eabi; no C library is needed).
#
#   systolite_add_firmware(NAME SOURCES file... INCLUDES folder... [DEFINES name=value...] [CORES core...]
#                          [THIRD_PARTY file...])
#
# makes ${SYSTOLITE_FIRMWARE_DIR}/NAME-CORE.o for each core: everything it consists of, libgcc included, linked but not yet
# placed. Where the memories are follows from the hardware description, so placing it (driver/firmware/common/firmware.ld) is
# left to whoever runs it. Warnings of THIRD_PARTY sources are not ours to mend, and not shown. Target: NAME. Without the compiler the target does nothing but say so.

set(SYSTOLITE_FIRMWARE_DIR ${PROJECT_BINARY_DIR}/firmware)
set(SYSTOLITE_FIRMWARE_CORES cortex-m0plus cortex-m3 cortex-m4 cortex-m7 cortex-m33)
# Soft float: the same calling convention on every core; no kernel uses floating point.
set(SYSTOLITE_FIRMWARE_FLAGS
  -mthumb -mfloat-abi=soft -std=c11 -ffreestanding -fno-builtin -fno-tree-loop-distribute-patterns -O2 -falign-functions=16 -falign-loops=8 -ffunction-sections
  -fdata-sections -g -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
  -Wmissing-prototypes -Werror)

find_program(SYSTOLITE_ARM_GCC arm-none-eabi-gcc)
find_program(SYSTOLITE_ARM_OBJCOPY arm-none-eabi-objcopy)
mark_as_advanced(SYSTOLITE_ARM_GCC SYSTOLITE_ARM_OBJCOPY)

function(systolite_add_firmware name)
  cmake_parse_arguments(arg "" "" "SOURCES;INCLUDES;DEFINES;CORES;THIRD_PARTY" ${ARGN})
  if(NOT SYSTOLITE_ARM_GCC)
    add_custom_target(${name} ALL COMMAND ${CMAKE_COMMAND} -E echo
                      "Not building ${name}: arm-none-eabi-gcc is not installed" VERBATIM)
    return()
  endif()
  if(NOT arg_CORES)
    set(arg_CORES ${SYSTOLITE_FIRMWARE_CORES})
  endif()
  list(TRANSFORM arg_INCLUDES PREPEND -I)
  list(TRANSFORM arg_DEFINES PREPEND -D)
  set(images)
  foreach(core ${arg_CORES})
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}-${core}.dir)
    set(objects)
    foreach(source ${arg_SOURCES} ${arg_THIRD_PARTY})
      get_filename_component(stem ${source} NAME_WE)
      set(quiet)
      if(source IN_LIST arg_THIRD_PARTY)
        set(quiet -w)
      endif()
      set(object ${folder}/${stem}.o)
      add_custom_command(
        OUTPUT ${object}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
        COMMAND ${CMAKE_C_COMPILER_LAUNCHER} ${SYSTOLITE_ARM_GCC} -mcpu=${core} ${SYSTOLITE_FIRMWARE_FLAGS} ${quiet} ${arg_DEFINES}
                ${arg_INCLUDES} -I${SYSTOLITE_GENERATED_DIR} -MD -MF ${object}.d -c ${source} -o ${object}
        DEPENDS ${source} systolite_generate
        DEPFILE ${object}.d
        COMMENT "Compiling ${stem}.c for ${core}"
        VERBATIM)
      list(APPEND objects ${object})
    endforeach()
    set(image ${SYSTOLITE_FIRMWARE_DIR}/${name}-${core}.o)
    add_custom_command(
      OUTPUT ${image}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${SYSTOLITE_FIRMWARE_DIR}
      COMMAND ${SYSTOLITE_ARM_GCC} -mcpu=${core} -mthumb -mfloat-abi=soft -nostdlib -r ${objects} -lgcc -o ${image}
      DEPENDS ${objects}
      COMMENT "Linking firmware ${name} for ${core}"
      VERBATIM)
    list(APPEND images ${image})
  endforeach()
  add_custom_target(${name} ALL DEPENDS ${images})
endfunction()

#   systolite_link_firmware(NAME MAP FLASH address bytes RAM address bytes [CORES core...])
#
# places it at fixed addresses: ${SYSTOLITE_FIRMWARE_DIR}/NAME-CORE-MAP.elf, and .bin with the bytes of its flash alone. RAM: what its variables and its stack may use.
# Target: NAME-MAP.
set(SYSTOLITE_FIRMWARE_STACK_BYTES 2048)

function(systolite_link_firmware name map)
  cmake_parse_arguments(arg "" "" "FLASH;RAM;CORES" ${ARGN})
  if(NOT SYSTOLITE_ARM_GCC)
    return()
  endif()
  if(NOT arg_CORES)
    set(arg_CORES ${SYSTOLITE_FIRMWARE_CORES})
  endif()
  list(GET arg_FLASH 0 flash)
  list(GET arg_FLASH 1 flash_bytes)
  list(GET arg_RAM 0 ram)
  list(GET arg_RAM 1 ram_bytes)
  set(script ${PROJECT_SOURCE_DIR}/driver/firmware/common/firmware.ld)
  set(images)
  foreach(core ${arg_CORES})
    set(object ${SYSTOLITE_FIRMWARE_DIR}/${name}-${core}.o)
    set(image ${SYSTOLITE_FIRMWARE_DIR}/${name}-${core}-${map}.elf)
    set(binary ${SYSTOLITE_FIRMWARE_DIR}/${name}-${core}-${map}.bin)
    add_custom_command(
      OUTPUT ${image} ${binary}
      COMMAND ${SYSTOLITE_ARM_GCC} -mcpu=${core} -mthumb -mfloat-abi=soft -nostdlib -nostartfiles -Wl,--gc-sections
              -Wl,--fatal-warnings -Wl,--defsym=firmware_flash=${flash} -Wl,--defsym=firmware_flash_bytes=${flash_bytes}
              -Wl,--defsym=firmware_ram=${ram} -Wl,--defsym=firmware_ram_bytes=${ram_bytes}
              -Wl,--defsym=firmware_stack_bytes=${SYSTOLITE_FIRMWARE_STACK_BYTES} -T ${script} ${object} -o ${image}
      COMMAND ${SYSTOLITE_ARM_OBJCOPY} -O binary ${image} ${binary}
      DEPENDS ${object} ${script}
      COMMENT "Placing firmware ${name} for ${core} (${map})"
      VERBATIM)
    list(APPEND images ${image})
  endforeach()
  add_custom_target(${name}-${map} ALL DEPENDS ${images})
endfunction()
