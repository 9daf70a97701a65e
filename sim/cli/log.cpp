// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

namespace systolite::cli {
namespace {

spdlog::logger& logger() {
  static spdlog::logger logger = [] {
    spdlog::logger made("systolite", std::make_shared<spdlog::sinks::stderr_sink_st>());
    made.set_pattern("%n: %v");
    return made;
  }();
  return logger;
}

}  // namespace

void log_progress(const std::string& line) { logger().info(line); }

void log_detail(const std::string& line) { logger().debug(line); }

void show_details() {
  logger().set_level(spdlog::level::debug);
  logger().set_pattern("%n: %T.%e %v");
}

}  // namespace systolite::cli
