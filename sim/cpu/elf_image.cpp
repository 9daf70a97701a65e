// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/elf_image.h"

#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <span>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/cpu/arm_attributes.h"
#include "sim/cpu/text.h"

namespace systolite::cpu {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason) {
  throw Error(ExitCode::kData, file.string() + ": " + reason);
}

class ElfFile {
 public:
  // `bytes` outlives it.
  ElfFile(const std::filesystem::path& file, std::vector<std::uint8_t>& bytes) : file_(file) {
    if (elf_version(EV_CURRENT) == EV_NONE) throw Error(ExitCode::kInternal, "libelf does not know its own version");
    elf_ = elf_memory(reinterpret_cast<char*>(bytes.data()), bytes.size());
    if (elf_ == nullptr || elf_kind(elf_) != ELF_K_ELF) refuse_and_close("this is not an ELF file");
  }
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;
  ~ElfFile() { elf_end(elf_); }

  [[nodiscard]] Elf* get() const { return elf_; }

 private:
  [[noreturn]] void refuse_and_close(const std::string& reason) {
    if (elf_ != nullptr) elf_end(elf_);
    refuse(file_, reason);
  }

  const std::filesystem::path& file_;
  Elf* elf_ = nullptr;
};

void check_header(const std::filesystem::path& file, Elf* elf, GElf_Ehdr& header) {
  if (gelf_getehdr(elf, &header) == nullptr) refuse(file, "the ELF header is damaged");
  if (header.e_ident[EI_CLASS] != ELFCLASS32) refuse(file, "this is a 64-bit ELF file: must be 32-bit Arm");
  if (header.e_machine != EM_ARM)
    refuse(file, "this is an ELF file for machine " + std::to_string(header.e_machine) + ": must be Arm (40)");
  if (header.e_ident[EI_DATA] != ELFDATA2LSB) refuse(file, "this is a big-endian program: must be little-endian");
  if (header.e_type != ET_EXEC) {
    refuse(file, header.e_type == ET_REL ? "this is an object file: must be a linked program"
                                         : "this is not an executable: must be a program linked to fixed addresses");
  }
}

void read_segments(ElfImage& image, Elf* elf, const std::vector<std::uint8_t>& bytes) {
  std::size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) refuse(image.file, "the program headers are damaged");
  for (std::size_t k = 0; k < count; ++k) {
    GElf_Phdr header;
    if (gelf_getphdr(elf, static_cast<int>(k), &header) == nullptr)
      refuse(image.file, "the program headers are damaged");
    if (header.p_type != PT_LOAD || header.p_memsz == 0) continue;
    if (header.p_offset > bytes.size() || header.p_filesz > bytes.size() - header.p_offset ||
        header.p_filesz > header.p_memsz)
      refuse(image.file,
             "segment " + std::to_string(k) + " reaches beyond the end of the file: the file is cut short or damaged");
    // What is copied elsewhere by the program is cleared by the program.
    const bool in_place = header.p_paddr == header.p_vaddr;
    if (header.p_filesz == 0) continue;
    ElfSegment segment;
    segment.address = static_cast<std::uint32_t>(header.p_paddr);
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(header.p_offset);
    segment.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(header.p_filesz));
    if (std::uint64_t{segment.address} + header.p_memsz > std::uint64_t{1} << 32)
      refuse(image.file, "segment " + std::to_string(k) + " ends beyond the 32-bit address space");
    if (in_place && header.p_memsz <= (std::uint64_t{256} << 20)) segment.bytes.resize(header.p_memsz);
    image.segments.push_back(std::move(segment));
  }
  if (image.segments.empty()) refuse(image.file, "the program has nothing to load");
}

bool is_vector_section(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {".isr_vector", ".vectors",     ".vector_table",
                                                             ".intvec",     ".isr_vectors", "vectors"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// By convention (".stack", "._user_heap_stack"); what such a section takes is no variable.
bool is_stack_or_heap(std::string_view name) {
  return name.find("stack") != std::string_view::npos || name.find("heap") != std::string_view::npos;
}

void read_symbols(ElfImage& image, Elf* elf, Elf_Scn* section, const GElf_Shdr& header) {
  Elf_Data* const data = elf_getdata(section, nullptr);
  if (data == nullptr || header.sh_entsize == 0) return;
  const std::size_t count = header.sh_size / header.sh_entsize;
  for (std::size_t k = 0; k < count; ++k) {
    GElf_Sym symbol;
    if (gelf_getsym(data, static_cast<int>(k), &symbol) == nullptr) refuse(image.file, "the symbol table is damaged");
    const auto type = GELF_ST_TYPE(symbol.st_info);
    const char* const name = elf_strptr(elf, header.sh_link, symbol.st_name);
    if (name == nullptr || *name == '\0' || *name == '$' || symbol.st_shndx == SHN_UNDEF) continue;
    if (type != STT_FUNC && type != STT_OBJECT && type != STT_NOTYPE) continue;
    const bool function = type == STT_FUNC;
    image.symbols.push_back({.name = name,
                             .address = static_cast<std::uint32_t>(symbol.st_value) & (function ? ~1U : ~0U),
                             .bytes = static_cast<std::uint32_t>(symbol.st_size),
                             .function = function});
  }
}

std::uint32_t lowest_address(const ElfImage& image) {
  std::uint32_t lowest = image.segments.front().address;
  for (const ElfSegment& segment : image.segments) lowest = std::min(lowest, segment.address);
  return lowest;
}

void read_sections(ElfImage& image, Elf* elf) {
  std::size_t names = 0;
  std::optional<std::uint32_t> vectors;
  if (elf_getshdrstrndx(elf, &names) == 0) {
    for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr; section = elf_nextscn(elf, section)) {
      GElf_Shdr header;
      if (gelf_getshdr(section, &header) == nullptr) refuse(image.file, "the section headers are damaged");
      if (header.sh_type == SHT_SYMTAB) read_symbols(image, elf, section, header);
      if (header.sh_type == SHT_ARM_ATTRIBUTES) {
        const Elf_Data* const data = elf_getdata(section, nullptr);
        if (data == nullptr || data->d_buf == nullptr) continue;
        const std::span bytes(static_cast<const std::uint8_t*>(data->d_buf), data->d_size);
        const ArmAttributes attributes = read_arm_attributes(bytes);
        if (attributes.profile != 0 && attributes.profile != 'M')
          refuse(image.file, std::string("the program was built for the profile ") +
                                 static_cast<char>(attributes.profile) + " of the architecture: must be M (Cortex-M)");
        image.architecture = attributes.architecture;
      }
      const char* const name = elf_strptr(elf, names, header.sh_name);
      constexpr GElf_Xword kVariables = SHF_ALLOC | SHF_WRITE;
      if (name != nullptr && (header.sh_flags & kVariables) == kVariables && header.sh_size != 0 &&
          !is_stack_or_heap(name)) {
        image.variables.push_back(
            {name, static_cast<std::uint32_t>(header.sh_addr), static_cast<std::uint32_t>(header.sh_size)});
      }
      if (name != nullptr && is_vector_section(name) && !vectors) vectors = static_cast<std::uint32_t>(header.sh_addr);
    }
  }
  image.vector_table = vectors.value_or(lowest_address(image));
  std::stable_sort(image.symbols.begin(), image.symbols.end(),
                   [](const ElfSymbol& a, const ElfSymbol& b) { return a.address < b.address; });
}

const char* architecture_name(Architecture architecture) {
  switch (architecture) {
    case Architecture::kV6M:
      return "ARMv6-M";
    case Architecture::kV7M:
      return "ARMv7-M";
    case Architecture::kV7EM:
      return "ARMv7E-M";
    case Architecture::kV8MMain:
      break;
  }
  return "ARMv8-M mainline";
}

}  // namespace

ElfImage load_elf(const std::filesystem::path& file) {
  ElfImage image;
  image.file = file;
  std::vector<std::uint8_t> bytes = read_file(file);
  const ElfFile elf(file, bytes);
  GElf_Ehdr header;
  check_header(file, elf.get(), header);
  image.entry = static_cast<std::uint32_t>(header.e_entry);
  read_segments(image, elf.get(), bytes);
  read_sections(image, elf.get());
  return image;
}

void check_architecture(const ElfImage& image, const CoreConfig& core) {
  if (image.architecture <= core.architecture) return;
  refuse(image.file, std::string("the program was built for ") + architecture_name(image.architecture) + ", " +
                         core.name + " is an " + architecture_name(core.architecture) + " core");
}

const ElfSymbol& find_symbol(const ElfImage& image, std::string_view name) {
  const auto found =
      std::find_if(image.symbols.begin(), image.symbols.end(), [name](const ElfSymbol& s) { return s.name == name; });
  if (found == image.symbols.end()) refuse(image.file, "there is no symbol '" + std::string(name) + "'");
  return *found;
}

std::string describe_address(const ElfImage& image, std::uint32_t address) {
  const ElfSymbol* best = nullptr;
  for (const ElfSymbol& symbol : image.symbols) {
    if (symbol.address > address) break;
    const bool inside = address - symbol.address < std::max(symbol.bytes, 1U);
    if (inside && (best == nullptr || symbol.function || !best->function)) best = &symbol;
  }
  if (best == nullptr) return hex(address);
  const std::uint32_t offset = address - best->address;
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "+0x%x", offset);
  return best->name + (offset == 0 ? "" : text.data()) + " (" + hex(address) + ")";
}

}  // namespace systolite::cpu
