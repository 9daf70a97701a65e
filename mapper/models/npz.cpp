// SPDX-License-Identifier: Apache-2.0
#include "mapper/models/npz.h"

#include <fmt/format.h>
#include <zip.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr std::string_view kMemberSuffix = ".npy";
// Deflate expands up to a thousandfold; golden archives are far below this.
constexpr std::uint64_t kMaxMemberBytes = std::uint64_t{256} << 20;

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using Member = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
  throw Error(ExitCode::kData, file.string() + ": " + why);
}

Archive open_archive(const std::filesystem::path& file) {
  int code = 0;
  Archive archive(zip_open(file.c_str(), ZIP_RDONLY, &code), &zip_discard);
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    fail(file, "not a readable .npz archive: " + why);
  }
  return archive;
}

std::vector<std::uint8_t> read_member(zip_t* archive, zip_uint64_t index, const zip_stat_t& stat,
                                      const std::filesystem::path& file) {
  if (stat.size > kMaxMemberBytes) fail(file, fmt::format("member {} has {} bytes, too many", stat.name, stat.size));
  const Member member(zip_fopen_index(archive, index, 0), &zip_fclose);
  if (!member) fail(file, fmt::format("member {} cannot be read: {}", stat.name, zip_strerror(archive)));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(stat.size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const zip_int64_t got = zip_fread(member.get(), bytes.data() + done, bytes.size() - done);
    if (got <= 0) fail(file, fmt::format("member {} is damaged: {}", stat.name, zip_file_strerror(member.get())));
    done += static_cast<std::size_t>(got);
  }
  // The checksum is compared when the end is reached, not before.
  std::uint8_t beyond = 0;
  if (zip_fread(member.get(), &beyond, 1) != 0) {
    fail(file, fmt::format("member {} is damaged: {}", stat.name, zip_file_strerror(member.get())));
  }
  return bytes;
}

}  // namespace

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file) {
  const Archive archive = open_archive(file);
  std::map<std::string, NpyArray> arrays;
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    zip_stat_t stat;
    constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE;
    if (zip_stat_index(archive.get(), index, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) {
      fail(file, fmt::format("member {} has no name or size", i));
    }
    std::string name = stat.name;
    const std::vector<std::uint8_t> bytes = read_member(archive.get(), index, stat, file);
    NpyArray array = parse_npy(bytes, fmt::format("{}({})", file.string(), name));
    if (name.ends_with(kMemberSuffix)) name.resize(name.size() - kMemberSuffix.size());
    if (!arrays.emplace(name, std::move(array)).second) fail(file, fmt::format("member {} is there twice", name));
  }
  return arrays;
}

}  // namespace systolite
