// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/command_activity.h"

#include <algorithm>

#include "sim/energy/dma_activity.h"
#include "sim/energy/matrix_activity.h"
#include "sim/energy/vector_activity.h"

namespace systolite::energy {
namespace {

class Counter {
 public:
  Counter(const HwConfig& hw, std::span<Activity> activity)
      : activity_(activity), dma_(hw), matrix_(hw), weights_(hw), vector_(hw) {}

  void select(int layer) {
    if (layer >= 0) layer_ = static_cast<std::size_t>(layer);
    ++current()[Event::kCommand];
  }

  void operator()(const isa::Ld& ld) { dma_.load(ld, current()); }
  void operator()(const isa::LdCfg& cfg) { dma_.configure(cfg); }
  void operator()(const isa::St& st) { dma_.store(st, current()); }
  void operator()(const isa::StCfg& cfg) { dma_.configure(cfg); }
  void operator()(const isa::Wl& wl) { weights_.load(wl, current()); }
  void operator()(const isa::MmCfgIn& cfg) { matrix_.configure(cfg); }
  void operator()(const isa::MmCfgKernel& cfg) { matrix_.configure(cfg); }
  void operator()(const isa::Mm& mm) {
    matrix_.compute(mm, current());
    weights_.use(matrix_.steps(mm), layer_);
  }
  void operator()(const isa::VecCfgOut& cfg) { vector_.configure(cfg); }
  void operator()(const isa::VecCfgIn& cfg) { vector_.configure(cfg); }
  void operator()(const isa::VecCfgScale&) {}
  void operator()(const isa::Requant& requant) { vector_.requantise(requant, current()); }
  void operator()(const isa::Add& add) { vector_.add(add, current()); }
  void operator()(const isa::Pool& pool) { vector_.pool(pool, current()); }
  void operator()(const isa::End&) {}

  void finish() { weights_.count_macs(activity_); }

 private:
  [[nodiscard]] Activity& current() { return activity_[layer_]; }

  std::span<Activity> activity_;
  std::size_t layer_ = 0;
  DmaActivity dma_;
  MatrixActivity matrix_;
  WeightActivity weights_;
  VectorActivity vector_;
};

}  // namespace

void count_commands(std::span<const isa::Command> stream, std::span<const int> layer_of_command, const HwConfig& hw,
                    std::span<Activity> activity) {
  Counter counter(hw, activity);
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const isa::AnyCommand command = isa::decode(stream[i]);
    counter.select(layer_of_command.empty() ? -1 : layer_of_command[i]);
    std::visit(counter, command);
    if (std::holds_alternative<isa::End>(command)) break;
  }
  counter.finish();
}

}  // namespace systolite::energy
