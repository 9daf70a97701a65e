// SPDX-License-Identifier: Apache-2.0
#include "dut.h"

#include <cstring>

#include "Vslt_system_tb.h"
#include "slt_regs.h"
#include "verilated.h"

namespace systolite::test {

Dut::Dut() : context_(std::make_unique<VerilatedContext>()) {
  context_->randReset(2);
  context_->randSeed(7);
  top_ = std::make_unique<Vslt_system_tb>(context_.get());
  reset();
}

Dut::~Dut() { top_->final(); }

void Dut::reset() {
  top_->clk_i = 0;
  top_->rst_ni = 1;
  top_->apb_psel_i = 0;
  top_->apb_penable_i = 0;
  top_->apb_pwrite_i = 0;
  top_->axi_rvalid_i = 0;
  top_->axi_bvalid_i = 0;
  top_->eval();
  top_->rst_ni = 0;
  for (int i = 0; i < 4; ++i) {
    top_->clk_i = 1;
    top_->eval();
    top_->clk_i = 0;
    top_->eval();
  }
  top_->rst_ni = 1;
}

void Dut::cycle() {
  const BusReply& reply = bus.reply();
  top_->axi_arready_i = reply.ar_ready;
  top_->axi_rvalid_i = reply.r_valid;
  top_->axi_rid_i = reply.r_id;
  top_->axi_rresp_i = reply.r_resp;
  top_->axi_rlast_i = reply.r_last;
  std::memcpy(&top_->axi_rdata_i, reply.r_data.data(), kBusBytes);
  top_->axi_awready_i = reply.aw_ready;
  top_->axi_wready_i = reply.w_ready;
  top_->axi_bvalid_i = reply.b_valid;
  top_->axi_bid_i = 0;
  top_->axi_bresp_i = reply.b_resp;
  top_->clk_i = 0;
  top_->eval();

  BusRequest request{};
  request.ar_valid = top_->axi_arvalid_o != 0;
  request.ar_id = top_->axi_arid_o;
  request.ar_addr = top_->axi_araddr_o;
  request.ar_len = top_->axi_arlen_o;
  request.ar_size = top_->axi_arsize_o;
  request.ar_burst = top_->axi_arburst_o;
  request.r_ready = top_->axi_rready_o != 0;
  request.aw_valid = top_->axi_awvalid_o != 0;
  request.aw_id = top_->axi_awid_o;
  request.aw_addr = top_->axi_awaddr_o;
  request.aw_len = top_->axi_awlen_o;
  request.aw_size = top_->axi_awsize_o;
  request.aw_burst = top_->axi_awburst_o;
  request.w_valid = top_->axi_wvalid_o != 0;
  request.w_last = top_->axi_wlast_o != 0;
  request.w_strb = top_->axi_wstrb_o;
  std::memcpy(request.w_data.data(), &top_->axi_wdata_o, kBusBytes);
  request.b_ready = top_->axi_bready_o != 0;
  const isa::Probe probe = isa::unpack_probe(top_->probe_o);
  irq_ = top_->irq_o != 0;
  slave_error_ = top_->apb_pslverr_o != 0;
  const BusEvents events = bus.clock(request);

  if (recording_) {
    if (irq_ && record_.irq == 0) record_.irq = now_;
    if (record_.irq == 0) {
      for (std::size_t e = 0; e < isa::kNumEngines; ++e) {
        if ((probe.pop >> e & 1U) != 0) record_.pops[e].push_back(now_);
        if ((probe.done >> e & 1U) != 0) record_.dones[e].push_back(now_);
      }
      if (now_ > record_.doorbell) {
        for (std::size_t u = 0; u <= isa::kNumEngines; ++u)
          ++record_.states[u][static_cast<std::size_t>(probe.state[u])];
      }
      if (probe.state[isa::kNumEngines] == isa::State::kBusy && now_ > record_.doorbell + 1)
        record_.dispatches.push_back(now_);
      if (events.ar) record_.ar[events.ar_id].push_back(now_);
      if (events.r) record_.beats[events.r_id].push_back(now_);
      if (events.aw) record_.aw.push_back(now_);
      if (events.w) record_.w.push_back(now_);
      if (events.b) record_.b.push_back(now_);
    }
  }
  top_->clk_i = 1;
  top_->eval();
  ++now_;
}

void Dut::cycles(Cycle count) {
  for (Cycle i = 0; i < count; ++i) cycle();
}

std::uint32_t Dut::transfer(bool is_write, std::uint32_t offset, std::uint32_t value) {
  top_->apb_psel_i = 1;
  top_->apb_penable_i = 0;
  top_->apb_pwrite_i = is_write;
  top_->apb_paddr_i = offset & 0xFFFU;
  top_->apb_pwdata_i = value;
  cycle();
  top_->apb_penable_i = 1;
  if (is_write && offset == SLT_REG_DOORBELL_OFFSET && !recording_) {
    record_ = {};
    record_.doorbell = now_;
    recording_ = true;
  }
  cycle();
  const std::uint32_t result = top_->apb_prdata_o;
  const bool failed = slave_error_;
  top_->apb_psel_i = 0;
  top_->apb_penable_i = 0;
  top_->apb_pwrite_i = 0;
  slave_error_ = failed;
  return result;
}

std::uint32_t Dut::read(std::uint32_t offset) { return transfer(false, offset, 0); }
void Dut::write(std::uint32_t offset, std::uint32_t value) { transfer(true, offset, value); }

void Dut::start(const std::vector<isa::Command>& commands) {
  std::uint32_t at = stream_address - kMemoryBase;
  for (const isa::Command& command : commands) {
    std::memcpy(&bus.bytes[at], command.w.data(), isa::kCommandBytes);
    at += isa::kCommandBytes;
  }
  bus.readable = {window0, window1};
  bus.writable = {window1};
  write(SLT_REG_WIN0_BASE_OFFSET, window0.first);
  write(SLT_REG_WIN0_LAST_OFFSET, window0.last);
  write(SLT_REG_WIN1_BASE_OFFSET, window1.first);
  write(SLT_REG_WIN1_LAST_OFFSET, window1.last);
  write(SLT_REG_STREAM_ADDR_OFFSET, stream_address);
  write(SLT_REG_STREAM_BYTES_OFFSET, static_cast<std::uint32_t>(commands.size() * isa::kCommandBytes));
  write(SLT_REG_IRQ_ENABLE_OFFSET, 3);
  recording_ = false;
  write(SLT_REG_DOORBELL_OFFSET, 1);
}

JobRecord Dut::finish(const std::function<void()>& during, Cycle limit) {
  const Cycle end = now_ + limit;
  while (!irq_ && now_ < end) {
    if (during) during();
    cycle();
  }
  recording_ = false;
  return record_;
}

JobRecord Dut::run(const std::vector<isa::Command>& commands, const std::function<void()>& during, Cycle limit) {
  start(commands);
  return finish(during, limit);
}

Status Dut::status() {
  const std::uint32_t bits = read(SLT_REG_STATUS_OFFSET);
  return {.busy = (bits & 1U) != 0,
          .done = (bits & 2U) != 0,
          .error = (bits & 4U) != 0,
          .cause = static_cast<isa::ErrorCause>(read(SLT_REG_ERROR_CAUSE_OFFSET)),
          .command = read(SLT_REG_ERROR_COMMAND_OFFSET),
          .address = read(SLT_REG_ERROR_ADDRESS_OFFSET)};
}

void Dut::clear_irq() { write(SLT_REG_IRQ_STATUS_OFFSET, 3); }

std::uint8_t Dut::peek(LocalMemory memory, std::uint32_t address) {
  top_->peek_memory_i = static_cast<std::uint8_t>(memory) - 1;  // not the scratchpad
  top_->peek_addr_i = address;
  top_->eval();
  return top_->peek_o;
}

}  // namespace systolite::test
