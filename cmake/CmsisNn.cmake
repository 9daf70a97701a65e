# SPDX-License-Identifier: Apache-2.0
# The baseline firmware on a user's own checkout of CMSIS-NN (driver/cmsis_nn/README.md).
#   CMSIS_NN_DIR                                 the checkout; empty: none
#   systolite_add_cmsis_nn_firmware(NAME DIR)    firmware NAME for every core, as systolite_add_firmware()
set(CMSIS_NN_DIR "" CACHE PATH "A checkout of CMSIS-NN to compare with; empty: none")

if(CMSIS_NN_DIR AND NOT EXISTS ${CMSIS_NN_DIR}/Include/arm_nnfunctions.h)
  message(FATAL_ERROR "CMSIS_NN_DIR is ${CMSIS_NN_DIR}: it must be a checkout of CMSIS-NN, with Include/arm_nnfunctions.h and Source")
endif()

function(systolite_add_cmsis_nn_firmware name dir)
  set(driver ${PROJECT_SOURCE_DIR}/driver)
  set(sources)
  foreach(library systolite_kernels systolite_driver systolite_runtime)
    get_target_property(files ${library} SOURCES)
    get_target_property(folder ${library} SOURCE_DIR)
    list(TRANSFORM files PREPEND ${folder}/)
    list(APPEND sources ${files})
  endforeach()
  foreach(operator add conv2d depthwise_conv2d fully_connected max_pool_2d softmax)
    list(REMOVE_ITEM sources ${driver}/kernels/slt_${operator}.c)
    list(APPEND sources ${driver}/cmsis_nn/slt_cmsis_${operator}.c)
  endforeach()
  foreach(file common/memory.c common/startup.c baseline/cycle_clock.c baseline/main.c baseline/semihosting.c)
    list(APPEND sources ${driver}/firmware/${file})
  endforeach()
  file(GLOB_RECURSE third_party CONFIGURE_DEPENDS ${dir}/Source/*.c)
  systolite_add_firmware(${name} SOURCES ${sources} THIRD_PARTY ${third_party}
                         INCLUDES ${driver}/include ${driver}/kernels ${driver}/firmware/common ${driver}/firmware/baseline
                                  ${dir}/Include ${driver}/cmsis_nn/freestanding)
endfunction()
