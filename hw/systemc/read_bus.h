// SPDX-License-Identifier: Apache-2.0
// Shares the read channel between command fetch and load DMA.
//   Timing: a request is granted in the first cycle in which it is made, the address register is free or being taken,
//   fewer than outstanding_reads bursts are granted and not completely received, and, for the load, the fetch does not
//   request. The address is on the bus kGrantToAddress later. A burst whose last beat arrives in a cycle frees its
//   place from the next one on. Nothing is granted while a job is being stopped.
#pragma once

#include <array>
#include <deque>

#include "hw/systemc/block_interfaces.h"
#include "hw/systemc/clocked_block.h"

namespace systolite::sc {

class ReadBus final : public ClockedBlock, public ReadRequestIf, public JobMemberIf {
 public:
  sc_core::sc_vector<sc_core::sc_port<ReadClientIf>> clients;  // by ReadClient
  sc_core::sc_port<JobIf> job;

  ReadBus(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus);

  void request(ReadClient client, std::uint32_t address, unsigned beats, Cycles from) override;
  void withdraw(ReadClient client, Cycles from) override;
  [[nodiscard]] Cycles idle_from() const override { return last_beats_.empty() ? 0 : last_beats_.back() + 1; }

  void start_job() override;
  void clear(Cycles now) override;
  // A request is served without anybody's help.
  [[nodiscard]] std::string waits_for() const override { return {}; }

 private:
  static constexpr std::size_t kClients = 2;
  struct Request {
    std::uint32_t address = 0;
    unsigned beats = 0;
    Cycles from = kNever;
    Cycles until = kNever;  // no longer made from here on
    [[nodiscard]] bool made_in(Cycles now) const noexcept { return from <= now && now < until; }
  };

  void evaluate(Cycles now) override;
  void grant(std::size_t client, Cycles now);
  // First cycle in which another burst can be granted.
  [[nodiscard]] Cycles open_from() const;
  void schedule();

  BusPort& bus_;
  std::size_t max_reads_;
  std::array<Request, kClients> requests_;
  Cycles address_taken_ = 0;
  std::deque<Cycles> last_beats_;  // of the bursts that may be outstanding
  BusReadBeats beats_;
};

}  // namespace systolite::sc
