// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <stdexcept>
#include <string>

#include "slt_isa.hpp"

namespace systolite::isa {

void PrintTo(const CommandInfo& info, std::ostream* out) { *out << info.name; }

namespace {

using Random = std::mt19937_64;

template <typename Exception>
std::string message_of(const auto& action) {
  try {
    action();
  } catch (const Exception& error) {
    return error.what();
  }
  return "no error";
}

// Plain bit-by-bit access, written apart from the codec.
void set_bits(Command& command, int lsb, int bits, std::uint64_t value) {
  for (int i = 0; i < bits; ++i) {
    const auto word = static_cast<std::size_t>((lsb + i) / 32);
    const std::uint32_t bit = 1U << ((lsb + i) % 32);
    command.w[word] = ((value >> i) & 1U) != 0 ? command.w[word] | bit : command.w[word] & ~bit;
  }
}

std::int64_t draw(Random& random, const FieldInfo& field) {
  switch (random() % 4) {
    case 0:
      return field.min;
    case 1:
      return field.max;
    default:
      return std::uniform_int_distribution<std::int64_t>(field.min, field.max)(random);
  }
}

std::uint32_t draw_mask(Random& random, const CommandInfo& info) {
  if (info.engine == Engine::kFe) return 0;
  return static_cast<std::uint32_t>(random()) & 0x1FU & ~mask(info.engine);
}

Command draw_legal(Random& random, const CommandInfo& info) {
  Command command;
  set_bits(command, 0, 5, static_cast<std::uint64_t>(info.opcode));
  set_bits(command, 5, 5, draw_mask(random, info));
  set_bits(command, 10, 5, draw_mask(random, info));
  for (const FieldInfo& field : info.fields) {
    set_bits(command, field.lsb, field.bits, static_cast<std::uint64_t>(draw(random, field)));
  }
  return command;
}

class EveryCommandTest : public testing::TestWithParam<CommandInfo> {};

TEST_P(EveryCommandTest, RoundTripsThroughStructAndText) {
  Random random(static_cast<std::uint64_t>(GetParam().opcode));
  for (int i = 0; i < 2000; ++i) {
    const Command command = draw_legal(random, GetParam());
    ASSERT_TRUE(legal(command));
    const AnyCommand any = decode(command);
    ASSERT_EQ(encode(any), command) << to_text(command);
    ASSERT_EQ(decode(encode(any)), any);
    const std::string text = to_text(command);
    ASSERT_EQ(from_text(text), command) << text;
    ASSERT_TRUE(text == GetParam().name || text.starts_with(std::string(GetParam().name) + ' ')) << text;
  }
}

TEST_P(EveryCommandTest, FieldsArePackedWithoutGaps) {
  int lsb = 15;
  for (const FieldInfo& field : GetParam().fields) {
    EXPECT_EQ(field.lsb, lsb) << field.name;
    EXPECT_LE(field.min, field.max) << field.name;
    lsb += field.bits;
  }
  EXPECT_EQ(lsb, GetParam().used_bits);
  EXPECT_LE(lsb, 128);
}

TEST_P(EveryCommandTest, IsIllegalWithAReservedBitSet) {
  Random random(1);
  for (int bit = GetParam().used_bits; bit < 128; ++bit) {
    Command command = draw_legal(random, GetParam());
    set_bits(command, bit, 1, 1);
    EXPECT_FALSE(legal(command)) << bit;
  }
}

TEST_P(EveryCommandTest, IsIllegalWithAFieldOutsideItsRange) {
  Random random(2);
  for (const FieldInfo& field : GetParam().fields) {
    const std::int64_t lowest = field.is_signed ? -(std::int64_t{1} << (field.bits - 1)) : 0;
    const std::int64_t highest = lowest + (std::int64_t{1} << field.bits) - 1;
    for (const std::int64_t value : {lowest, field.min - 1, field.min, field.max, field.max + 1, highest}) {
      if (value < lowest || value > highest) continue;
      Command command = draw_legal(random, GetParam());
      set_bits(command, field.lsb, field.bits, static_cast<std::uint64_t>(value));
      EXPECT_EQ(legal(command), value >= field.min && value <= field.max) << field.name << " = " << value;
    }
  }
}

TEST_P(EveryCommandTest, IsIllegalWithATokenOfItsOwnEngine) {
  Random random(3);
  for (int bit = 5; bit < 15; ++bit) {
    Command command = draw_legal(random, GetParam());
    set_bits(command, bit, 1, 1);
    const bool own = GetParam().engine == Engine::kFe || (bit - 5) % kNumEngines == static_cast<int>(GetParam().engine);
    EXPECT_EQ(legal(command), !own) << bit;
  }
}

TEST_P(EveryCommandTest, TextNeedsEveryFieldExactlyOnce) {
  Random random(4);
  const std::string text = to_text(draw_legal(random, GetParam()));
  const std::string name(GetParam().name);
  EXPECT_EQ(message_of<std::invalid_argument>([&] { (void)from_text(text + " volume=11"); }),
            "command text: 'volume=11': command " + name + " has no such field");
  if (GetParam().fields.empty()) return;
  const std::string last = text.substr(text.rfind(' ') + 1);
  EXPECT_EQ(message_of<std::invalid_argument>([&] { (void)from_text(text + ' ' + last); }),
            "command text: '" + last + "': appears twice");
  EXPECT_EQ(message_of<std::invalid_argument>([&] { (void)from_text(text.substr(0, text.rfind(' '))); }),
            "command text: '" + name + "': lacks the field '" + std::string(GetParam().fields.back().name) + "'");
}

INSTANTIATE_TEST_SUITE_P(All, EveryCommandTest, testing::ValuesIn(commands().begin(), commands().end()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(CodecTest, EncodesTheDocumentedLayout) {
  // Header from bit 0: opcode 5, wait 5, signal 5; then addr 20, outer 12, len 16, tile_rows 7, nt 7.
  const Wl command{.addr = 0x12345,
                   .outer = 0x678,
                   .len = 0x9ABC,
                   .tile_rows = 0x11,
                   .nt = 0x22,
                   .wait = mask(Engine::kLd),
                   .signal = mask(Engine::kMm) | mask(Engine::kLd)};
  Command expected;
  set_bits(expected, 0, 5, 4);
  set_bits(expected, 5, 5, 0x01);
  set_bits(expected, 10, 5, 0x05);
  set_bits(expected, 15, 20, 0x12345);
  set_bits(expected, 35, 12, 0x678);
  set_bits(expected, 47, 16, 0x9ABC);
  set_bits(expected, 63, 7, 0x11);
  set_bits(expected, 70, 7, 0x22);
  EXPECT_EQ(encode(command), expected);
  EXPECT_EQ(decode_wl(expected), command);
}

TEST(CodecTest, EndIsItsOpcodeAlone) { EXPECT_EQ(encode(End{}).w, (std::array<std::uint32_t, 4>{1, 0, 0, 0})); }

TEST(CodecTest, SignedFieldsKeepTheirSign) {
  const VecCfgOut out{.base = 5, .pix_bytes = 1, .zero_point = -128, .act_min = -1, .act_max = 127};
  EXPECT_EQ(decode_vec_cfg_out(encode(out)), out);
}

TEST(CodecTest, RefusesToEncodeWhatDoesNotFit) {
  Mm mm{.nrows = 1, .ncols = 1, .nky = 1};
  mm.nrows = 0;
  EXPECT_EQ(message_of<std::out_of_range>([&] { (void)encode(mm); }),
            "command mm: field nrows is 0: must be 1 to 4095");
  mm.nrows = 4096;
  EXPECT_EQ(message_of<std::out_of_range>([&] { (void)encode(mm); }),
            "command mm: field nrows is 4096: must be 1 to 4095");
  mm.nrows = 1;
  mm.oy0 = -1;
  EXPECT_EQ(message_of<std::out_of_range>([&] { (void)encode(mm); }), "command mm: field oy0 is -1: must be 0 to 4095");
  mm.oy0 = 0;
  mm.wait = mask(Engine::kMm);
  EXPECT_EQ(message_of<std::out_of_range>([&] { (void)encode(mm); }),
            "command mm: wait is 4: must name engines only, and not the command's own");
  mm.wait = 32;
  EXPECT_EQ(message_of<std::out_of_range>([&] { (void)encode(mm); }),
            "command mm: wait is 32: must name engines only, and not the command's own");
  EXPECT_EQ(message_of<std::out_of_range>([&] { (void)encode(End{.signal = 1}); }),
            "command end: signal is 1: must name engines only, and not the command's own");
  EXPECT_EQ(message_of<std::out_of_range>([&] { (void)encode(LdCfg{.interleave = 3}); }),
            "command ld_cfg: field interleave is 3: must be 0 to 2");
  EXPECT_EQ(message_of<std::out_of_range>([&] { (void)encode(Ld{.mem_addr = 0x100000000}); }),
            "command ld: field mem_addr is 4294967296: must be 0 to 4294967295");
  EXPECT_EQ(message_of<std::out_of_range>([&] { (void)encode(Ld{.space = 5}); }),
            "command ld: field space is 5: must be 0 to 2");
}

TEST(CodecTest, DefaultsAreLegal) {
  for (const CommandInfo& info : commands()) {
    Command command;
    set_bits(command, 0, 5, static_cast<std::uint64_t>(info.opcode));
    for (const FieldInfo& field : info.fields) {
      set_bits(command, field.lsb, field.bits, field.min > 0 ? static_cast<std::uint64_t>(field.min) : 0);
    }
    EXPECT_TRUE(legal(command)) << info.name;
  }
  EXPECT_TRUE(legal(encode(MmCfgKernel{})));
  EXPECT_TRUE(legal(encode(Ld{})));
}

TEST(CodecTest, RefusesToDecodeAnotherOpcode) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { (void)decode_mm(encode(End{})); }), "command is end: must be mm");
  for (const std::uint32_t opcode : {0U, 16U, 31U}) {
    const Command unknown{{opcode, 0, 0, 0}};
    EXPECT_FALSE(legal(unknown));
    EXPECT_FALSE(opcode_of(unknown).has_value());
    const std::string sentence = "command has the unknown opcode " + std::to_string(opcode);
    EXPECT_EQ(message_of<std::invalid_argument>([&] { (void)decode(unknown); }), sentence);
    EXPECT_EQ(message_of<std::invalid_argument>([&] { (void)decode_mm(unknown); }), sentence);
  }
}

TEST(CodecTest, KnowsEngines) {
  EXPECT_EQ(engine_of(Opcode::kEnd), Engine::kFe);
  EXPECT_EQ(engine_of(Opcode::kLdCfg), Engine::kLd);
  EXPECT_EQ(engine_of(Opcode::kWl), Engine::kWl);
  EXPECT_EQ(engine_of(Opcode::kMmCfgKernel), Engine::kMm);
  EXPECT_EQ(engine_of(Opcode::kPool), Engine::kVec);
  EXPECT_EQ(engine_of(Opcode::kSt), Engine::kSt);
  EXPECT_TRUE(is_cfg(Opcode::kVecCfgScale));
  EXPECT_FALSE(is_cfg(Opcode::kRequant));
}

TEST(TextTest, ReadsWell) {
  const Command command = encode(Ld{.mem_addr = 0x08000010,
                                    .space = static_cast<std::int64_t>(Space::kWbuf),
                                    .dst = 32,
                                    .row_bytes = 64,
                                    .rows = 3,
                                    .shift = -9,
                                    .wait = mask(Engine::kWl),
                                    .signal = mask(Engine::kWl) | mask(Engine::kVec)});
  EXPECT_EQ(to_text(command),
            "ld wait=wl signal=wl,vec mem_addr=0x08000010 space=wbuf dst=32 row_bytes=64 rows=3 y0=0 "
            "scale=0 bias=0 shift=-9");
}

TEST(TextTest, AcceptsAnyOrderAndSpacing) {
  const Command expected = encode(StCfg{.mem_stride = 16, .pitch = 8, .interleave = 1});
  EXPECT_EQ(from_text("  st_cfg\tinterleave=1   pitch=0x8 mem_stride=16 \r\n"), expected);
}

TEST(TextTest, AnyBitPatternRoundTrips) {
  Random random(5);
  int raw = 0;
  for (int i = 0; i < 20000; ++i) {
    Command command;
    for (std::uint32_t& word : command.w) word = static_cast<std::uint32_t>(random());
    const std::string text = to_text(command);
    ASSERT_EQ(from_text(text), command) << text;
    raw += text.starts_with("raw ") ? 1 : 0;
  }
  EXPECT_GT(raw, 0);
}

TEST(TextTest, NamesTheOffendingWord) {
  const auto refusal = [](std::string_view text) {
    return message_of<std::invalid_argument>([text] { (void)from_text(text); });
  };
  EXPECT_EQ(refusal(""), "command text: '': is empty");
  EXPECT_EQ(refusal("jump to=5"), "command text: 'jump': unknown command");
  EXPECT_EQ(refusal("st_cfg pitch"), "command text: 'pitch': must read name=value");
  EXPECT_EQ(refusal("st_cfg pitch=x"), "command text: 'pitch=x': 'x' is not a number");
  EXPECT_EQ(refusal("st_cfg pitch="), "command text: 'pitch=': '' is not a number");
  EXPECT_EQ(refusal("st_cfg pitch=0x-5"), "command text: 'pitch=0x-5': '0x-5' is not a number");
  EXPECT_EQ(refusal("st_cfg pitch=5;"), "command text: 'pitch=5;': '5;' is not a number");
  EXPECT_EQ(refusal("st_cfg pitch=99999999999999999999"),
            "command text: 'pitch=99999999999999999999': '99999999999999999999' is not a number");
  EXPECT_EQ(refusal("st_cfg interleave=3"), "command text: 'interleave=3': must be 0 to 2");
  EXPECT_EQ(refusal("st_cfg wait=ld,gpu"), "command text: 'wait=ld,gpu': unknown engine 'gpu'");
  EXPECT_EQ(refusal("st_cfg wait=fe"), "command text: 'wait=fe': unknown engine 'fe'");
  EXPECT_EQ(refusal("st_cfg wait="), "command text: 'wait=': names no engine");
  EXPECT_EQ(refusal("st_cfg wait=st"), "command text: 'wait=st': names the command's own engine");
  EXPECT_EQ(refusal("st_cfg wait=ld wait=mm"), "command text: 'wait=mm': appears twice");
  EXPECT_EQ(refusal("end signal=ld"), "command text: 'signal=ld': names the command's own engine");
  EXPECT_EQ(refusal("raw 1 2 3"), "command text: 'raw 1 2 3': raw takes four words");
  EXPECT_EQ(refusal("raw 1 2 3 0x100000000"), "command text: '0x100000000': must be 0 to 0xffffffff");
}

TEST(NamesTest, AreTheDescribedOnes) {
  EXPECT_EQ(name(Engine::kVec), "vec");
  EXPECT_EQ(name(Engine::kFe), "fe");
  EXPECT_EQ(name(State::kWaitWeights), "wait_weights");
  EXPECT_EQ(name(ErrorCause::kBadCommand), "bad_command");
  EXPECT_EQ(name(Opcode::kMmCfgIn), "mm_cfg_in");
  EXPECT_EQ(name(Space::kTable), "table");
  EXPECT_EQ(name(ScaleForm::kPacked), "packed");
  EXPECT_EQ(name(BiasForm::kBits24), "bits24");
}

TEST(ProbeTest, UnpacksStatesMostSignificantFirst) {
  // ld 1, wl 2, mm 3, vec 4, st 5, fe 6; pop 0b10001, done 0b00010.
  const std::uint64_t bits = (0x123456ULL << 10) | (0x11ULL << 5) | 0x02ULL;
  const Probe probe = unpack_probe(bits);
  for (std::size_t i = 0; i < probe.state.size(); ++i) EXPECT_EQ(static_cast<std::size_t>(probe.state[i]), i + 1);
  EXPECT_EQ(probe.pop, 0x11U);
  EXPECT_EQ(probe.done, 0x02U);
}

}  // namespace
}  // namespace systolite::isa
