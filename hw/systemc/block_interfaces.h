// SPDX-License-Identifier: Apache-2.0
// How the blocks of the accelerator talk to each other. `now` is the current cycle of the job; `from` is the first
// cycle in which something holds, always a later one.
#pragma once

#include <cstdint>
#include <span>
#include <systemc>

#include "hw/systemc/cycle_clock.h"
#include "sim/functional/local_memories.h"
#include "sim/functional/matrix_engine.h"
#include "sim/memory/bus_port.h"
#include "slt_isa.hpp"

namespace systolite::sc {

// A command on its way from the front end to its engine.
struct QueuedCommand {
  isa::AnyCommand command;
  std::uint32_t wait = 0;
  std::uint32_t signal = 0;
  std::uint32_t index = 0;  // in the stream
  bool is_cfg = false;
};

// ------------------------------------------------------------------------------------------------- queues and engines

// A queue as the front end sees it.
class DispatchIf : virtual public sc_core::sc_interface {
 public:
  [[nodiscard]] virtual bool full(Cycles now) const = 0;
  virtual void push(Cycles now, const QueuedCommand& command) = 0;
  // No command here or in the engine.
  [[nodiscard]] virtual bool idle(Cycles now) const = 0;
};

// A queue as its engine sees it.
class IssueIf : virtual public sc_core::sc_interface {
 public:
  // The oldest command if its tokens are there, or nullptr; valid until pop().
  [[nodiscard]] virtual const QueuedCommand* head(Cycles now) const = 0;
  virtual void pop(Cycles now) = 0;
  // The oldest command popped and not completed has completed.
  virtual void complete(Cycles now) = 0;
};

// An engine as its queue sees it: IssueIf::head() is there from cycle `from` on.
class EngineIf : virtual public sc_core::sc_interface {
 public:
  virtual void command_offered(Cycles from) = 0;
};

// The front end as the queues see it: a place in an engine's queue is free, or the engine has nothing left to do, from
// `from` on.
class QueueListenerIf : virtual public sc_core::sc_interface {
 public:
  virtual void queue_changed(int engine, Cycles from) = 0;
};

// Tokens between engines; a mask has a bit per engine.
class TokenIf : virtual public sc_core::sc_interface {
 public:
  // Engines of `wanted` that have not given `consumer` a token it has not taken.
  [[nodiscard]] virtual std::uint32_t missing(int consumer, std::uint32_t wanted, Cycles now) const = 0;
  virtual void take(int consumer, std::uint32_t producers) = 0;
  virtual void give(int producer, std::uint32_t consumers, Cycles now) = 0;
};

// A queue as the tokens see it: there is another token from `from` on.
class TokenListenerIf : virtual public sc_core::sc_interface {
 public:
  virtual void token_given(Cycles from) = 0;
};

// --------------------------------------------------------------------------------------------------------------- bus

enum class ReadClient : std::uint8_t { kFetch = 0, kLoad = 1 };  // value: read id

// The read channel as its clients see it. A client has one request at a time.
class ReadRequestIf : virtual public sc_core::sc_interface {
 public:
  virtual void request(ReadClient client, std::uint32_t address, unsigned beats, Cycles from) = 0;
  // The client no longer requests from `from` on; in the current cycle it still does.
  virtual void withdraw(ReadClient client, Cycles from) = 0;
  // The cycle from which on nothing is outstanding.
  [[nodiscard]] virtual Cycles idle_from() const = 0;
};

class ReadClientIf : virtual public sc_core::sc_interface {
 public:
  // The request is granted in this cycle. When its beats move is known already.
  virtual void granted(Cycles now, std::span<const BusReadBeat> beats) = 0;
};

class WriteStatusIf : virtual public sc_core::sc_interface {
 public:
  // The cycle from which on no write burst is outstanding.
  [[nodiscard]] virtual Cycles writes_idle_from() const = 0;
};

// ------------------------------------------------------------------------------------------------------ weights,
// memories

// Shadow registers of the array as the matrix engine sees them.
class TileIf : virtual public sc_core::sc_interface {
 public:
  // The tile that may be taken, or nullptr.
  [[nodiscard]] virtual const functional::WeightTile* tile(Cycles now) const = 0;
  virtual void take(Cycles now) = 0;
};

class TileListenerIf : virtual public sc_core::sc_interface {
 public:
  virtual void tile_offered(Cycles from) = 0;
};

class LocalMemoryIf : virtual public sc_core::sc_interface {
 public:
  [[nodiscard]] virtual functional::LocalMemories& memories() = 0;
};

// --------------------------------------------------------------------------------------------------------------- job

// Address range, both ends included; empty if last < base.
struct Window {
  std::uint32_t base = 1;
  std::uint32_t last = 0;
  [[nodiscard]] bool holds(std::uint64_t first_byte, std::uint64_t last_byte) const noexcept {
    return first_byte >= base && last_byte <= last;
  }
};

// Registers that describe a job; they do not change while one runs.
struct JobRegisters {
  std::uint32_t stream_address = 0;
  std::uint32_t stream_bytes = 0;
  Window read_only;
  Window read_write;
};

class JobRegistersIf : virtual public sc_core::sc_interface {
 public:
  [[nodiscard]] virtual const JobRegisters& job_registers() const = 0;
};

// Who reports a fault; of several in one cycle the first in this order counts.
enum class FaultSource : std::uint8_t { kLoadBus, kLoadCheck, kStoreBus, kStoreCheck, kFrontEnd, kRegister };

struct Fault {
  static constexpr std::uint32_t kNoCommand = 0xFFFFFFFF;
  isa::ErrorCause cause = isa::ErrorCause::kNone;
  std::uint32_t command = kNoCommand;
  std::uint32_t address = 0;
};

class JobIf : virtual public sc_core::sc_interface {
 public:
  // A fault that is reported in cycle `when`, which may be ahead; forgotten if the job is stopped before.
  virtual void report(FaultSource source, Cycles when, const Fault& fault) = 0;
  // END has been taken in this cycle.
  virtual void reached_end(Cycles now) = 0;
  // Nothing new may start on the bus.
  [[nodiscard]] virtual bool clearing(Cycles now) const = 0;
};

// A block as the job control sees it.
class JobMemberIf : virtual public sc_core::sc_interface {
 public:
  // Cycle 0 of a job: nothing is left of the one before.
  virtual void start_job() = 0;
  // The first cycle of a stop; called after everything else of this cycle. Drops all work, transfers on the bus
  // excepted.
  virtual void clear(Cycles now) = 0;
};

}  // namespace systolite::sc
