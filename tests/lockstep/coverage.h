// SPDX-License-Identifier: Apache-2.0
// Counted bins: what the streams of a run have met. A bin that stays empty means that nothing was compared there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/lockstep/job_facts.h"
#include "tests/lockstep/stream_generator.h"

namespace systolite::lockstep {

class Coverage {
 public:
  // All bins, with count 0.
  Coverage();

  // A job that reached its END.
  void add(const LockstepStream& stream, const Trace& trace, const JobFacts& facts);
  // One that did not.
  void add_fault(isa::ErrorCause cause);
  // Throws std::logic_error for a bin that does not exist.
  void count(const std::string& bin, std::uint64_t times = 1);

  // One bin a line: name and count.
  void save(const std::filesystem::path& file) const;
  // Adds the counts of a file that save() wrote.
  void merge(const std::filesystem::path& file);

  [[nodiscard]] std::vector<std::string> empty_bins() const;
  // Throws std::out_of_range for a bin that does not exist.
  [[nodiscard]] std::uint64_t count_of(const std::string& bin) const { return bins_.at(bin); }
  // Bins by group, several a line.
  [[nodiscard]] std::string table() const;

 private:
  void add_hardware(const HwConfig& hw);
  void add_states(const Trace& trace);
  void add_levels(const HwConfig& hw, const JobFacts& facts);
  void add_commands(const LockstepStream& stream, const JobFacts& facts);
  void add_beats(const Trace& trace);

  std::map<std::string, std::uint64_t> bins_;
};

}  // namespace systolite::lockstep
