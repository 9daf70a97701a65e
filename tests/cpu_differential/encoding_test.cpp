// SPDX-License-Identifier: Apache-2.0
// The tables against GNU binutils: the encoding of every form and the assembler's encoding of its text disassemble to
// the same instruction.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "tests/core/temporary_folder.h"
#include "tests/cpu_differential/branch_offset.h"
#include "tests/cpu_differential/field_draw.h"
#include "tests/cpu_differential/tools.h"

namespace systolite::cpu_test {
namespace {

constexpr int kDrawsPerForm = 60;
constexpr std::size_t kSlotBytes = 16;
constexpr std::string_view kAssembler =
    "arm-none-eabi-as -mthumb -mcpu=cortex-m33 -mfpu=fpv5-d16 -mimplicit-it=never --no-warn";

struct Sample {
  const Form* form;
  std::string text;
  std::uint32_t code;
};

// The assembler drops the sign of an offset of minus zero, and with it the encoding.
bool is_minus_zero(const Form& form, const Fields& fields) {
  const bool negative = form.access.addressing == Addressing::kNegative || (has(form, 'U') && fields['U'] == 0);
  return negative && has(form, 'i') && fields['i'] == 0;
}

std::vector<Sample> draw_samples() {
  Random random(1);
  std::vector<Sample> samples;
  for (const std::span<const Form> table : all_forms()) {
    for (const Form& form : table) {
      for (int i = 0; i < kDrawsPerForm; ++i) {
        const Fields fields = draw_fields(form, random);
        if (is_minus_zero(form, fields)) continue;
        samples.push_back({&form, text(form, fields), encode(form, fields)});
      }
    }
  }
  return samples;
}

void append(std::vector<std::uint8_t>& bytes, std::uint32_t halfword) {
  bytes.push_back(static_cast<std::uint8_t>(halfword));
  bytes.push_back(static_cast<std::uint8_t>(halfword >> 8U));
}

// One sample a slot, the rest of the slot zero.
std::vector<std::uint8_t> own_binary(const std::vector<Sample>& samples) {
  std::vector<std::uint8_t> bytes;
  for (const Sample& sample : samples) {
    const std::size_t end = bytes.size() + kSlotBytes;
    if (is_wide(*sample.form)) append(bytes, sample.code >> 16U);
    append(bytes, sample.code & 0xFFFFU);
    bytes.resize(end);
  }
  return bytes;
}

void write_assembly(const std::vector<Sample>& samples, const std::filesystem::path& file) {
  std::ofstream out(file);
  out << ".syntax unified\n.thumb\n.text\n.balign 4\n";
  for (std::size_t i = 0; i < samples.size(); ++i)
    out << ".Lslot" << i << ":\n" << samples[i].text << "\n.space " << kSlotBytes << " - (. - .Lslot" << i << "), 0\n";
}

// The first line of each slot, without address, bytes, width suffix and comment.
std::vector<std::string> disassemble(const std::filesystem::path& binary, std::size_t slots) {
  const std::string listing =
      run_tool("arm-none-eabi-objdump -D -z -b binary -m arm -M force-thumb " + binary.string());
  std::vector<std::string> first(slots);
  static const std::regex line(R"(^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$)");
  static const std::regex comment(R"(\s*[;@].*$)");
  static const std::regex suffix(R"(^(\S+)\.[nw](\s|$))");
  // The assembler takes the two-operand form where it can.
  static const std::regex same_operand(R"(^(adds|subs)\t(r\d), (r\d), #)");
  std::istringstream in(listing);
  for (std::string row; std::getline(in, row);) {
    std::smatch match;
    if (!std::regex_match(row, match, line)) continue;
    const std::size_t address = std::stoul(match[1], nullptr, 16);
    if (address % kSlotBytes != 0) continue;
    first[address / kSlotBytes] = std::regex_replace(std::regex_replace(match[2].str(), comment, ""), suffix, "$1$2");
    std::string& text = first[address / kSlotBytes];
    if (std::regex_search(text, match, same_operand) && match[2] == match[3])
      text = std::regex_replace(text, same_operand, "$1\t$2, #");
  }
  return first;
}

TEST(Encoding, DisassemblesAsTheAssemblersOwn) {
  if (!has_tool("arm-none-eabi-as") || !has_tool("arm-none-eabi-objdump")) GTEST_SKIP() << "no binutils for Arm";
  const TemporaryFolder folder;
  const std::vector<Sample> samples = draw_samples();
  write_assembly(samples, folder / "theirs.s");
  run_tool(std::string(kAssembler) + " -o " + (folder / "theirs.o").string() + " " + (folder / "theirs.s").string());
  run_tool("arm-none-eabi-objcopy -O binary " + (folder / "theirs.o").string() + " " +
           (folder / "theirs.bin").string());
  write_file(folder / "ours.bin", own_binary(samples));

  const std::vector<std::string> ours = disassemble(folder / "ours.bin", samples.size());
  const std::vector<std::string> theirs = disassemble(folder / "theirs.bin", samples.size());
  ASSERT_EQ(std::filesystem::file_size(folder / "ours.bin"), std::filesystem::file_size(folder / "theirs.bin"));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    ASSERT_FALSE(ours[i].empty()) << samples[i].text;
    EXPECT_EQ(ours[i], theirs[i]) << samples[i].form->name << ": " << samples[i].text;
  }
}

TEST(Encoding, BranchOffsetsReadBack) {
  Random random(2);
  for (const Form& form : sequence_forms()) {
    if (!is_immediate_branch(form)) continue;
    for (int i = 0; i < 1000; ++i) {
      const Fields drawn = draw_fields(form, random);
      Fields again;
      ASSERT_TRUE(set_branch_offset(form, again, branch_offset(form, drawn))) << form.name;
      again['c'] = drawn['c'];
      again['n'] = drawn['n'];
      EXPECT_EQ(encode(form, again), encode(form, drawn)) << form.name;
    }
  }
}

}  // namespace
}  // namespace systolite::cpu_test
