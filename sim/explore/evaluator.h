// SPDX-License-Identifier: Apache-2.0
// A point of a sweep in figures: configuration, mapping and exact timing of every model, nothing executed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/area/area_table.h"
#include "sim/core/hw_config.h"
#include "sim/core/hw_description.h"
#include "sim/energy/energy_table.h"
#include "sim/explore/sweep.h"

namespace systolite::explore {

enum class Status : std::uint8_t {
  kOk,
  kIllegal,     // the values do not make a legal configuration
  kDoesNotFit,  // the model needs more memory than the configuration has
  kTooSlow,     // the product's scenario has not the time
  kFailed,      // a defect
};

[[nodiscard]] const char* name(Status status);

struct ModelResult {
  Status status = Status::kOk;
  std::string reason;           // unless kOk, a sentence
  std::vector<double> figures;  // kOk: one for each of figures(), NaN for what the sweep has no product for
};

struct PointResult {
  PointId point = 0;
  std::vector<ModelResult> models;  // in the order of Sweep::models
};

// How a point is mapped.
struct Mapping {
  bool drop_constant_channels = false;
  bool search = false;  // cuts by exact cycles (sim/tuning)
};

class Evaluator {
 public:
  // `graphs`: the models of the sweep. Both outlive the evaluator. Throws Error(kConfig) as HwDescription::load()
  // and the tables of area and energy.
  Evaluator(const Sweep& sweep, const std::vector<Graph>& graphs);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // Measures what a sweep with a product needs to know of the processor: on the configuration `base`, once. evaluate()
  // does so unless it has been done. Throws Error as awake_cycles(), and Error(kConfig) when a model does not fit
  // `base`.
  void prepare();

  // What fails is part of the result. Only what depends on the models alone is kept from point to point. Throws as
  // prepare().
  [[nodiscard]] PointResult evaluate(PointId point);

  // The configuration of a point. Throws Error(kConfig) for an illegal one.
  [[nodiscard]] HwConfig config(PointId point);
  [[nodiscard]] Mapping mapping(PointId point) const;
  // All parameters of the point's hardware description, in the order of the file.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> values(PointId point);

 private:
  class Model;
  struct Setter;
  void set(PointId point);
  // Of any point of the sweep.
  [[nodiscard]] std::vector<bool> drop_constant_channels() const;

  const Sweep& sweep_;
  HwDescription description_;
  AreaTable library_;
  energy::EnergyTable energy_;
  std::vector<Setter> setters_;  // one for each dimension
  std::vector<std::unique_ptr<Model>> models_;
  bool prepared_ = false;
};

}  // namespace systolite::explore
