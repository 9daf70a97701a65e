// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/uart.h"

#include <algorithm>
#include <utility>

#include "sim/memory/bus_port.h"

namespace systolite {
namespace {

constexpr Cycles kBitsPerCharacter = 10;  // start, 8 data, stop
constexpr Cycles kAccessCycles = 1;
constexpr std::uint32_t kMaxBitCycles = 65535;
constexpr std::uint32_t kCtrlBits = SLT_UART_CTRL_RX_IRQ_ENABLE_MASK | SLT_UART_CTRL_TX_IRQ_ENABLE_MASK;

}  // namespace

Uart::Uart(const sc_core::sc_module_name& name, const ClockDomain& clock, Sink sink)
    : RegisterModule(name, clock, SLT_SOC_UART_BYTES),
      irq("irq"),
      sink_(std::move(sink)),
      transmitting_until_(kNever),
      receiving_until_(kNever) {
  SC_HAS_PROCESS(Uart);
  SC_METHOD(update);
  sensitive << change_;
  dont_initialize();
}

Cycles Uart::character_cycles() const noexcept { return kBitsPerCharacter * bit_cycles_; }

Cycles Uart::next_event() const noexcept { return std::min(transmitting_until_, receiving_until_); }

void Uart::start_characters(Cycles now) {
  if (transmitting_until_ == kNever && !transmit_.empty()) {
    on_wire_ = transmit_.front();
    transmit_.pop_front();
    transmitting_until_ = now + character_cycles();
  }
  if (receiving_until_ == kNever && !arriving_.empty()) receiving_until_ = now + character_cycles();
}

void Uart::finish_character(Cycles now) {
  if (transmitting_until_ == now) {
    transmitting_until_ = kNever;
    sink_(*std::exchange(on_wire_, std::nullopt));
  }
  if (receiving_until_ == now) {
    receiving_until_ = kNever;
    if (received_.size() < kFifoCharacters) {
      received_.push_back(arriving_.front());
    } else {
      overrun_ = true;
    }
    arriving_.pop_front();
  }
  start_characters(now);
}

void Uart::advance(Cycles now) {
  while (next_event() <= now) finish_character(next_event());
  now_ = std::max(now_, now);
}

std::uint32_t Uart::status() const noexcept {
  std::uint32_t bits = 0;
  if (!received_.empty()) bits |= SLT_UART_STATUS_RX_VALID_MASK;
  if (transmit_.size() == kFifoCharacters) bits |= SLT_UART_STATUS_TX_FULL_MASK;
  if (transmit_.empty()) bits |= SLT_UART_STATUS_TX_EMPTY_MASK;
  if (transmit_.empty() && !on_wire_) bits |= SLT_UART_STATUS_TX_IDLE_MASK;
  if (overrun_) bits |= SLT_UART_STATUS_RX_OVERRUN_MASK;
  return bits;
}

bool Uart::level() const noexcept {
  const bool receive = (ctrl_ & SLT_UART_CTRL_RX_IRQ_ENABLE_MASK) != 0 && !received_.empty();
  const bool transmit = (ctrl_ & SLT_UART_CTRL_TX_IRQ_ENABLE_MASK) != 0 && transmit_.empty();
  return receive || transmit;
}

void Uart::wake_at(Cycles cycle) { change_.notify(time_until(cycle)); }

void Uart::update() {
  advance(current_cycle());
  irq.write(level());
  if (next_event() != kNever) wake_at(next_event());
}

void Uart::receive(std::string_view text) {
  advance(current_cycle());
  arriving_.insert(arriving_.end(), text.begin(), text.end());
  start_characters(now_);
  wake_at(now_);
}

std::optional<std::uint32_t> Uart::peek(std::uint32_t offset) {
  switch (offset) {
    case SLT_UART_DATA_OFFSET:
      return received_.empty() ? 0U : static_cast<unsigned char>(received_.front());
    case SLT_UART_STATUS_OFFSET:
      return status();
    case SLT_UART_CTRL_OFFSET:
      return ctrl_;
    case SLT_UART_BIT_CYCLES_OFFSET:
      return bit_cycles_;
    default:
      return std::nullopt;
  }
}

std::optional<std::uint32_t> Uart::read(std::uint32_t offset, Cycles now, Cycles& end) {
  advance(now);
  end = now + kAccessCycles;
  const std::optional<std::uint32_t> value = peek(offset);
  if (offset == SLT_UART_DATA_OFFSET && !received_.empty()) {
    received_.pop_front();
    wake_at(end);
  }
  return value;
}

bool Uart::write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) {
  end = now + kAccessCycles;
  advance(end);  // the value holds from the cycle after the access
  switch (offset) {
    case SLT_UART_DATA_OFFSET:
      if (transmit_.size() < kFifoCharacters)
        transmit_.push_back(static_cast<char>(value & SLT_UART_DATA_CHARACTER_MASK));
      start_characters(now_);
      break;
    case SLT_UART_STATUS_OFFSET:
      if ((value & SLT_UART_STATUS_RX_OVERRUN_MASK) != 0) overrun_ = false;
      break;
    case SLT_UART_CTRL_OFFSET:
      ctrl_ = value & kCtrlBits;
      break;
    case SLT_UART_BIT_CYCLES_OFFSET:
      if (value >= 1 && value <= kMaxBitCycles) bit_cycles_ = value;
      break;
    default:
      return false;
  }
  wake_at(end);
  return true;
}

}  // namespace systolite
