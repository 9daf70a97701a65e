# SPDX-License-Identifier: Apache-2.0
# Everything derived from the descriptions in configs/.
#   systolite_generated  interface library: the headers' folder; depend on it to have them generated
#   systolite_isa        static library: codec of the commands (slt_isa.hpp)
#   SYSTOLITE_ISA_PKG    the SystemVerilog package, for lists of RTL sources

find_package(GeneratorPython REQUIRED)

set(SYSTOLITE_GENERATED_DIR ${PROJECT_BINARY_DIR}/generated)
set(SYSTOLITE_ISA_PKG ${SYSTOLITE_GENERATED_DIR}/slt_isa_pkg.sv)

set(_generator_dir ${PROJECT_SOURCE_DIR}/scripts/gen)
file(GLOB _generator_sources CONFIGURE_DEPENDS ${_generator_dir}/*.py ${_generator_dir}/*.in)
set(_generated_files ${SYSTOLITE_ISA_PKG} ${SYSTOLITE_GENERATED_DIR}/slt_isa.hpp ${SYSTOLITE_GENERATED_DIR}/slt_isa.cpp
                     ${SYSTOLITE_GENERATED_DIR}/slt_regs.h ${SYSTOLITE_GENERATED_DIR}/slt_soc.h
                     ${SYSTOLITE_GENERATED_DIR}/slt_parameters.hpp)

# The generator leaves files alone whose content stays, so the stamp carries the time of the run.
add_custom_command(
  OUTPUT ${SYSTOLITE_GENERATED_DIR}/generated.stamp
  BYPRODUCTS ${_generated_files}
  COMMAND ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1 ${GENERATOR_PYTHON} ${_generator_dir}/generate.py
          --out ${SYSTOLITE_GENERATED_DIR}
  COMMAND ${CMAKE_COMMAND} -E touch ${SYSTOLITE_GENERATED_DIR}/generated.stamp
  DEPENDS ${_generator_sources} ${PROJECT_SOURCE_DIR}/configs/isa.yaml ${PROJECT_SOURCE_DIR}/configs/regs.yaml
          ${PROJECT_SOURCE_DIR}/configs/soc_regs.yaml ${PROJECT_SOURCE_DIR}/configs/parameters.yaml
  COMMENT "Generating command set, register and parameter files"
  VERBATIM)
add_custom_target(systolite_generate DEPENDS ${SYSTOLITE_GENERATED_DIR}/generated.stamp)
set_source_files_properties(${_generated_files} PROPERTIES GENERATED TRUE)

add_library(systolite_generated INTERFACE)
target_include_directories(systolite_generated INTERFACE ${SYSTOLITE_GENERATED_DIR})
add_dependencies(systolite_generated systolite_generate)

add_library(systolite_isa STATIC ${SYSTOLITE_GENERATED_DIR}/slt_isa.cpp)
target_link_libraries(systolite_isa PUBLIC systolite_generated)
