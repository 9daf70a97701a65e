// SPDX-License-Identifier: Apache-2.0
// Scratchpad, weight buffer and tables against arrays of bytes; the assertions against conflicts.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "Vslt_memory_tb.h"
#include "byte_model.h"
#include "params.h"
#include "verilated.h"

namespace {
bool stopped = false;
}

// An assertion that fires stops the simulation; the tests want to know, not to die.
void vl_stop(const char* /*file*/, int /*line*/, const char* /*hierarchy*/) VL_MT_UNSAFE { stopped = true; }

namespace systolite::test {
namespace {

class Memory : public ::testing::Test {
 protected:
  void SetUp() override {
    stopped = false;
    top_->rst_ni = 1;
    top_->clk_i = 0;
    top_->eval();
    top_->rst_ni = 0;
    edge();
    top_->rst_ni = 1;
  }
  void TearDown() override { top_->final(); }

  void edge() {
    top_->clk_i = 0;
    top_->eval();
    top_->clk_i = 1;
    top_->eval();
  }
  // Ends a cycle and withdraws all requests.
  void cycle() {
    edge();
    top_->spm_rd_en_i = 0;
    top_->vec_wr_en_i = 0;
    top_->spm_wr_en_i = 0;
    top_->wbuf_wr_en_i = 0;
    top_->table_wr_en_i = 0;
    top_->wbuf_rd_en_i = 0;
    top_->tab_rd_en_i = 0;
  }
  template <typename Port>
  static void put(Port& port, const std::vector<std::uint8_t>& bytes) {
    std::memcpy(&port, bytes.data(), std::min(sizeof(Port), bytes.size()));
  }
  std::vector<std::uint8_t> random_bytes(int count) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    bytes.resize(std::max<std::size_t>(bytes.size(), 8));
    return bytes;
  }
  std::uint32_t below(int bound) { return static_cast<std::uint32_t>(random_() % static_cast<unsigned>(bound)); }

  // Bus beat with strobed bytes first..last to the memory selected by the enable.
  template <typename Enable>
  void write_beat(Enable& enable, std::vector<std::uint8_t>& model, std::uint32_t address, std::uint32_t strobes) {
    const auto bytes = random_bytes(kBusBytes);
    enable = 1;
    top_->wr_addr_i = address;
    top_->wr_strb_i = static_cast<std::uint16_t>(strobes);
    put(top_->wr_data_i, bytes);
    for (std::uint32_t b = 0; b < kBusBytes; ++b) {
      if ((strobes >> b & 1U) != 0) model[(address + b) % model.size()] = bytes[b];
    }
  }

  std::unique_ptr<Vslt_memory_tb> top_ = std::make_unique<Vslt_memory_tb>();
  std::mt19937_64 random_{1};
};

constexpr std::uint32_t kAllLanes = (1U << kBusBytes) - 1;

TEST_F(Memory, ScratchpadMovesSpansAtAnyAddress) {
  std::vector<std::uint8_t> model(kSpmBytes);
  for (std::uint32_t a = 0; a < kSpmBytes; a += kBusBytes) {
    write_beat(top_->spm_wr_en_i, model, a, kAllLanes);
    cycle();
  }
  for (int i = 0; i < 20000; ++i) {
    // The writers and the readers each keep to different banks; all of them wrap.
    const std::uint32_t bank = below(kSpmBanks / 2) * 2;
    const std::vector<std::uint8_t> before = i % 16 == 0 ? model : std::vector<std::uint8_t>{};
    const std::uint32_t read_at = bank * kBankBytes + below(kBankBytes);
    const std::uint32_t last = below(kSpmWord);
    top_->spm_rd_en_i = 1;
    top_->spm_rd_addr_i = read_at;
    top_->spm_rd_first_i = below(static_cast<int>(last) + 1);
    top_->spm_rd_last_i = last;
    const std::uint32_t first = top_->spm_rd_first_i;
    std::array<std::uint8_t, 64> expected{};
    for (std::uint32_t b = 0; b < kSpmWord; ++b) expected[b] = model[(read_at + b) % kSpmBytes];
    if (below(2) == 0) {
      write_beat(top_->spm_wr_en_i, model, below(kSpmBytes), below(1 << kBusBytes));
    } else {
      const auto bytes = random_bytes(kLanes);
      const std::uint64_t strobes = random_() & (kLanes == 64 ? ~0ULL : (1ULL << kLanes) - 1);
      const std::uint32_t address = below(kSpmBytes);
      top_->vec_wr_en_i = 1;
      top_->vec_wr_addr_i = address;
      std::memcpy(&top_->vec_wr_strb_i, &strobes, sizeof(top_->vec_wr_strb_i));
      put(top_->vec_wr_data_i, bytes);
      for (std::uint32_t b = 0; b < kLanes; ++b) {
        if ((strobes >> b & 1U) != 0) model[(address + b) % kSpmBytes] = bytes[b];
      }
    }
    cycle();
    std::array<std::uint8_t, 128> got{};
    std::memcpy(got.data(), &top_->spm_rd_data_o, sizeof(top_->spm_rd_data_o));
    for (std::uint32_t b = first; b <= last; ++b) ASSERT_EQ(got[b], expected[b]) << "access " << i << " byte " << b;
  }
  EXPECT_FALSE(stopped);
}

TEST_F(Memory, TwoReadersInOneSubBankAreAnError) {
  const auto read_both = [&](std::uint32_t a, std::uint32_t last_a, std::uint32_t b) {
    const std::uint64_t addresses = a | static_cast<std::uint64_t>(b) << 20;
    top_->spm_rd_en_i = 3;
    std::memcpy(&top_->spm_rd_addr_i, &addresses, sizeof(top_->spm_rd_addr_i));
    top_->spm_rd_first_i = 0;
    top_->spm_rd_last_i = static_cast<std::uint16_t>(last_a);
    edge();
    edge();
    cycle();
  };
  read_both(0, 0, kSpmWord);  // even and odd half
  EXPECT_FALSE(stopped);
  read_both(1, kSpmWord - 2, kSpmWord);  // the span of the first ends in its word
  EXPECT_FALSE(stopped);
  read_both(1, kSpmWord - 1, kSpmWord);
  EXPECT_TRUE(stopped);
}

TEST_F(Memory, TwoWritersInOneSubBankAreAnError) {
  const auto write_both = [&](std::uint32_t a, std::uint32_t b) {
    top_->spm_wr_en_i = 1;
    top_->wr_addr_i = a;
    top_->wr_strb_i = 1;
    top_->vec_wr_en_i = 1;
    top_->vec_wr_addr_i = b;
    std::memset(&top_->vec_wr_strb_i, 0, sizeof(top_->vec_wr_strb_i));
    reinterpret_cast<std::uint8_t&>(top_->vec_wr_strb_i) = 1;
    edge();
    edge();
    cycle();
  };
  write_both(0, kSpmWord);
  EXPECT_FALSE(stopped);
  write_both(4 * kSpmWord, 0);
  EXPECT_TRUE(stopped);
}

TEST_F(Memory, WeightBufferReadsColumnsAtAnyAddress) {
  std::vector<std::uint8_t> model(kWbufBytes);
  for (std::uint32_t a = 0; a < kWbufBytes; a += kBusBytes) {
    write_beat(top_->wbuf_wr_en_i, model, a, kAllLanes);
    cycle();
  }
  for (int i = 0; i < 20000; ++i) {
    const std::uint32_t read_at = below(kWbufBytes);
    std::array<std::uint8_t, 64> expected{};
    for (std::uint32_t b = 0; b < kCols; ++b) expected[b] = model[(read_at + b) % kWbufBytes];
    top_->wbuf_rd_en_i = 1;
    top_->wbuf_rd_addr_i = read_at;
    write_beat(top_->wbuf_wr_en_i, model, below(kWbufBytes), below(1 << kBusBytes));
    cycle();
    ASSERT_EQ(std::memcmp(&top_->wbuf_rd_data_o, expected.data(), kCols), 0) << "access " << i;
  }
}

// Rows of every form, whole and broken off, while words are read: a beat shows in the cycle after it.
TEST_F(Memory, TablesTakeEveryFormAndReadWordsOfLanes) {
  ByteModel model(random_bytes(kMemoryBytes));
  const auto bytes_of = [&](LocalMemory memory) -> std::vector<std::uint8_t>& {
    return model.local[static_cast<std::size_t>(memory)];
  };
  // Reads words, at the same time as what else happens in this cycle, which `model` does not know yet.
  const auto cycle_with_read = [&] {
    const std::uint32_t bias_word = below(kParamChannels / kLanes);
    const std::uint32_t scale_word = below(kParamChannels / kLanes);
    const auto word = [&](LocalMemory memory, std::uint32_t number, std::size_t bytes) {
      const auto begin = bytes_of(memory).begin() + static_cast<std::ptrdiff_t>(number * bytes);
      return std::vector<std::uint8_t>(begin, begin + static_cast<std::ptrdiff_t>(bytes));
    };
    const auto bias = word(LocalMemory::kBias, bias_word, 4 * kLanes);
    auto mult = word(LocalMemory::kMult, scale_word, 4 * kLanes);
    for (std::size_t lane = 0; lane < kLanes; ++lane) mult[4 * lane + 3] &= 0x7F;
    const auto shift = word(LocalMemory::kShift, scale_word, kLanes);
    top_->tab_rd_en_i = 1;
    top_->bias_word_i = static_cast<std::uint16_t>(bias_word);
    top_->scale_word_i = static_cast<std::uint16_t>(scale_word);
    cycle();
    EXPECT_EQ(std::memcmp(&top_->bias_o, bias.data(), bias.size()), 0);
    EXPECT_EQ(std::memcmp(&top_->mult_o, mult.data(), mult.size()), 0);
    EXPECT_EQ(std::memcmp(&top_->shift_o, shift.data(), shift.size()), 0);
  };
  const auto load = [&](isa::Ld ld, bool read) {
    const auto beats = static_cast<std::uint32_t>(ld.row_bytes / kBusBytes);
    for (std::uint32_t beat = 0; beat < beats; ++beat) {
      while (read && below(4) == 0) cycle_with_read();
      top_->table_wr_en_i = 1;
      top_->table_last_i = beat + 1 == beats ? 1 : 0;
      top_->table_scale_i = static_cast<std::uint8_t>(ld.scale);
      top_->table_bias_i = static_cast<std::uint8_t>(ld.bias);
      top_->table_shift_i = static_cast<std::uint8_t>(ld.shift) & 0x3F;
      top_->table_group_i = static_cast<std::uint8_t>(ld.dst / kBusBytes);
      std::memcpy(&top_->wr_data_i,
                  &model.memory[static_cast<std::size_t>(ld.mem_addr - kMemoryBase) + beat * kBusBytes], kBusBytes);
      if (read) {
        cycle_with_read();
      } else {
        cycle();
      }
      ld.row_bytes = static_cast<std::int64_t>(beat + 1) * kBusBytes;
      model.run(isa::encode(ld));
    }
  };
  load({.mem_addr = kMemoryBase,
        .space = static_cast<std::int64_t>(isa::Space::kTable),
        .row_bytes = 9 * kParamChannels,
        .scale = static_cast<std::int64_t>(isa::ScaleForm::kFull),
        .bias = static_cast<std::int64_t>(isa::BiasForm::kBits32)},
       false);
  for (int i = 0; i < 400; ++i) {
    const std::int64_t scale = i % 4;
    const std::int64_t bias = i / 4 % 4;
    const std::int64_t dst = below(kParamChannels / kBusBytes) * kBusBytes;
    const std::int64_t group = std::array{0, 0, 4, 5}[static_cast<std::size_t>(scale)] + (bias > 0 ? 1 + bias : 0);
    const std::int64_t beats = (kParamChannels - dst) / kBusBytes * group + (scale == 1 ? 1 : 0);
    if (beats == 0) continue;
    load({.mem_addr = kMemoryBase + below(1000) * kBusBytes,
          .space = static_cast<std::int64_t>(isa::Space::kTable),
          .dst = dst,
          .row_bytes = (1 + below(static_cast<int>(std::min<std::int64_t>(beats, 40)))) * kBusBytes,
          .scale = scale,
          .bias = bias,
          .shift = static_cast<std::int64_t>(below(59)) - 31},
         true);
    ASSERT_FALSE(HasFailure()) << "row " << i;
  }
}

}  // namespace
}  // namespace systolite::test
