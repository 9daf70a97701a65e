// SPDX-License-Identifier: Apache-2.0
// explore: every point of a sweep in figures, the best ones in a table, all of them in files.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "mapper/models/catalogue.h"
#include "mapper/models/sha256.h"
#include "sim/cli/commands.h"
#include "sim/cli/energy_files.h"
#include "sim/cli/options.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/stop_request.h"
#include "sim/explore/assessment.h"
#include "sim/explore/confirm.h"
#include "sim/explore/explore.h"
#include "sim/explore/figure_list.h"
#include "sim/explore/result_files.h"
#include "sim/explore/sweep.h"
#include "sim/html/explore_data.h"
#include "sim/html/page.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;
using namespace explore;

struct ExploreArguments {
  std::string sweep;              // a file or the name of one in configs/sweeps
  std::filesystem::path output;   // of the files but for their endings; empty: the name of the sweep
  int jobs = 0;                   // worker processes; 0: one a core
  bool confirm = false;           // on the RTL
  std::size_t confirm_limit = 4;  // members of each front
  std::filesystem::path html;
};

constexpr std::size_t kMostRows = 20;

std::string duration(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 7200) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

double rate(const Progress& progress) {
  return progress.seconds > 0 ? static_cast<double>(progress.known - progress.resumed) / progress.seconds : 0;
}

// A line on standard error that is overwritten on a terminal, and now and then a new one elsewhere.
class ProgressLine {
 public:
  void show(const Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < interval_) return;
    shown_ = now;
    std::string line = fmt::format("explore: {}", progress.known);
    if (progress.total) line += fmt::format(" of {}", *progress.total);
    line += fmt::format(" points, {:.0f} points/s", rate(progress));
    if (progress.total && rate(progress) > 0)
      line +=
          fmt::format(", {} left", duration(static_cast<double>(*progress.total - progress.known) / rate(progress)));
    if (terminal_) {
      fmt::print(stderr, "\r{:<78}", line);
    } else {
      fmt::print(stderr, "{}\n", line);
    }
    open_ = terminal_;
  }
  void end() {
    if (open_) fmt::print(stderr, "\n");
    open_ = false;
  }

 private:
  bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  std::chrono::steady_clock::duration interval_ =
      terminal_ ? std::chrono::milliseconds(250) : std::chrono::milliseconds(10'000);
  std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
  bool open_ = false;
};

fs::path with_ending(const fs::path& stem, const char* ending) { return stem.string() + ending; }

class Command {
 public:
  explicit Command(const ExploreArguments& arguments) : arguments_(arguments) {
    const fs::path file = find_sweep(arguments.sweep);
    sweep_.emplace(parse_sweep(read_text(file, ExitCode::kConfig), file.string()));
    stem_ = arguments.output.empty() ? fs::path(sweep_->name) : arguments.output;
    for (const std::string& name : sweep_->models) {
      const fs::path model = find_model(name);
      models_.push_back({sha256_of_file(model), read_model(model)});
      graphs_.push_back(models_.back().graph);
    }
    evaluator_.emplace(*sweep_, graphs_);
  }

  void run() {
    catch_stop_signals();
    try {
      run_until_stopped();
    } catch (const Stopped& stopped) {
      throw Stopped(fmt::format("{}; the points that are known are in {}, and the same command goes on with the others",
                                stopped.what(), with_ending(stem_, ".journal").string()));
    }
  }

 private:
  void run_until_stopped() {
    check_outputs({with_ending(stem_, ".csv"), with_ending(stem_, ".json"), arguments_.html});
    if (!arguments_.html.empty()) html::require_charts();
    // A limit on the size of files is an error as any other, not the end of the process.
    std::signal(SIGXFSZ, SIG_IGN);
    explore_points();
    views_ = assess(*sweep_, exploration_.points);
    write();
    print();
    refuse_what_failed();
    if (!arguments_.confirm) return;
    confirm();
    write();
  }

  void explore_points() {
    ProgressLine line;
    ExploreOptions options;
    const unsigned cores = std::max(std::thread::hardware_concurrency(), 1U);
    options.workers = arguments_.jobs > 0 ? arguments_.jobs : static_cast<int>(cores);
    options.journal = with_ending(stem_, ".journal");
    options.version = sha256_of_file("/proc/self/exe");
    options.progress = [&line](const Progress& progress) { line.show(progress); };
    exploration_ = explore::explore(*sweep_, models_, options);
    line.end();
    const Progress& progress = exploration_.progress;
    fmt::print(stderr, "explore: {} points x {} models, {} new in {:.1f} s ({:.0f} points/s, {} processes)\n",
               exploration_.points.size(), sweep_->models.size(), progress.known - progress.resumed, progress.seconds,
               rate(progress), options.workers);
  }

  void write() {
    const SweepResult result{*sweep_, exploration_.points, views_, confirmed_};
    write_csv(with_ending(stem_, ".csv"), result, *evaluator_);
    write_json(with_ending(stem_, ".json"), result, *evaluator_);
    if (arguments_.html.empty()) return;
    const std::string data = html::explore_data(read_text(with_ending(stem_, ".json")));
    write_file_atomically(arguments_.html, html::page(fmt::format("Sweep {}", sweep_->name), {{"explore", data}}));
  }

  void print() const {
    fmt::print("{}: {} points of {}, {}\n", sweep_->name, exploration_.points.size(), sweep_->space.size(),
               sweep_->method == Method::kExhaustive ? "all of them" : "found by NSGA-II");
    for (std::size_t v = 0; v < views_.size(); ++v) print_front(v);
    fmt::print("results: {0}.csv, {0}.json{1}\n", stem_.string(),
               arguments_.html.empty() ? "" : ", " + arguments_.html.string());
  }

  void print_front(std::size_t v) const {
    const View& view = views_[v];
    std::vector<std::size_t> front = view.front;
    std::ranges::stable_sort(front, {},
                             [&](std::size_t i) { return objective_values(*sweep_, exploration_.points[i], v); });
    fmt::print("\n{}: {} points feasible, {} on the front\n", view_name(*sweep_, v),
               std::ranges::count(view.feasible, true), front.size());
    if (front.empty()) return;
    std::string head = fmt::format("{:>10}", "point");
    for (const Objective& objective : sweep_->objectives) {
      const FigureInfo& figure = figures()[objective.figure];
      head += fmt::format("{:>18}", figure.unit == "1" || figure.name.ends_with(figure.unit)
                                        ? std::string(figure.name)
                                        : fmt::format("{} {}", figure.name, figure.unit));
    }
    fmt::print("{}  parameters\n", head);
    for (std::size_t i = 0; i < std::min(front.size(), kMostRows); ++i) {
      const PointResult& point = exploration_.points[front[i]];
      std::string row = fmt::format("{:>10}", point.point);
      const std::vector<double> values = objective_values(*sweep_, point, v);
      for (std::size_t o = 0; o < values.size(); ++o)
        row += fmt::format("{:>18.7g}", sweep_->objectives[o].maximize ? -values[o] : values[o]);
      fmt::print("{}  {}\n", row, sweep_->space.text(point.point));
    }
    if (front.size() > kMostRows) fmt::print("{:>10}  {} more in the files\n", "...", front.size() - kMostRows);
  }

  // Everything has been written: nothing is lost by an error now.
  void refuse_what_failed() const {
    if (!exploration_.abandoned.empty()) {
      const PointId point = exploration_.abandoned.front();
      throw Error(
          ExitCode::kInternal,
          fmt::format("{} points killed one worker process after the other and are missing in the results, point "
                      "{} ({}) is one of them",
                      exploration_.abandoned.size(), point, sweep_->space.text(point)));
    }
    std::size_t failed = 0;
    std::string first;
    for (const PointResult& point : exploration_.points) {
      for (const ModelResult& model : point.models) {
        if (model.status != Status::kFailed) continue;
        if (failed++ == 0)
          first = fmt::format("point {} ({}): {}", point.point, sweep_->space.text(point.point), model.reason);
      }
    }
    if (failed != 0)
      throw Error(ExitCode::kInternal, fmt::format("{} evaluations failed, the first of them {}", failed, first));
    for (std::size_t v = 0; v < views_.size(); ++v) {
      if (views_[v].front.empty()) throw Error(ExitCode::kConfig, empty_reason(*sweep_, exploration_.points, v));
    }
  }

  void confirm() {
    std::size_t members = 0;
    for (const View& view : views_) members += view.front.size();
    confirmed_ = choose_confirmations(*sweep_, exploration_.points, views_, arguments_.confirm_limit);
    const SessionOptions options = session_options(Backend::kRtl, Rounding::kDouble);
    confirm_on_rtl(*evaluator_, graphs_, exploration_.points, *sweep_, confirmed_, options.rtl,
                   [](const std::string& line) { fmt::print(stderr, "explore: {}\n", line); });
    fmt::print(
        "confirmed on the RTL, cycles and outputs: {} runs; {} members of fronts, at most {} of each were chosen "
        "(--confirm-limit)\n",
        confirmed_.size(), members, arguments_.confirm_limit);
  }

  const ExploreArguments& arguments_;
  std::optional<Sweep> sweep_;
  fs::path stem_;
  std::vector<SweepModel> models_;
  std::vector<Graph> graphs_;
  std::optional<Evaluator> evaluator_;
  Exploration exploration_;
  std::vector<View> views_;
  std::vector<Confirmation> confirmed_;
};

void explore_command(const ExploreArguments& arguments) { Command(arguments).run(); }

}  // namespace

void add_explore_command(CLI::App& app) {
  const auto arguments = std::make_shared<ExploreArguments>();
  CLI::App& command = *app.add_subcommand(
      "explore", "Evaluate every point of a sweep of configurations exactly, and show the best ones");
  add_verbose(command);
  command.add_option("sweep", arguments->sweep, "A sweep file or a name from configs/sweeps")
      ->required()
      ->type_name("SWEEP");
  command
      .add_option("--output", arguments->output,
                  "Write STEM.csv and STEM.json, and STEM.journal to go on from. Default: the name of the sweep")
      ->type_name("STEM");
  command.add_option("--jobs", arguments->jobs, "Processes that evaluate. Default: one for each core")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command
      .add_option_function<std::string>(
          "--confirm",
          [arguments](const std::string& text) {
            if (text != "rtl") throw CLI::ValidationError("--confirm", fmt::format("'{}' is not rtl", text));
            arguments->confirm = true;
          },
          "Run members of the fronts on the RTL, too: cycles and outputs must be equal")
      ->type_name("rtl");
  command.add_option("--confirm-limit", arguments->confirm_limit, "Members of each front to confirm, evenly spread")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000000}))
      ->capture_default_str();
  add_html(command, arguments->html);
  command.callback([arguments] { explore_command(*arguments); });
}

}  // namespace systolite::cli
