// SPDX-License-Identifier: Apache-2.0
#include "mapper/models/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>

#include "sim/core/error.h"

namespace systolite {

namespace {

class Digest {
 public:
  Digest() {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
      throw Error(ExitCode::kInternal, "SHA-256 is not available in the installed OpenSSL library");
  }
  void add(const char* bytes, std::size_t count) { EVP_DigestUpdate(context_.get(), bytes, count); }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

}  // namespace

std::string sha256_of_file(const std::filesystem::path& file) {
  Digest digest;
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 65536> block;
  while (stream) {
    stream.read(block.data(), block.size());
    digest.add(block.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (!stream.eof()) throw Error(ExitCode::kModel, file.string() + ": cannot be read");
  return digest.hex();
}

std::string sha256_of_text(std::string_view text) {
  Digest digest;
  digest.add(text.data(), text.size());
  return digest.hex();
}

}  // namespace systolite
