# SPDX-License-Identifier: Apache-2.0
# Accellera's SystemC as the target SystemC::systemc. Debian's package has a pkg-config file only.

include(FindPackageHandleStandardArgs)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_SystemC QUIET systemc)
endif()
find_path(SystemC_INCLUDE_DIR systemc HINTS ${PC_SystemC_INCLUDE_DIRS} ${SYSTEMC_HOME}/include)
find_library(SystemC_LIBRARY systemc HINTS ${PC_SystemC_LIBRARY_DIRS} ${SYSTEMC_HOME}/lib ${SYSTEMC_HOME}/lib-linux64)
set(SystemC_VERSION ${PC_SystemC_VERSION})
mark_as_advanced(SystemC_INCLUDE_DIR SystemC_LIBRARY)

find_package_handle_standard_args(SystemC
  REQUIRED_VARS SystemC_LIBRARY SystemC_INCLUDE_DIR
  VERSION_VAR SystemC_VERSION
  REASON_FAILURE_MESSAGE "SystemC was not found: install the Debian package libsystemc-dev, or set SYSTEMC_HOME")

if(SystemC_FOUND AND NOT TARGET SystemC::systemc)
  add_library(SystemC::systemc UNKNOWN IMPORTED)
  # An imported target's include folder counts as a system folder. The library is built as C++17 and refuses at link time
  # code that says it is anything else; its interface is the same for C++20. Its own main() would call sc_main(): programs of
  # this project have theirs, so nothing ever does.
  set_target_properties(SystemC::systemc PROPERTIES
    IMPORTED_LOCATION ${SystemC_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${SystemC_INCLUDE_DIR}
    INTERFACE_COMPILE_DEFINITIONS SC_CPLUSPLUS=201703L
    INTERFACE_LINK_OPTIONS LINKER:--defsym=sc_main=0)
endif()
