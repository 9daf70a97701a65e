// SPDX-License-Identifier: Apache-2.0
#include "driver/host/network_image.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <limits>
#include <map>
#include <span>
#include <string>

#include "driver/host/kernel_params.h"
#include "driver/include/slt_network.h"
#include "driver/include/slt_runtime.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the image is little-endian and written as it lies in memory");

constexpr std::size_t kFlashAlign = 16;  // the widest bus, so that a constant starts a burst

template <class T>
std::span<const std::uint8_t> bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

// The flash image while constants are appended to it.
class Flash {
 public:
  // Of a program without its bytes only the size is known.
  explicit Flash(const Program& program)
      : base_(program.flash_base), absent_(program.flash.empty() ? program.flash_bytes : 0), bytes_(program.flash) {}

  std::uint32_t append(std::span<const std::uint8_t> bytes) {
    bytes_.resize((absent_ + bytes_.size() + kFlashAlign - 1) / kFlashAlign * kFlashAlign - absent_);
    const auto address = base_ + size();
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return address;
  }
  // The address of a constant tensor, appended at its first use.
  std::uint32_t constant(int index, const Tensor& tensor) {
    const auto known = constants_.find(index);
    if (known != constants_.end()) return known->second;
    return constants_[index] = append(tensor.data);
  }
  [[nodiscard]] std::uint32_t base() const { return base_; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(absent_ + bytes_.size()); }
  // Empty without the bytes of the program.
  [[nodiscard]] std::vector<std::uint8_t> take() {
    return absent_ == 0 ? std::move(bytes_) : std::vector<std::uint8_t>{};
  }

 private:
  std::uint32_t base_;
  std::size_t absent_;
  std::vector<std::uint8_t> bytes_;
  std::map<int, std::uint32_t> constants_;
};

// The image while parts are appended to it; all are multiples of 4 bytes.
class ImageBytes {
 public:
  template <class T>
  std::uint32_t append(const T& part) {
    static_assert(sizeof(T) % 4 == 0);
    const auto offset = static_cast<std::uint32_t>(bytes_.size());
    bytes_.resize(bytes_.size() + sizeof(T));
    std::memcpy(bytes_.data() + offset, &part, sizeof(T));
    return offset;
  }
  template <class T>
  void overwrite(std::uint32_t offset, const T& part) {
    std::memcpy(bytes_.data() + offset, &part, sizeof(T));
  }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(bytes_.size()); }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

class Builder {
 public:
  Builder(const Graph& graph, const Program& program, Rounding rounding, std::uint32_t least_scratch_bytes)
      : graph_(graph), program_(program), rounding_(rounding), flash_(program) {
    need_scratch(least_scratch_bytes);
    for (const TensorPlace& place : program.places) {
      if (place.address < program.sram_base ||
          std::uint64_t{place.address} + place.bytes > std::uint64_t{program.sram_base} + program.sram_bytes) {
        throw Error(ExitCode::kInternal, "the program of network " + graph.name + " gives tensor '" +
                                             tensor(place.tensor).name + "' a place outside its arena of " +
                                             std::to_string(program.sram_bytes) +
                                             " bytes, so it does not make a legal network image");
      }
      places_.emplace(place.tensor, place);
    }
  }

  NetworkImage build() {
    slt_network_header_t header = {};
    image_.append(header);
    header.inputs_offset = append_tensors(graph_.inputs);
    header.outputs_offset = append_tensors(graph_.outputs);
    std::vector<slt_network_step_t> steps;
    for (const Step& step : program_.steps) steps.push_back(append_record(step));
    header.steps_offset = image_.size();
    for (const slt_network_step_t& step : steps) image_.append(step);
    header.magic = SLT_NETWORK_MAGIC;
    header.version = SLT_NETWORK_VERSION;
    header.total_bytes = image_.size();
    header.config_id = program_.config_id;
    header.flash_base = flash_.base();
    header.flash_bytes = flash_.size();
    header.arena_base = program_.sram_base;
    header.scratch_address = program_.sram_base + (program_.sram_bytes + 3U) / 4U * 4U;
    header.scratch_bytes = scratch_bytes_;
    header.arena_bytes =
        scratch_bytes_ == 0 ? program_.sram_bytes : header.scratch_address - program_.sram_base + scratch_bytes_;
    header.step_count = static_cast<std::uint32_t>(steps.size());
    header.input_count = static_cast<std::uint32_t>(graph_.inputs.size());
    header.output_count = static_cast<std::uint32_t>(graph_.outputs.size());
    image_.overwrite(0, header);
    const std::uint32_t flash_bytes = flash_.size();
    return {image_.take(), flash_.take(), flash_bytes, header.arena_bytes, scratch_bytes_};
  }

 private:
  [[nodiscard]] const Tensor& tensor(int index) const { return graph_.tensors.at(static_cast<std::size_t>(index)); }

  [[nodiscard]] const TensorPlace& place(int index) const {
    const auto found = places_.find(index);
    if (found == places_.end()) {
      throw Error(ExitCode::kInternal, "the program gives tensor '" + tensor(index).name +
                                           "' no place in SRAM, but a processor step or the host needs it there");
    }
    return found->second;
  }

  std::uint32_t append_tensors(const std::vector<int>& indices) {
    const std::uint32_t offset = image_.size();
    for (const int index : indices) {
      const Quantization& q = tensor(index).quant;
      image_.append(slt_network_tensor_t{
          .address = place(index).address,
          .bytes = place(index).bytes,
          .scale = std::bit_cast<std::uint32_t>(q.scales.empty() ? 0.0F : q.scales.front()),
          .zero_point = q.zero_points.empty() ? 0 : static_cast<std::int32_t>(q.zero_points.front())});
    }
    return offset;
  }

  template <class Record>
  slt_network_step_t append(slt_step_kind_t kind, std::uint32_t op_index, const Record& record) {
    return {.kind = static_cast<std::uint32_t>(kind),
            .record_offset = image_.append(record),
            .record_bytes = static_cast<std::uint32_t>(sizeof(Record)),
            .op_index = op_index};
  }

  // The operator of a job that has only one.
  static std::uint32_t op_of(const JobStep& job) {
    int op = -1;
    for (const int of_command : job.op_of_command) {
      if (of_command < 0) continue;
      if (op >= 0 && op != of_command) return SLT_MANY_OPS;
      op = of_command;
    }
    return op < 0 ? SLT_MANY_OPS : static_cast<std::uint32_t>(op);
  }

  slt_network_step_t append_record(const Step& step) {
    if (const auto* job = std::get_if<JobStep>(&step)) {
      const slt_job_record_t record = {
          .stream_address = job->stream_address,
          .stream_bytes = static_cast<std::uint32_t>(job->commands.size() * SLT_COMMAND_BYTES)};
      return append(kSltStepJob, op_of(*job), record);
    }
    const int index = std::get<CpuStep>(step).op;
    const Op& op = graph_.ops.at(static_cast<std::size_t>(index));
    const Kernel kernel = make_kernel(graph_, op, rounding_);
    return std::visit([&](const auto& k) { return append_kernel(op, static_cast<std::uint32_t>(index), k); }, kernel);
  }

  // Bus address of an operand: a constant in flash, an activation in SRAM, or none.
  std::uint32_t operand(const Op& op, std::size_t input) {
    if (input >= op.inputs.size() || op.inputs[input] < 0) return SLT_NO_ADDRESS;
    const int index = op.inputs[input];
    return tensor(index).is_constant() ? flash_.constant(index, tensor(index)) : place(index).address;
  }
  [[nodiscard]] std::uint32_t output(const Op& op) const { return place(op.outputs.at(0)).address; }

  // The three convolution-like records have the same fields.
  template <class Record, class KernelOf>
  Record weighted_record(const Op& op, const KernelOf& k) {
    return {.input = operand(op, 0),
            .weights = operand(op, 1),
            .bias = operand(op, 2),
            .multipliers = flash_.append(bytes_of(k.scales.multipliers)),
            .shifts = flash_.append(bytes_of(k.scales.shifts)),
            .output = output(op),
            .params = k.params};
  }

  // Steps run one after the other and share their working memory.
  void need_scratch(std::uint32_t bytes) {
    constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max() - 3U;
    scratch_bytes_ = std::max(scratch_bytes_, (std::min(bytes, kMost) + 3U) / 4U * 4U);
  }

  slt_network_step_t append_kernel(const Op& op, std::uint32_t index, const Conv2dKernel& k) {
    need_scratch(slt_conv2d_scratch_bytes(&k.params));
    return append(kSltStepConv2d, index, weighted_record<slt_conv2d_record_t>(op, k));
  }
  slt_network_step_t append_kernel(const Op& op, std::uint32_t index, const DepthwiseConv2dKernel& k) {
    need_scratch(slt_depthwise_conv2d_scratch_bytes(&k.params));
    return append(kSltStepDepthwiseConv2d, index, weighted_record<slt_depthwise_conv2d_record_t>(op, k));
  }
  slt_network_step_t append_kernel(const Op& op, std::uint32_t index, const FullyConnectedKernel& k) {
    need_scratch(slt_fully_connected_scratch_bytes(&k.params));
    return append(kSltStepFullyConnected, index, weighted_record<slt_fully_connected_record_t>(op, k));
  }
  slt_network_step_t append_kernel(const Op& op, std::uint32_t index, const AddKernel& k) {
    const slt_add_record_t record = {
        .input1 = operand(op, 0), .input2 = operand(op, 1), .output = output(op), .params = k.params};
    return append(kSltStepAdd, index, record);
  }
  slt_network_step_t append_kernel(const Op& op, std::uint32_t index, const Pool2dKernel& k) {
    const slt_pool2d_record_t record = {.input = operand(op, 0), .output = output(op), .params = k.params};
    return append(k.average ? kSltStepAveragePool2d : kSltStepMaxPool2d, index, record);
  }
  slt_network_step_t append_kernel(const Op& op, std::uint32_t index, const SoftmaxKernel& k) {
    const slt_softmax_record_t record = {.input = operand(op, 0), .output = output(op), .params = k.params};
    return append(kSltStepSoftmax, index, record);
  }
  slt_network_step_t append_kernel(const Op& op, std::uint32_t index, const CopyKernel& k) {
    const slt_copy_record_t record = {.input = operand(op, 0), .output = output(op), .params = k.params};
    return append(kSltStepCopy, index, record);
  }

  const Graph& graph_;
  const Program& program_;
  Rounding rounding_;
  Flash flash_;
  ImageBytes image_;
  std::map<int, TensorPlace> places_;
  std::uint32_t scratch_bytes_ = 0;
};

}  // namespace

NetworkImage build_network_image(const Graph& graph, const Program& program, Rounding rounding,
                                 std::uint32_t least_scratch_bytes) {
  NetworkImage result = Builder(graph, program, rounding, least_scratch_bytes).build();
  std::uint32_t bad_step = SLT_NO_STEP;
  const auto size = static_cast<std::uint32_t>(result.image.size());
  if (slt_network_check(result.image.data(), size, &bad_step) != kSltOk) {
    throw Error(ExitCode::kInternal,
                "the program of network " + graph.name + " does not make a legal network image" +
                    (bad_step == SLT_NO_STEP ? std::string()
                                             : "; step " + std::to_string(bad_step) + " is the first wrong one"));
  }
  return result;
}

void check_fits(const Graph& graph, const HwConfig& config, const NetworkImage& network) {
  const auto missing = [](std::uint32_t needed, std::uint32_t there) {
    return " is " + std::to_string(there) + " (" + std::to_string(needed - there) + " bytes missing).";
  };
  const std::uint32_t weights = config.weights_region().bytes;
  if (network.flash_bytes > weights) {
    throw Error(ExitCode::kModel, graph.name + " needs " + std::to_string(network.flash_bytes) +
                                      " bytes for constants and commands, memory." + name(config.weights) +
                                      ".bytes of " + config.name + missing(network.flash_bytes, weights));
  }
  if (network.arena_bytes > config.sram.bytes) {
    throw Error(ExitCode::kModel, graph.name + " needs " + std::to_string(network.arena_bytes - network.scratch_bytes) +
                                      " bytes of SRAM for its tensors in memory and " +
                                      std::to_string(network.scratch_bytes) +
                                      " for the kernels of operators on the processor, memory.sram.bytes of " +
                                      config.name + missing(network.arena_bytes, config.sram.bytes));
  }
}

}  // namespace systolite
