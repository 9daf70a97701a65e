// SPDX-License-Identifier: Apache-2.0
// Commands of the vector engine as plain structs and their 128-bit encoding, written from configs/isa.yaml by hand so
// that a defect of the generated codec cannot hide one of the RTL.
#pragma once

#include <array>
#include <cstdint>
#include <variant>

namespace systolite::vector_test {

struct Requant {
  std::uint32_t oy0, ox0, nrows, ncols, acc, c0, nch, bias_word, scale_word;
};
struct Add {
  std::uint32_t in1, in2, out, len;
};
struct Pool {
  std::uint32_t oy0, ox0, nrows, ncols, c0, nch, average, half;
};
struct CfgOut {
  std::uint32_t base, pitch, interleave, pix_bytes;
  std::int32_t zero_point, act_min, act_max;
  std::uint32_t single_rounding, per_tensor;
};
struct CfgIn {
  std::uint32_t base, pitch, interleave, pix_bytes;
  std::int32_t y_off, x_off;
  std::uint32_t kh, kw, stride_y, stride_x;
};
struct CfgScale {
  std::uint32_t slot, mult;
  std::int32_t shift, zero_point;
};

using Command = std::variant<Requant, Add, Pool, CfgOut, CfgIn, CfgScale>;

[[nodiscard]] inline bool is_config(const Command& command) { return command.index() >= 3; }

class Packer {
 public:
  Packer& put(std::uint32_t value, int bits) {
    for (int i = 0; i < bits; ++i, ++at_) {
      if ((value >> i & 1U) != 0) words_[static_cast<std::size_t>(at_ / 32)] |= 1U << (at_ % 32);
    }
    return *this;
  }
  Packer& put(std::int32_t value, int bits) { return put(static_cast<std::uint32_t>(value), bits); }
  [[nodiscard]] const std::array<std::uint32_t, 4>& words() const { return words_; }

 private:
  std::array<std::uint32_t, 4> words_{};
  int at_ = 0;
};

struct Encoder {
  std::uint32_t wait_signal;  // 10 bits that the engine has to ignore

  Packer header(std::uint32_t opcode) const { return Packer().put(opcode, 5).put(wait_signal, 10); }

  auto operator()(const Requant& c) const {
    return header(8)
        .put(c.oy0, 12)
        .put(c.ox0, 12)
        .put(c.nrows, 12)
        .put(c.ncols, 12)
        .put(c.acc, 12)
        .put(c.c0, 16)
        .put(c.nch, 13)
        .put(c.bias_word, 12)
        .put(c.scale_word, 12)
        .words();
  }
  auto operator()(const Add& c) const {
    return header(9).put(c.in1, 20).put(c.in2, 20).put(c.out, 20).put(c.len, 20).words();
  }
  auto operator()(const Pool& c) const {
    return header(10)
        .put(c.oy0, 12)
        .put(c.ox0, 12)
        .put(c.nrows, 12)
        .put(c.ncols, 12)
        .put(c.c0, 16)
        .put(c.nch, 16)
        .put(c.average, 1)
        .put(c.half, 16)
        .words();
  }
  auto operator()(const CfgOut& c) const {
    return header(11)
        .put(c.base, 20)
        .put(c.pitch, 20)
        .put(c.interleave, 2)
        .put(c.pix_bytes, 16)
        .put(c.zero_point, 8)
        .put(c.act_min, 8)
        .put(c.act_max, 8)
        .put(c.single_rounding, 1)
        .put(c.per_tensor, 1)
        .words();
  }
  auto operator()(const CfgIn& c) const {
    return header(12)
        .put(c.base, 20)
        .put(c.pitch, 20)
        .put(c.interleave, 2)
        .put(c.pix_bytes, 16)
        .put(c.y_off, 9)
        .put(c.x_off, 9)
        .put(c.kh, 8)
        .put(c.kw, 8)
        .put(c.stride_y, 8)
        .put(c.stride_x, 8)
        .words();
  }
  auto operator()(const CfgScale& c) const {
    return header(13).put(c.slot, 2).put(c.mult, 31).put(c.shift, 7).put(c.zero_point, 8).words();
  }
};

[[nodiscard]] inline std::array<std::uint32_t, 4> encode(const Command& command, std::uint32_t wait_signal) {
  return std::visit(Encoder{wait_signal}, command);
}

}  // namespace systolite::vector_test
