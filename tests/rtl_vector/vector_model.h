// SPDX-License-Identifier: Apache-2.0
// What the vector engine must do: results from hw/MICROARCHITECTURE.md, every memory access with its cycle from the
// timing rules in slt_vector.sv. Untimed loops over bytes; nothing is shared with the RTL.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tests/rtl_vector/vector_command.h"

namespace systolite::vector_test {

inline constexpr std::uint32_t kSpmBytes = 65536;
inline constexpr std::uint32_t kBankBytes = 8192;
inline constexpr std::uint32_t kAccEntries = 512;  // both halves
inline constexpr std::uint32_t kTableSlots = 1024;

struct Geometry {
  std::uint32_t cols, lanes, spm_word;
};

struct Memories {
  explicit Memories(const Geometry& geometry)
      : spm(kSpmBytes),
        acc(std::size_t{kAccEntries} * geometry.cols),
        bias(kTableSlots),
        mult(kTableSlots),
        shift(kTableSlots) {}
  std::vector<std::int8_t> spm;
  std::vector<std::int32_t> acc;  // entry-major
  std::vector<std::int32_t> bias;
  std::vector<std::uint32_t> mult;
  std::vector<std::int8_t> shift;
};

// One access on a port of the engine.
struct Access {
  std::uint64_t cycle = 0;
  std::uint32_t address = 0;   // tables: bias word
  std::uint32_t address2 = 0;  // tables: scale word; scratchpad read: last byte in use
  std::uint64_t strobe = 0;    // scratchpad write
  std::array<std::int8_t, 64> data{};

  bool operator==(const Access&) const = default;
};

struct Accesses {
  std::vector<Access> acc, table, read, write;
};

struct CommandTiming {
  std::uint64_t setup, steps;
};

class VectorModel {
 public:
  VectorModel(const Geometry& geometry, Memories& memories) : geometry_(geometry), memories_(memories) {}

  // Set-up and step cycles of a command under the present configuration.
  [[nodiscard]] CommandTiming timing(const Command& command) const;

  // Executes a command that is popped in cycle `pop`.
  [[nodiscard]] Accesses execute(const Command& command, std::uint64_t pop);

  // Scratchpad bytes that a command reads and writes, for the choice of legal operands.
  void footprint(const Command& command, std::vector<bool>& reads, std::vector<bool>& writes) const;

  [[nodiscard]] const CfgOut& out() const { return out_; }
  [[nodiscard]] const CfgIn& in() const { return in_; }

 private:
  struct Scale {
    std::uint32_t mult;
    std::int32_t shift;
    std::int32_t zero_point;
  };

  [[nodiscard]] std::uint32_t groups(std::uint32_t bytes) const {
    return (bytes + geometry_.lanes - 1) / geometry_.lanes;
  }
  [[nodiscard]] std::uint32_t requant_groups(std::uint32_t channels) const;
  [[nodiscard]] std::uint32_t group_bytes(std::uint32_t bytes, std::uint32_t group) const;
  [[nodiscard]] std::uint32_t out_address(std::uint32_t y, std::uint32_t x, std::uint32_t c) const;
  [[nodiscard]] std::uint32_t in_address(std::int64_t y, std::int64_t x, std::uint32_t c) const;
  [[nodiscard]] std::int32_t rescale(std::int32_t v, std::uint32_t mult, std::int32_t shift) const;
  [[nodiscard]] std::int8_t finish(std::int64_t value) const;
  [[nodiscard]] std::int8_t pool_byte(const Pool& pool, std::uint32_t oy, std::uint32_t ox, std::uint32_t c) const;
  [[nodiscard]] std::int8_t add_byte(const Add& add, std::uint32_t i) const;
  void emit(Access access, std::uint32_t bytes, Accesses& accesses);

  void run(const Requant& c, std::uint64_t first, Accesses& accesses);
  std::uint64_t run_tile(const Requant& c, std::uint64_t first, Accesses& accesses);
  void run(const Add& c, std::uint64_t first, Accesses& accesses);
  void run(const Pool& c, std::uint64_t first, Accesses& accesses);

  Geometry geometry_;
  Memories& memories_;
  CfgOut out_{};
  CfgIn in_{};
  std::array<Scale, 4> scales_{};
};

}  // namespace systolite::vector_test
