// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/accelerator_core.h"

#include <string>

namespace systolite::sc {

AcceleratorCore::AcceleratorCore(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus)
    : sc_module(name),
      irq("irq"),
      memory_("memory", context.hw),
      registers_("registers", context),
      job_("job", context, bus),
      front_end_("front_end", context),
      tokens_("tokens"),
      reads_("reads", context, bus),
      load_("load", context),
      weights_("weight_load", context),
      matrix_("matrix", context, memory_.memories()),
      vector_("vector", context),
      store_("store", context, bus) {
  for (int id = 0; id < isa::kNumEngines; ++id) {
    const auto engine = static_cast<isa::Engine>(id);
    queues_.push_back(
        std::make_unique<CommandQueue>(("queue_" + std::string(isa::name(engine))).c_str(), context, engine));
  }
  connect_engines();
  connect_system();
}

void AcceleratorCore::connect_engines() {
  const auto queue = [this](isa::Engine engine) -> CommandQueue& { return *queues_[static_cast<std::size_t>(engine)]; };
  const auto connect = [&queue](isa::Engine id, auto& engine) {
    queue(id).engine.bind(engine);
    engine.queue.bind(queue(id));
  };
  connect(isa::Engine::kLd, load_);
  connect(isa::Engine::kWl, weights_);
  connect(isa::Engine::kMm, matrix_);
  connect(isa::Engine::kVec, vector_);
  connect(isa::Engine::kSt, store_);
  for (std::size_t engine = 0; engine < queues_.size(); ++engine) {
    queues_[engine]->tokens.bind(tokens_);
    queues_[engine]->listener.bind(front_end_);
    tokens_.listeners[engine].bind(*queues_[engine]);
    front_end_.queues[engine].bind(*queues_[engine]);
  }
  weights_.matrix.bind(matrix_);
  matrix_.weights.bind(weights_);
  load_.memory.bind(memory_);
  weights_.memory.bind(memory_);
  vector_.memory.bind(memory_);
  store_.memory.bind(memory_);
}

void AcceleratorCore::connect_system() {
  registers_.irq.bind(irq);
  registers_.job.bind(job_);
  job_.registers.bind(registers_);
  job_.reads.bind(reads_);
  job_.writes.bind(store_);

  front_end_.reads.bind(reads_);
  front_end_.registers.bind(registers_);
  front_end_.job.bind(job_);
  reads_.job.bind(job_);
  reads_.clients[static_cast<std::size_t>(ReadClient::kFetch)].bind(front_end_);
  reads_.clients[static_cast<std::size_t>(ReadClient::kLoad)].bind(load_);
  load_.reads.bind(reads_);
  load_.registers.bind(registers_);
  load_.job.bind(job_);
  vector_.job.bind(job_);
  store_.registers.bind(registers_);
  store_.job.bind(job_);

  // The read channel starts before the front end, which requests its first burst at once.
  job_.members.bind(tokens_);
  job_.members.bind(reads_);
  for (const auto& queue : queues_) job_.members.bind(*queue);
  job_.members.bind(load_);
  job_.members.bind(weights_);
  job_.members.bind(matrix_);
  job_.members.bind(vector_);
  job_.members.bind(store_);
  job_.members.bind(front_end_);
}

}  // namespace systolite::sc
