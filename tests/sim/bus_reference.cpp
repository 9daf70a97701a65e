// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/bus_reference.h"

#include <cmath>
#include <utility>

namespace systolite {
namespace {

std::uint64_t split_mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// The array of a memory with lines: in every cycle it reads at most one line.
class SteppedArray {
 public:
  explicit SteppedArray(const MemoryLine& line) : line_(line) {}

  // The first thing in a cycle: what was being read may be there now.
  void finish(Cycles now) {
    if (reading_ && reading_end_ == now) {
      newest_ = *reading_;
      reading_.reset();
    }
  }
  bool has(std::uint32_t address) const {
    return newest_ && line_of(address) >= oldest_ && line_of(address) <= *newest_;
  }
  // A beat is wanted in this cycle.
  void want(std::uint32_t address, Cycles now) {
    const std::int64_t wanted = line_of(address);
    const bool in_sequence = current_ && wanted >= *current_ && wanted - *current_ <= line_.prefetch_lines;
    current_ = wanted;
    if (in_sequence) return;
    newest_.reset();
    oldest_ = wanted;
    reading_ = wanted;
    reading_end_ = now + static_cast<Cycles>(line_.access_cycles);
  }
  // The last thing in a cycle: an array without work reads ahead.
  void read_ahead(Cycles now) {
    if (reading_ || !newest_ || *newest_ >= *current_ + line_.prefetch_lines) return;
    reading_ = *newest_ + 1;
    reading_end_ = now + static_cast<Cycles>(line_.access_cycles);
  }

 private:
  std::int64_t line_of(std::uint32_t address) const { return address / static_cast<unsigned>(line_.bytes); }

  MemoryLine line_;
  std::optional<std::int64_t> current_;  // line of the beat wanted last
  std::optional<std::int64_t> newest_;   // lines oldest_ to *newest_ have been read
  std::int64_t oldest_ = 0;
  std::optional<std::int64_t> reading_;
  Cycles reading_end_ = 0;
};

class SteppedBus {
 public:
  SteppedBus(const HwConfig& config, const std::optional<RandomStalls>& stalls, const BusPlan& plan)
      : config_(config), stalls_(stalls), plan_(plan) {
    events_.reads.resize(plan.reads.size());
    events_.writes.resize(plan.writes.size());
    for (std::size_t i = 0; i < plan.writes.size(); ++i) {
      for (std::size_t beat = 0; beat < plan.writes[i].data_gaps.size(); ++beat) data_beats_.push_back({i, beat});
    }
    if (!plan.reads.empty()) read_address_due_ = plan.reads[0].gap;
    if (!plan.writes.empty()) {
      write_address_due_ = plan.writes[0].gap;
      data_due_ = plan.writes[0].data_gaps[0];
    }
  }

  BusEvents run() {
    for (; !finished(); ++now_) {
      if (array_) array_->finish(now_);
      // Addresses taken in a cycle are known to the data channels from the next one on.
      const std::size_t reads_known = reads_taken_;
      const std::size_t writes_known = writes_taken_;
      const std::size_t data_known = data_moved_;
      step_read_data(reads_known);
      step_responses(data_known);
      step_write_data(writes_known);
      step_read_address();
      step_write_address();
      step_demand();
      if (array_) array_->read_ahead(now_);
    }
    return events_;
  }

 private:
  struct DataBeat {
    std::size_t burst;
    std::size_t beat;
  };

  bool finished() const { return reads_done_ == plan_.reads.size() && responses_done_ == plan_.writes.size(); }

  // `channel`: 0 AR, 1 R, 2 AW, 3 W, 4 B.
  bool stalled(std::uint64_t channel) const {
    if (!stalls_) return false;
    const std::uint64_t key = split_mix(stalls_->seed + (channel + 1) * 0x9E3779B97F4A7C15ULL);
    const std::uint64_t draw = split_mix(key + now_) >> 11;  // 53 bits
    return static_cast<double>(draw) < std::floor(stalls_->probability * 9007199254740992.0);
  }

  const MemoryRegion* region(std::uint32_t address) const {
    for (const MemoryRegion* region :
         {&config_.flash, &config_.sram, config_.external ? &*config_.external : nullptr}) {
      if (region != nullptr && address >= region->base && address - region->base < region->bytes) return region;
    }
    return nullptr;
  }
  static Cycles cycles(const MemoryRegion* region, int MemoryRegion::*key) {
    return region == nullptr ? 1 : static_cast<Cycles>(region->*key);
  }

  // Whether a bank access of the accelerator at `address` has to wait in this cycle.
  bool held(std::uint32_t address) const {
    const MemoryRegion* memory = region(address);
    if (memory == nullptr) return false;
    for (const CpuTraffic& cpu : config_.cpu_traffic) {
      const MemoryRegion* target = cpu.region == RegionId::kFlash  ? &config_.flash
                                   : cpu.region == RegionId::kSram ? &config_.sram
                                                                   : &*config_.external;
      if (target != memory) continue;
      const std::uint64_t first =
          std::uint64_t{memory->bytes} * static_cast<unsigned>(cpu.bank) / static_cast<unsigned>(memory->banks);
      const std::uint64_t end = first + memory->bytes / static_cast<unsigned>(memory->banks);
      if (address - memory->base < first || address - memory->base >= end) continue;
      const auto offset = static_cast<Cycles>(cpu.offset_cycles);
      if (now_ < offset) continue;
      if ((now_ - offset) % static_cast<Cycles>(cpu.period_cycles) < static_cast<Cycles>(cpu.busy_cycles)) return true;
    }
    return false;
  }

  void step_read_address() {
    if (reads_taken_ == plan_.reads.size() || now_ < read_address_due_) return;
    ReadEvents& events = events_.reads[reads_taken_];
    events.offered = read_address_due_;
    if (stalled(0)) return;
    events.taken = now_;
    if (++reads_taken_ < plan_.reads.size()) read_address_due_ = now_ + 1 + plan_.reads[reads_taken_].gap;
  }

  std::uint32_t next_read_address() const {
    return plan_.reads[reads_done_].address +
           static_cast<std::uint32_t>(events_.reads[reads_done_].moved.size()) * bus_bytes_;
  }

  // The next beat is wanted from the cycle on in which nothing is before it any more.
  void step_demand() {
    if (reads_done_ == reads_taken_) return;
    const std::pair<std::size_t, std::size_t> next{reads_done_, events_.reads[reads_done_].moved.size()};
    if (wanted_ == next) return;
    wanted_ = next;
    if (array_ && region(next_read_address()) == &config_.flash) array_->want(next_read_address(), now_);
  }

  void step_read_data(std::size_t known) {
    if (reads_done_ == known) return;
    const ReadPlan& plan = plan_.reads[reads_done_];
    ReadEvents& events = events_.reads[reads_done_];
    const MemoryRegion* memory = region(plan.address);
    if (events.moved.empty() && now_ < events.taken + cycles(memory, &MemoryRegion::read_latency_cycles)) return;
    if (last_read_ && now_ < *last_read_ + cycles(memory, &MemoryRegion::cycles_per_beat)) return;
    if (memory == &config_.flash && array_ && !array_->has(next_read_address())) return;
    if (stalled(1)) return;
    if (held(next_read_address())) {
      (plan.id == 0 ? events_.fetch_contended : events_.load_contended).push_back(now_);
      return;
    }
    events.moved.push_back(now_);
    last_read_ = now_;
    if (events.moved.size() == plan.beats) ++reads_done_;
  }

  void step_write_address() {
    if (writes_taken_ == plan_.writes.size() || now_ < write_address_due_) return;
    WriteEvents& events = events_.writes[writes_taken_];
    events.offered = write_address_due_;
    if (stalled(2)) return;
    events.taken = now_;
    if (++writes_taken_ < plan_.writes.size()) write_address_due_ = now_ + 1 + plan_.writes[writes_taken_].gap;
  }

  void step_write_data(std::size_t known) {
    if (data_moved_ == data_beats_.size() || now_ < data_due_) return;
    const DataBeat beat = data_beats_[data_moved_];
    if (beat.burst >= known) return;
    const MemoryRegion* memory = region(plan_.writes[beat.burst].address);
    if (last_write_ && now_ < *last_write_ + cycles(memory, &MemoryRegion::cycles_per_beat)) return;
    if (stalled(3)) return;
    WriteEvents& events = events_.writes[beat.burst];
    if (held(plan_.writes[beat.burst].address + static_cast<std::uint32_t>(beat.beat) * bus_bytes_)) {
      events_.store_contended.push_back(now_);
      return;
    }
    events.data_offered.push_back(data_due_);
    events.moved.push_back(now_);
    last_write_ = now_;
    if (++data_moved_ == data_beats_.size()) return;
    const DataBeat next = data_beats_[data_moved_];
    data_due_ = now_ + 1 + plan_.writes[next.burst].data_gaps[next.beat];
  }

  void step_responses(std::size_t known) {
    if (responses_done_ == plan_.writes.size()) return;
    const WritePlan& plan = plan_.writes[responses_done_];
    WriteEvents& events = events_.writes[responses_done_];
    if (known == 0 || events.moved.size() < plan.data_gaps.size()) return;
    if (now_ < events.moved.back() + cycles(region(plan.address), &MemoryRegion::write_latency_cycles)) return;
    if (last_response_ && now_ == *last_response_) return;
    if (stalled(4)) return;
    events.response = now_;
    last_response_ = now_;
    ++responses_done_;
  }

  const HwConfig& config_;
  const std::optional<RandomStalls>& stalls_;
  const BusPlan& plan_;
  BusEvents events_;
  std::uint32_t bus_bytes_ = static_cast<std::uint32_t>(config_.dma.bus_bytes());
  Cycles now_ = 0;
  std::vector<DataBeat> data_beats_;
  Cycles read_address_due_ = 0;
  Cycles write_address_due_ = 0;
  Cycles data_due_ = 0;
  std::size_t reads_taken_ = 0;
  std::size_t reads_done_ = 0;
  std::size_t writes_taken_ = 0;
  std::size_t data_moved_ = 0;
  std::size_t responses_done_ = 0;
  std::optional<SteppedArray> array_ =
      config_.flash.line ? std::optional<SteppedArray>(*config_.flash.line) : std::nullopt;
  std::optional<std::pair<std::size_t, std::size_t>> wanted_;  // burst and beat
  std::optional<Cycles> last_read_;
  std::optional<Cycles> last_write_;
  std::optional<Cycles> last_response_;
};

}  // namespace

BusEvents step_bus(const HwConfig& config, const std::optional<RandomStalls>& stalls, const BusPlan& plan) {
  return SteppedBus(config, stalls, plan).run();
}

}  // namespace systolite
