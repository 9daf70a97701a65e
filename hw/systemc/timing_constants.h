// SPDX-License-Identifier: Apache-2.0
// Every constant of the accelerator's timing that is not a parameter of the configuration. Cycles between two events
// unless a comment says otherwise; the names are those of the RTL's headers. What happens in a cycle is seen by the
// other blocks in the next one: that cycle is written `now + 1` and has no name here.
#pragma once

#include <cstddef>

#include "sim/device/trace.h"

namespace systolite::sc::timing {

// Front end (slt_frontend).
inline constexpr Cycles kStartToRequest = 1;        // start of the job to the first fetch request
inline constexpr Cycles kBeatToHead = 1;            // last beat of a command to its move to the head register
inline constexpr Cycles kHeadToDispatch = 1;        // move to the head to dispatch
inline constexpr unsigned kFetchCommands = 16;      // commands held ahead of the head
inline constexpr unsigned kFetchBurstCommands = 8;  // commands asked for in one burst at most

// Queues (slt_queue).
inline constexpr Cycles kPushToPop = 1;
inline constexpr std::size_t kMaxInFlight = 4;  // commands of an engine popped and not done
inline constexpr unsigned kMaxTokens = 255;     // of one engine for another, not taken

// Bus (slt_axi_read_mux, slt_load, slt_store).
inline constexpr Cycles kGrantToAddress = 1;  // grant or issue of a burst to its address on the bus
inline constexpr Cycles kFinishToDone = 1;    // last beat or response of a transfer, pop of a configuration command
inline constexpr std::size_t kMaxWrites = 4;  // write bursts issued and not answered
inline constexpr Cycles kIssueToRead = 1;     // issue of a write burst to the scratchpad read of its first beat
inline constexpr Cycles kReadToBus = 2;       // scratchpad read of a beat to the beat on the bus
inline constexpr std::size_t kDataDepth = 4;  // beats read from the scratchpad and not taken by the bus

// Command to bursts (slt_dma_walk).
inline constexpr Cycles kPopToCheck = 1;
inline constexpr Cycles kCheckToBurst = 1;  // leaving the check stage to the first burst on offer
inline constexpr Cycles kBurstToBurst = 1;  // burst accepted to the next one on offer
inline constexpr Cycles kBurstToFree = 1;   // last burst accepted to the walk free for the next command

// From the cycle in which a unit finds a fault to the cycle in which it reports it.
inline constexpr Cycles kFaultToReport = 1;

// Weight load (slt_weight_load).
inline constexpr Cycles kPopToRow = 1;         // pop to the first row
inline constexpr Cycles kRowToTile = 1;        // issue of a tile's first row to the tile on offer
inline constexpr Cycles kTakeToRow = 1;        // take of a tile to the first row of the next one
inline constexpr Cycles kWeightDoneDelay = 2;  // DONE_DELAY: issue of the last row to done

// Weight load, output stationary (slt_os_weight_load).
inline constexpr Cycles kPopToOffer = 1;    // pop to the first tile on offer
inline constexpr Cycles kTakeToStream = 2;  // take of a tile to its first row
inline constexpr Cycles kTakeToPop = 1;     // take of the last tile to the pop of the next command

// Matrix engine (slt_matrix).
inline constexpr Cycles kPopToEnter = 1;
inline constexpr Cycles kTakeToVisit = 1;  // take of a tile to the first visit
inline constexpr Cycles kMinStep = 4;      // MIN_STEP: shortest K step
inline constexpr Cycles kDataDelay = 4;    // DATA_DELAY: visit to the vector at the array
inline constexpr Cycles kWriteDelay = 1;   // sum out of the array to the cycle after its write
// DONE_DELAY: visit in which the last partial sum starts to the cycle after its write.
[[nodiscard]] constexpr Cycles matrix_done_delay(int rows, int cols) noexcept {
  return kDataDelay + static_cast<Cycles>(rows + cols - 1) + kWriteDelay;
}

// Output stationary: read of the last pixel in the last K step to the cycle after the write of its sums.
[[nodiscard]] constexpr Cycles output_done_delay(int rows, int cols) noexcept {
  constexpr Cycles kDrainDelay = 1;  // sum out of its PE to the edge of the array
  return matrix_done_delay(rows, cols) + kDrainDelay;
}

// Vector engine (slt_vector).
inline constexpr Cycles kSetupRequant = 2;  // SETUP_*: cycles between the pop of a command and its first step
inline constexpr Cycles kSetupAdd = 7;
inline constexpr Cycles kSetupPool = 8;
inline constexpr Cycles kAddSteps = 3;     // ADD_STEPS: steps of a group of an add
inline constexpr Cycles kStepToWrite = 7;  // STEP_TO_WRITE: last step of a command to its last write

// Register port (slt_regs): a read returns the values of the setup cycle, a write takes effect at the end of the access
// cycle.
inline constexpr Cycles kSetupToAccess = 1;
inline constexpr Cycles kAccessCycles = 2;  // length of an access

}  // namespace systolite::sc::timing
