// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/device_error.h"

#include <gtest/gtest.h>

#include "tests/functional/hand_program.h"

namespace systolite::testing {
namespace {

using isa::ErrorCause;

struct Seen {
  ErrorCause cause;
  std::uint32_t command;
  std::uint32_t address;
  std::string text;
};

template <typename Action>
Seen error_of(const Action& action) {
  try {
    action();
  } catch (const DeviceError& error) {
    EXPECT_EQ(error.code(), ExitCode::kDevice);
    return {error.cause(), error.command_index(), error.address(), error.what()};
  }
  ADD_FAILURE() << "no error was reported";
  return {};
}

Seen error_of_program(SmallDevice& device, const std::vector<isa::Command>& program) {
  return error_of([&] { device.executor.run(program); });
}

void expect(const Seen& seen, ErrorCause cause, std::uint32_t command, std::uint32_t address) {
  EXPECT_EQ(seen.cause, cause) << seen.text;
  EXPECT_EQ(seen.command, command) << seen.text;
  EXPECT_EQ(seen.address, address) << seen.text;
}

isa::Ld load_bytes(std::uint32_t address, std::int64_t bytes) {
  return {.mem_addr = address, .row_bytes = bytes, .rows = 1};
}

TEST(DeviceErrorTest, BadCommandNamesItsAddressInTheStream) {
  SmallDevice device;
  isa::Command reserved = encode(isa::End{});
  reserved.w[3] = 1;
  expect(error_of([&] {
           device.executor.run(std::vector{encode(load_bytes(kInput, 4)), reserved}, 0x08000100);
         }),
         ErrorCause::kBadCommand, 1, 0x08000110);
  expect(error_of_program(device, {isa::Command{}}), ErrorCause::kBadCommand, 0, 0);
}

TEST(DeviceErrorTest, BadStream) {
  SmallDevice device;
  expect(error_of_program(device, {encode(load_bytes(kInput, 4))}), ErrorCause::kBadStream, DeviceError::kNoCommand, 0);
  expect(error_of([&] { device.executor.run_stream(0x08000004, 16); }), ErrorCause::kBadStream, DeviceError::kNoCommand,
         0x08000004);
  expect(error_of([&] { device.executor.run_stream(0x08000000, 0); }), ErrorCause::kBadStream, DeviceError::kNoCommand,
         0x08000000);
}

TEST(DeviceErrorTest, StreamOutsideTheWindows) {
  SmallDevice device;
  expect(error_of([&] { device.executor.run_stream(0x30000000, 16); }), ErrorCause::kReadWindow,
         DeviceError::kNoCommand, 0x30000000);
}

TEST(DeviceErrorTest, BadLocal) {
  SmallDevice device;
  isa::Ld beyond = load_bytes(kInput, 8);
  beyond.dst = device.hw.scratchpad_bytes - 7;
  expect(error_of_program(device, {encode(beyond), encode(isa::End{})}), ErrorCause::kBadLocal, 0, 0);
}

TEST(DeviceErrorTest, BadTable) {
  SmallDevice device;
  const std::int64_t bus_bytes = device.hw.dma.bus_bytes();
  // Two groups of four beats each at the end of the tables.
  isa::Ld good = load_bytes(kInput, 8 * bus_bytes);
  good.space = static_cast<std::int64_t>(isa::Space::kTable);
  good.bias = static_cast<std::int64_t>(isa::BiasForm::kBits32);
  good.dst = device.hw.param_channels - 2 * bus_bytes;
  device.executor.run(std::vector{encode(good), encode(isa::End{})});
  const auto refused = [&](const auto& change) {
    isa::Ld ld = good;
    change(ld);
    const Seen seen = error_of_program(device, {encode(ld), encode(isa::End{})});
    expect(seen, ErrorCause::kBadLocal, 0, 0);
    EXPECT_NE(seen.text.find("a table is one row of whole beats"), std::string::npos) << seen.text;
  };
  refused([](isa::Ld& ld) { ld.mem_addr += 1; });
  refused([](isa::Ld& ld) { ld.dst -= 1; });
  refused([](isa::Ld& ld) { ld.row_bytes -= 1; });
  refused([](isa::Ld& ld) { ld.rows = 2; });
  refused([&](isa::Ld& ld) { ld.row_bytes += bus_bytes; });
  refused([&](isa::Ld& ld) { ld.dst += bus_bytes; });
  refused([](isa::Ld& ld) { ld.bias = static_cast<std::int64_t>(isa::BiasForm::kBits24); });
  refused([](isa::Ld& ld) { ld.bias = static_cast<std::int64_t>(isa::BiasForm::kNone); });
  refused([&](isa::Ld& ld) {
    ld.bias = static_cast<std::int64_t>(isa::BiasForm::kNone);
    ld.scale = static_cast<std::int64_t>(isa::ScaleForm::kTensor);
    ld.row_bytes = bus_bytes;
    ld.dst = device.hw.param_channels;
  });
}

TEST(DeviceErrorTest, ReadWindowLeavesLocalMemoryAlone) {
  SmallDevice device;
  const std::int8_t before = device.executor.local().spm.at(0);
  Windows windows = Windows::whole(device.hw);
  windows.read_write.last = kInput + 15;
  device.executor.set_windows(windows);
  device.write(kInput, reference::Bytes(32, static_cast<std::int8_t>(before + 1)));
  expect(error_of_program(device, {encode(load_bytes(kInput, 17)), encode(isa::End{})}), ErrorCause::kReadWindow, 0,
         kInput);
  EXPECT_EQ(device.executor.local().spm.at(0), before);
  device.executor.run(std::vector{encode(load_bytes(kInput, 16)), encode(isa::End{})});
}

TEST(DeviceErrorTest, WriteWindowDoesNotCoverFlash) {
  SmallDevice device;
  const isa::St store{.mem_addr = device.hw.flash.base, .src = 0, .row_bytes = 4, .rows = 1};
  expect(error_of_program(device, {encode(isa::StCfg{}), encode(store), encode(isa::End{})}), ErrorCause::kWriteWindow,
         1, device.hw.flash.base);
}

TEST(DeviceErrorTest, BusAnswersWithAnError) {
  SmallDevice device;
  Windows windows;
  windows.read_write = {0, 0xFFFFFFFF};
  device.executor.set_windows(windows);
  expect(error_of_program(device, {encode(load_bytes(0x40000000, 4)), encode(isa::End{})}), ErrorCause::kBusRead, 0,
         0x40000000);
  const isa::St store{.mem_addr = device.hw.flash.base, .src = 0, .row_bytes = 4, .rows = 1};
  expect(error_of_program(device, {encode(store), encode(isa::End{})}), ErrorCause::kBusWrite, 0, device.hw.flash.base);
}

TEST(DeviceErrorTest, DeadlockNamesTheBlockedHeads) {
  SmallDevice device;
  const std::vector<isa::Command> program{encode(isa::LdCfg{.wait = kSt}), encode(isa::StCfg{.wait = kLd}),
                                          encode(isa::End{})};
  const Seen seen = error_of_program(device, program);
  expect(seen, ErrorCause::kNone, 0, 0);
  EXPECT_NE(seen.text.find("#0 (ld_cfg wait=st"), std::string::npos) << seen.text;
  EXPECT_NE(seen.text.find("#1 (st_cfg wait=ld"), std::string::npos) << seen.text;
}

// The shadow registers hold one tile, so a wl with two cannot complete before an mm has taken the first.
TEST(DeviceErrorTest, WeightLoadThatWaitsForItsOwnTakerDeadlocks) {
  SmallDevice device;
  const std::vector<isa::Command> program{encode(isa::Wl{.outer = 2, .len = 8, .tile_rows = 8, .nt = 8, .signal = kMm}),
                                          encode(isa::MmCfgIn{.row_bytes = 8, .height = 1, .pix_bytes = 8}),
                                          encode(isa::MmCfgKernel{}), encode(isa::Mm{.nky = 2, .len = 8, .wait = kWl}),
                                          encode(isa::End{})};
  const Seen seen = error_of_program(device, program);
  expect(seen, ErrorCause::kNone, 0, 0);
  EXPECT_NE(seen.text.find("has loaded 1 of 2 weight tiles"), std::string::npos) << seen.text;
}

TEST(DeviceErrorTest, TokenCounterOverflows) {
  SmallDevice device;
  std::vector<isa::Command> program(256, encode(isa::LdCfg{.signal = kSt}));
  program.push_back(encode(isa::End{}));
  expect(error_of_program(device, program), ErrorCause::kNone, 255, 0);
}

TEST(DeviceErrorTest, WeightTileOfTheWrongSize) {
  SmallDevice device;
  const std::vector<isa::Command> program{encode(isa::Wl{.outer = 1, .len = 7, .tile_rows = 8, .nt = 8}),
                                          encode(isa::MmCfgIn{.row_bytes = 8, .height = 1, .pix_bytes = 8}),
                                          encode(isa::MmCfgKernel{}), encode(isa::Mm{.nky = 1, .len = 8}),
                                          encode(isa::End{})};
  expect(error_of_program(device, program), ErrorCause::kNone, 3, 0);
}

TEST(DeviceErrorTest, WeightTileNobodyTakes) {
  SmallDevice device;
  expect(error_of_program(device, {encode(isa::Wl{.outer = 1, .len = 8, .tile_rows = 8, .nt = 8}), encode(isa::End{})}),
         ErrorCause::kNone, 0, 0);
}

TEST(DeviceErrorTest, DataflowThatIsNotBuilt) {
  SmallDevice weight;
  expect(error_of_program(weight, {encode(isa::MmCfgIn{.dataflow = 1}), encode(isa::End{})}), ErrorCause::kBadCommand,
         0, 0);
  expect(error_of_program(weight, {encode(isa::LdCfg{}), encode(isa::Wl{.dataflow = 1}), encode(isa::End{})}),
         ErrorCause::kBadCommand, 1, 16);
  SmallDevice output(true);
  output.hw.array.weight_stationary = false;
  expect(error_of_program(output, {encode(isa::MmCfgIn{}), encode(isa::End{})}), ErrorCause::kBadCommand, 0, 0);
  expect(error_of_program(output, {encode(isa::Wl{}), encode(isa::End{})}), ErrorCause::kBadCommand, 0, 0);
}

std::vector<isa::Command> one_step(std::int64_t in, std::int64_t wl, std::uint32_t token = 0) {
  return {encode(isa::MmCfgIn{.row_bytes = 8, .height = 1, .pix_bytes = 8, .dataflow = in}), encode(isa::MmCfgKernel{}),
          encode(isa::Wl{.len = 8, .tile_rows = 8, .nt = 8, .dataflow = wl, .signal = token != 0 ? kMm : 0}),
          encode(isa::Mm{.len = 8, .wait = token}), encode(isa::End{})};
}

TEST(DeviceErrorTest, TileOfTheOtherDataflow) {
  SmallDevice device(true);
  for (const std::int64_t dataflow : {0, 1}) {
    EXPECT_NO_THROW(device.executor.run(one_step(dataflow, dataflow)));
    expect(error_of_program(device, one_step(dataflow, 1 - dataflow)), ErrorCause::kNone, 3, 0);
  }
}

TEST(DeviceErrorTest, AnOutputStationaryTileCompletesWithItsTakeOnly) {
  SmallDevice device(true);
  EXPECT_NO_THROW(device.executor.run(one_step(0, 0, kWl)));
  const Seen seen = error_of_program(device, one_step(1, 1, kWl));
  expect(seen, ErrorCause::kNone, 2, 0);
  EXPECT_NE(seen.text.find("deadlocks"), std::string::npos) << seen.text;
}

TEST(DeviceErrorTest, OutputStationaryDepthwise) {
  SmallDevice device(true);
  const std::vector<isa::Command> program{encode(isa::MmCfgIn{.depthwise = 1, .dataflow = 1}),
                                          encode(isa::MmCfgKernel{}), encode(isa::Mm{}), encode(isa::End{})};
  expect(error_of_program(device, program), ErrorCause::kNone, 2, 0);
}

TEST(DeviceErrorTest, RowsOverlapInAllTaps) {
  SmallDevice device;
  const isa::MmCfgIn in{.row_bytes = 8, .height = 1, .pix_bytes = 8, .depthwise = 1};
  const isa::Wl wl{.len = 3, .tile_rows = 3};
  const auto program = [&](std::int64_t overlap) {
    return std::vector<isa::Command>{encode(in), encode(isa::MmCfgKernel{.taps = 3, .overlap = overlap}), encode(wl),
                                     encode(isa::Mm{}), encode(isa::End{})};
  };
  EXPECT_NO_THROW(device.executor.run(program(2)));
  expect(error_of_program(device, program(3)), ErrorCause::kNone, 3, 0);
}

TEST(DeviceErrorTest, ColumnTilesAcrossAccumulatorHalves) {
  const std::int64_t entries = SmallDevice().hw.acc_entries();
  const auto mm = [&](std::int64_t acc) {
    return std::vector<isa::Command>{encode(isa::Wl{.outer = 3, .len = 8, .tile_rows = 8, .nt = 8}),
                                     encode(isa::MmCfgIn{.row_bytes = 8, .height = 1, .pix_bytes = 8}),
                                     encode(isa::MmCfgKernel{}), encode(isa::Mm{.acc = acc, .len = 8, .tiles = 3}),
                                     encode(isa::End{})};
  };
  const auto requant = [&](std::int64_t acc) {
    return std::vector<isa::Command>{encode(isa::VecCfgOut{.pix_bytes = 20}),
                                     encode(isa::Requant{.acc = acc, .nch = 17}), encode(isa::End{})};
  };
  SmallDevice device;
  EXPECT_NO_THROW(device.executor.run(mm(entries - 3)));
  expect(error_of_program(device, mm(entries - 2)), ErrorCause::kNone, 3, 0);
  EXPECT_NO_THROW(device.executor.run(requant(entries - 3)));
  expect(error_of_program(device, requant(entries - 2)), ErrorCause::kNone, 1, 0);
}

TEST(DeviceErrorTest, TablesOfTheLastColumnTile) {
  SmallDevice device;
  const std::int64_t lanes = device.hw.requant_lanes;
  const std::int64_t words = 2 * ((device.hw.array.cols + lanes - 1) / lanes) + 1;  // two whole tiles and a channel
  const std::int64_t first = device.hw.param_channels / lanes - words;
  const auto program = [&](std::int64_t bias_word) {
    return std::vector<isa::Command>{encode(isa::VecCfgOut{.pix_bytes = 20}),
                                     encode(isa::Requant{.nch = 2 * device.hw.array.cols + 1, .bias_word = bias_word}),
                                     encode(isa::End{})};
  };
  EXPECT_NO_THROW(device.executor.run(program(first)));
  expect(error_of_program(device, program(first + 1)), ErrorCause::kNone, 1, 0);
}

TEST(DeviceErrorTest, CommandsOfNoColumnTile) {
  SmallDevice device;
  isa::Command mm = encode(isa::Mm{.len = 8});
  mm.w[3] &= 0x0FFFFFFF;  // tiles
  const Seen seen = error_of_program(device, {mm, encode(isa::End{})});
  EXPECT_EQ(seen.cause, ErrorCause::kBadCommand);
}

TEST(DeviceErrorTest, BlockAcrossAccumulatorHalves) {
  SmallDevice device;
  const std::vector<isa::Command> program{
      encode(isa::MmCfgIn{.row_bytes = 8, .height = 1, .pix_bytes = 8}), encode(isa::MmCfgKernel{}),
      encode(isa::Mm{.ncols = 2, .acc = device.hw.acc_entries() - 1, .nky = 1, .len = 8}), encode(isa::End{})};
  expect(error_of_program(device, program), ErrorCause::kNone, 2, 0);
}

}  // namespace
}  // namespace systolite::testing
