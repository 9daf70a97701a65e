// SPDX-License-Identifier: Apache-2.0
// Every constant of the accelerator's timing that is not a parameter of its configuration. The names are those of
// hw/TIMING.md. "a_to_b": from an event in cycle t, the first cycle in which b can happen is t + a_to_b.
#pragma once

#include <array>
#include <string_view>

#include "sim/device/trace.h"

namespace systolite::fast {

struct Latencies {
  // Front end.
  Cycles start_to_request = 1;      // cycle 0 of the job to the first request for a fetch burst
  Cycles fetch_commands = 16;       // commands requested and not yet moved to the head, at most
  Cycles fetch_burst_commands = 8;  // commands of a fetch burst, at most
  Cycles grant_to_request = 1;      // grant of a fetch burst to the request for the next
  Cycles move_to_room = 1;          // command moves to the head to its room counting for a request
  Cycles beat_to_move = 1;          // last beat of a command to its move to the head
  Cycles move_to_head = 1;          // move to the head to dispatch, or to END stopping further requests
  Cycles pop_to_dispatch = 1;       // place freed in a full queue to the dispatch that fills it
  Cycles done_to_end = 1;           // last done to END being taken
  Cycles fetch_beat_to_end = 1;     // last beat of the last fetch burst to END being taken
  Cycles end_to_interrupt = 1;      // END being taken to the interrupt

  // Faults.
  Cycles start_to_fault = 1;      // cycle 0 of the job to the report of a bad stream address, length or window
  Cycles move_to_fault = 2;       // illegal or damaged command moves to the head to its report
  Cycles empty_to_fault = 2;      // last dispatch or last fetch beat of a stream without END to its report
  Cycles pop_to_fault = 2;        // pop of an ld or st to the report of its address range
  Cycles beat_to_fault = 1;       // load beat with an error to its report
  Cycles response_to_fault = 1;   // write response with an error to its report
  Cycles fault_to_clear = 1;      // report to the flush of queues and engines
  Cycles complete_to_quiet = 1;   // last beat or response of the bursts on the bus to the bus being idle
  Cycles quiet_to_interrupt = 1;  // flush with an idle bus to the interrupt

  // Read channel.
  Cycles grant_to_address = 1;    // grant to the address on the bus
  Cycles last_beat_to_grant = 1;  // last beat of a burst to its place among the outstanding reads
  Cycles taken_to_grant = 0;      // address taken by the memory to the grant of the next burst

  // Queues and tokens.
  Cycles dispatch_to_pop = 1;
  Cycles pop_to_pop = 1;
  Cycles done_to_token = 1;  // done to the pop that takes its token
  Cycles max_in_flight = 4;  // commands of an engine popped and not done
  Cycles done_to_place = 1;  // done to the pop that takes its place among those in flight
  Cycles done_to_done = 1;   // completions of one engine

  // Load and store DMA.
  Cycles pop_to_check = 1;    // pop to the first cycle in which the command can leave the check stage
  Cycles check_to_pop = 0;    // command leaves the check stage to the pop of the next transfer
  Cycles check_to_burst = 1;  // command leaves the check stage to the offer of its first burst
  Cycles burst_to_burst = 1;  // burst accepted to the offer of the next one of the command
  Cycles burst_to_check = 1;  // last burst of a command accepted to the next command leaving the check stage
  Cycles finish_to_done = 1;  // last beat, last response or pop of a configuration command to done
  Cycles beat_to_busy = 1;    // data beat to the cycle that counts as busy for it

  // Store DMA. The limit of four beats read and not taken by the bus never shows: three keep one beat a cycle going.
  Cycles max_writes = 4;         // write bursts issued and not answered
  Cycles response_to_issue = 1;  // response to the issue that takes its place
  Cycles taken_to_issue = 0;     // address taken by the memory to the issue of the next burst
  Cycles issue_to_address = 1;   // issue to the address on the bus
  Cycles issue_to_read = 1;      // issue to the first scratchpad read of the burst
  Cycles read_to_beat = 2;       // scratchpad read to the beat on the bus
  Cycles beat_to_beat = 1;       // beat taken to the next beat on the bus

  // Weight load.
  Cycles pop_to_row = 1;   // pop to the issue of the first row
  Cycles row_to_pop = 0;   // issue of the last row to the pop of the next command
  Cycles row_to_row = 1;   // issue of rows
  Cycles take_to_row = 1;  // tile taken to the issue of row 0 of the next
  Cycles row_to_tile = 1;  // issue of row 0 to the tile being there to be taken
  Cycles last_row_to_done = 2;

  // Weight load, output stationary.
  Cycles pop_to_offer = 1;    // pop to the first tile being there to be taken
  Cycles take_to_stream = 2;  // tile taken to the issue of its row 0
  Cycles take_to_pop = 1;     // last tile of a command taken to the pop of the next command

  // Matrix engine.
  Cycles pop_to_enter = 1;            // pop of an mm to its entry into the loops
  Cycles enter_to_pop = 1;            // entry into the loops to the next pop
  Cycles end_to_enter = 0;            // last cycle of the K steps of an mm to the entry of the next
  Cycles finish_to_enter = 1;         // finish of an mm to the entry of one that needs the array set otherwise
  Cycles enter_to_take = 0;           // entry into the loops to the take of the first tile
  Cycles end_to_take = 0;             // last cycle of a K step to the take of the next tile
  Cycles take_to_step = 1;            // take to the first cycle of the K step
  Cycles min_step = 4;                // cycles of a K step, at least
  Cycles array_to_finish = 4;         // besides rows + columns: start of the last partial sum to the finish
  Cycles output_array_to_finish = 5;  // the same, output stationary: read of the last pixel to the finish
  Cycles matrix_cfg_to_done = 1;      // pop of a configuration command to its done
  Cycles matrix_cfg_to_busy = 1;      // pop of a configuration command to the cycle that counts as busy for it

  // Vector engine.
  Cycles setup_requant = 2;  // cycles between the pop of a command and its first step
  Cycles setup_add = 7;
  Cycles setup_pool = 8;
  Cycles add_steps = 3;           // steps per group of an add
  Cycles step_to_done = 7;        // last step of a command to its done
  Cycles last_step_to_pop = 0;    // last step to the pop of the next command
  Cycles vector_cfg_to_done = 1;  // pop of a configuration command to its done

  bool operator==(const Latencies&) const = default;
};

struct LatencyName {
  std::string_view name;
  Cycles Latencies::*member;
};

// All members, for those who vary them one by one.
inline constexpr auto kLatencyNames = std::to_array<LatencyName>({
    {"start_to_request", &Latencies::start_to_request},
    {"fetch_commands", &Latencies::fetch_commands},
    {"fetch_burst_commands", &Latencies::fetch_burst_commands},
    {"grant_to_request", &Latencies::grant_to_request},
    {"move_to_room", &Latencies::move_to_room},
    {"beat_to_move", &Latencies::beat_to_move},
    {"move_to_head", &Latencies::move_to_head},
    {"pop_to_dispatch", &Latencies::pop_to_dispatch},
    {"done_to_end", &Latencies::done_to_end},
    {"fetch_beat_to_end", &Latencies::fetch_beat_to_end},
    {"end_to_interrupt", &Latencies::end_to_interrupt},
    {"start_to_fault", &Latencies::start_to_fault},
    {"move_to_fault", &Latencies::move_to_fault},
    {"empty_to_fault", &Latencies::empty_to_fault},
    {"pop_to_fault", &Latencies::pop_to_fault},
    {"beat_to_fault", &Latencies::beat_to_fault},
    {"response_to_fault", &Latencies::response_to_fault},
    {"fault_to_clear", &Latencies::fault_to_clear},
    {"complete_to_quiet", &Latencies::complete_to_quiet},
    {"quiet_to_interrupt", &Latencies::quiet_to_interrupt},
    {"grant_to_address", &Latencies::grant_to_address},
    {"last_beat_to_grant", &Latencies::last_beat_to_grant},
    {"taken_to_grant", &Latencies::taken_to_grant},
    {"dispatch_to_pop", &Latencies::dispatch_to_pop},
    {"pop_to_pop", &Latencies::pop_to_pop},
    {"done_to_token", &Latencies::done_to_token},
    {"max_in_flight", &Latencies::max_in_flight},
    {"done_to_place", &Latencies::done_to_place},
    {"done_to_done", &Latencies::done_to_done},
    {"pop_to_check", &Latencies::pop_to_check},
    {"check_to_pop", &Latencies::check_to_pop},
    {"check_to_burst", &Latencies::check_to_burst},
    {"burst_to_burst", &Latencies::burst_to_burst},
    {"burst_to_check", &Latencies::burst_to_check},
    {"finish_to_done", &Latencies::finish_to_done},
    {"beat_to_busy", &Latencies::beat_to_busy},
    {"max_writes", &Latencies::max_writes},
    {"response_to_issue", &Latencies::response_to_issue},
    {"taken_to_issue", &Latencies::taken_to_issue},
    {"issue_to_address", &Latencies::issue_to_address},
    {"issue_to_read", &Latencies::issue_to_read},
    {"read_to_beat", &Latencies::read_to_beat},
    {"beat_to_beat", &Latencies::beat_to_beat},
    {"pop_to_row", &Latencies::pop_to_row},
    {"row_to_pop", &Latencies::row_to_pop},
    {"row_to_row", &Latencies::row_to_row},
    {"take_to_row", &Latencies::take_to_row},
    {"row_to_tile", &Latencies::row_to_tile},
    {"last_row_to_done", &Latencies::last_row_to_done},
    {"pop_to_offer", &Latencies::pop_to_offer},
    {"take_to_stream", &Latencies::take_to_stream},
    {"take_to_pop", &Latencies::take_to_pop},
    {"pop_to_enter", &Latencies::pop_to_enter},
    {"enter_to_pop", &Latencies::enter_to_pop},
    {"end_to_enter", &Latencies::end_to_enter},
    {"finish_to_enter", &Latencies::finish_to_enter},
    {"enter_to_take", &Latencies::enter_to_take},
    {"end_to_take", &Latencies::end_to_take},
    {"take_to_step", &Latencies::take_to_step},
    {"min_step", &Latencies::min_step},
    {"array_to_finish", &Latencies::array_to_finish},
    {"output_array_to_finish", &Latencies::output_array_to_finish},
    {"matrix_cfg_to_done", &Latencies::matrix_cfg_to_done},
    {"matrix_cfg_to_busy", &Latencies::matrix_cfg_to_busy},
    {"setup_requant", &Latencies::setup_requant},
    {"setup_add", &Latencies::setup_add},
    {"setup_pool", &Latencies::setup_pool},
    {"add_steps", &Latencies::add_steps},
    {"step_to_done", &Latencies::step_to_done},
    {"last_step_to_pop", &Latencies::last_step_to_pop},
    {"vector_cfg_to_done", &Latencies::vector_cfg_to_done},
});
static_assert(sizeof(Latencies) == kLatencyNames.size() * sizeof(Cycles), "every latency has a name");

}  // namespace systolite::fast
