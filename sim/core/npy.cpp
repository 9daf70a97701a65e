// SPDX-License-Identifier: Apache-2.0
#include "sim/core/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "sim/core/error.h"
#include "sim/core/file_io.h"

namespace systolite {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they lie in memory");

constexpr std::string_view kMagic = "\x93NUMPY";

struct TypeInfo {
  NpyType type;
  std::string_view descr;
  std::string_view name;
  std::size_t bytes;
};
constexpr TypeInfo kTypes[] = {
    {NpyType::kInt8, "|i1", "int8", 1}, {NpyType::kInt32, "<i4", "int32", 4}, {NpyType::kFloat32, "<f4", "float32", 4}};

const TypeInfo& info(NpyType type) {
  return *std::find_if(std::begin(kTypes), std::end(kTypes), [type](const TypeInfo& t) { return t.type == type; });
}

// Elements of a shape, or nothing if the product does not fit.
std::optional<std::int64_t> count_elements(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) {
    if (__builtin_mul_overflow(count, extent, &count)) return std::nullopt;
  }
  return count;
}

// Reader of the header, a Python dictionary literal such as {'descr': '|i1', 'fortran_order': False, 'shape': (1, 10),
// }.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  NpyArray parse() {
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !type_) {
        type_ = parse_type(quoted());
      } else if (key == "fortran_order" && !fortran_) {
        fortran_ = parse_bool();
      } else if (key == "shape" && !shape_) {
        shape_ = parse_shape();
      } else {
        fail("header has the unexpected key '" + std::string(key) + "'");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (position_ != text_.size()) fail("header continues after the dictionary");
    if (!type_ || !fortran_ || !shape_) fail("header must have the keys descr, fortran_order and shape");
    if (*fortran_ && shape_->size() > 1) fail("is in Fortran order: must be in C order");
    NpyArray array;
    array.type = *type_;
    array.shape = std::move(*shape_);
    return array;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(ExitCode::kData, name_ + ": " + what); }

  void skip_space() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n')) ++position_;
  }
  bool accept(char c) {
    skip_space();
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail(std::string("header is damaged: expected '") + c + "'");
  }
  std::string_view quoted() {
    skip_space();
    const char quote = position_ < text_.size() ? text_[position_] : '\0';
    const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, position_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos) fail("header is damaged: expected a quoted word");
    const std::string_view word = text_.substr(position_ + 1, end - position_ - 1);
    position_ = end + 1;
    return word;
  }
  NpyType parse_type(std::string_view descr) const {
    for (const TypeInfo& type : kTypes) {
      if (type.descr == descr || (type.bytes == 1 && descr == "<i1")) return type.type;
    }
    fail("has elements of type '" + std::string(descr) + "': must be int8 '|i1', int32 '<i4' or float32 '<f4'");
  }
  bool parse_bool() {
    skip_space();
    for (const auto& [word, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}}) {
      if (text_.substr(position_).starts_with(word)) {
        position_ += word.size();
        return value;
      }
    }
    fail("header is damaged: fortran_order must be True or False");
  }
  std::vector<std::int64_t> parse_shape() {
    std::vector<std::int64_t> shape;
    expect('(');
    while (!accept(')')) {
      skip_space();
      std::int64_t extent = -1;
      const auto [end, error] = std::from_chars(text_.data() + position_, text_.data() + text_.size(), extent);
      if (error != std::errc{} || extent < 0) fail("header is damaged: a dimension of shape is not a number");
      position_ = static_cast<std::size_t>(end - text_.data());
      shape.push_back(extent);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return shape;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t position_ = 0;
  std::optional<NpyType> type_;
  std::optional<bool> fortran_;
  std::optional<std::vector<std::int64_t>> shape_;
};

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

template <typename T>
NpyArray make(NpyType type, std::vector<std::int64_t> shape, std::span<const T> values) {
  const auto count = count_elements(shape);
  if (!count || *count != static_cast<std::int64_t>(values.size())) {
    throw Error(ExitCode::kInternal,
                "an array of shape " + shape_text(shape) + " was given " + std::to_string(values.size()) + " values");
  }
  NpyArray array{type, std::move(shape), {}};
  array.data.resize(values.size_bytes());
  if (!values.empty()) std::memcpy(array.data.data(), values.data(), values.size_bytes());
  return array;
}

template <typename T>
std::vector<T> values_of(const NpyArray& array, NpyType wanted) {
  if (array.type != wanted) {
    throw Error(ExitCode::kData, "array has elements of type " + std::string(info(array.type).name) + ": must be " +
                                     std::string(info(wanted).name));
  }
  std::vector<T> values(array.data.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), array.data.data(), array.data.size());
  return values;
}

}  // namespace

std::int64_t NpyArray::elements() const noexcept { return static_cast<std::int64_t>(data.size() / info(type).bytes); }

std::vector<std::int8_t> NpyArray::int8() const { return values_of<std::int8_t>(*this, NpyType::kInt8); }
std::vector<std::int32_t> NpyArray::int32() const { return values_of<std::int32_t>(*this, NpyType::kInt32); }
std::vector<float> NpyArray::float32() const { return values_of<float>(*this, NpyType::kFloat32); }

NpyArray make_npy(std::vector<std::int64_t> shape, std::span<const std::int8_t> values) {
  return make(NpyType::kInt8, std::move(shape), values);
}
NpyArray make_npy(std::vector<std::int64_t> shape, std::span<const std::int32_t> values) {
  return make(NpyType::kInt32, std::move(shape), values);
}
NpyArray make_npy(std::vector<std::int64_t> shape, std::span<const float> values) {
  return make(NpyType::kFloat32, std::move(shape), values);
}

NpyArray parse_npy(std::span<const std::uint8_t> bytes, const std::string& name) {
  const auto fail = [&name](const std::string& what) -> void { throw Error(ExitCode::kData, name + ": " + what); };
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(kMagic) || bytes.size() < 10) fail("is not a .npy file");
  const int major = bytes[6];
  const int minor = bytes[7];
  if (major < 1 || major > 3 || minor != 0) {
    fail("is .npy version " + std::to_string(major) + "." + std::to_string(minor) + ": must be 1.0, 2.0 or 3.0");
  }
  // Version 1 has a 16-bit header length, later ones 32 bits.
  const std::size_t length_bytes = major == 1 ? 2 : 4;
  const std::size_t header_begin = 8 + length_bytes;
  std::size_t header_bytes = 0;
  if (bytes.size() < header_begin) fail("ends within the header");
  for (std::size_t i = 0; i < length_bytes; ++i) header_bytes |= std::size_t{bytes[8 + i]} << (8 * i);
  if (bytes.size() - header_begin < header_bytes) fail("ends within the header");

  NpyArray array = HeaderParser(text.substr(header_begin, header_bytes), name).parse();
  const std::span<const std::uint8_t> data = bytes.subspan(header_begin + header_bytes);
  const std::size_t element_bytes = info(array.type).bytes;
  const auto count = count_elements(array.shape);
  if (!count || static_cast<std::uint64_t>(*count) > std::numeric_limits<std::size_t>::max() / element_bytes ||
      data.size() != static_cast<std::size_t>(*count) * element_bytes) {
    fail("holds " + std::to_string(data.size()) + " bytes of data: shape " + shape_text(array.shape) + " of " +
         std::string(info(array.type).name) + " takes " +
         (count ? std::to_string(static_cast<std::uint64_t>(*count) * element_bytes) : "more than memory holds"));
  }
  array.data.assign(data.begin(), data.end());
  return array;
}

NpyArray read_npy(const std::filesystem::path& file) { return parse_npy(read_file(file), file.string()); }

std::vector<std::uint8_t> format_npy(const NpyArray& array) {
  std::string header = "{'descr': '" + std::string(info(array.type).descr) +
                       "', 'fortran_order': False, 'shape': " + shape_text(array.shape) + ", }";
  // Magic, version, length and header together fill a multiple of 64 bytes and end with a line break.
  const std::size_t prefix = kMagic.size() + 4;
  header.append((64 - (prefix + header.size() + 1) % 64) % 64, ' ');
  header += '\n';
  if (header.size() > 0xFFFF) throw Error(ExitCode::kInternal, "an array has too many dimensions for a .npy file");

  std::string text(kMagic);
  text += '\x01';
  text += '\0';
  text += static_cast<char>(header.size() & 0xFF);
  text += static_cast<char>(header.size() >> 8);
  text += header;
  std::vector<std::uint8_t> bytes(text.begin(), text.end());
  bytes.insert(bytes.end(), array.data.begin(), array.data.end());
  return bytes;
}

void write_npy(const std::filesystem::path& file, const NpyArray& array) {
  write_file_atomically(file, format_npy(array));
}

}  // namespace systolite
