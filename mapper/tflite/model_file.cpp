// SPDX-License-Identifier: Apache-2.0
#include "mapper/tflite/model_file.h"

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr std::size_t kIdentifierEnd = 8;  // root offset, then the file identifier
constexpr std::uint32_t kFormatVersion = 3;
// Far deeper and larger than any model; they bound the verifier's work on a hostile file.
constexpr flatbuffers::uoffset_t kMaxDepth = 16;
constexpr flatbuffers::uoffset_t kMaxTables = 1'000'000;

}  // namespace

ModelFile::ModelFile(std::vector<std::uint8_t> bytes, std::string label)
    : bytes_(std::move(bytes)), label_(std::move(label)) {
  require(bytes_.size() >= kIdentifierEnd, "{} bytes are too few for a .tflite file", bytes_.size());
  require(tflite_file::ModelBufferHasIdentifier(bytes_.data()),
          "not a .tflite file: the identifier TFL3 is missing at byte 4");
  flatbuffers::Verifier verifier(bytes_.data(), bytes_.size(), kMaxDepth, kMaxTables);
  require(tflite_file::VerifyModelBuffer(verifier),
          "the file is damaged or truncated (FlatBuffers verification failed)");
  model_ = tflite_file::GetModel(bytes_.data());
  require(model_->version() == kFormatVersion, "schema version {} is not supported, {} is", model_->version(),
          kFormatVersion);
  const std::size_t subgraphs = model_->subgraphs() == nullptr ? 0 : model_->subgraphs()->size();
  require(subgraphs == 1, "the model has {} subgraphs; exactly one is supported", subgraphs);
  subgraph_ = model_->subgraphs()->Get(0);
}

void ModelFile::fail_with(const std::string& sentence) const {
  throw Error(ExitCode::kModel, label_ + ": " + sentence);
}

std::string printable(const flatbuffers::String* text) {
  std::string result = text == nullptr ? std::string() : text->str();
  for (char& c : result) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return result;
}

}  // namespace systolite
