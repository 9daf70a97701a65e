// SPDX-License-Identifier: Apache-2.0
// What a user can get wrong, and what the program says: exit code, one line, no file written.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/npy.h"
#include "tests/cli/program.h"
#include "tests/core/temporary_folder.h"
#include "tflite_subset_generated.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

struct BadInput {
  const char* name;
  const char* arguments;
  int code;
  const char* says;  // part of the message
  const char* environment = "";
};

void PrintTo(const BadInput& bad, std::ostream* out) { *out << bad.name; }

// The working folder holds models that BadInputTest derives from kws_embedded, configurations that it derives from
// base_16x16, arrays, a folder `folder`, and `full`, a device that takes nothing.
const BadInput kTable[] = {
    {"no_subcommand", "", 2, "A subcommand is required"},
    {"unknown_subcommand", "walk kws_embedded", 2, "'walk' is not a command"},
    {"unknown_option", "run kws_embedded --fast", 2, "--fast"},
    {"no_model", "run", 2, "model is required"},
    {"unknown_backend", "run kws_embedded --backend quantum", 2, "'quantum' is not one of fast|functional|rtl|systemc"},
    {"unknown_rounding", "run kws_embedded --rounding up", 2, "'up' is not one of double|single"},
    {"unknown_backend_in_list", "verify kws_embedded --backend rtl,slow", 2,
     "'slow' is not one of fast|functional|rtl|systemc|all"},
    {"backend_named_twice", "verify kws_embedded --backend rtl,rtl", 2, "'rtl,rtl' names rtl twice"},
    {"no_backend_in_list", "verify kws_embedded --backend ,", 2, "--backend"},
    {"input_and_inputs", "verify kws_embedded --inputs 2 --input x.npy", 2, "--inputs excludes --input"},
    {"zero_inputs", "verify kws_embedded --inputs 0", 2, "'0' is neither a positive number nor all"},
    {"seed_and_input", "run kws_embedded --seed 3 --input short.npy", 2, "--input excludes --seed"},
    {"seed_is_no_number", "run kws_embedded --seed many", 2, "--seed"},
    {"trace_without_clock", "trace kws_embedded --backend functional", 2,
     "'functional' is not one of fast|rtl|systemc"},
    {"empty_window", "trace kws_embedded --cycles 9:9", 2, "'9:9' is not FROM:TO with FROM < TO"},
    {"reversed_window", "trace kws_embedded --cycles 9:8", 2, "'9:8' is not FROM:TO with FROM < TO"},
    {"half_a_window", "trace kws_embedded --cycles 9", 2, "'9' is not FROM:TO with FROM < TO"},
    {"negative_layer", "trace kws_embedded --layer -1", 2, "--layer"},
    {"window_and_layer", "trace kws_embedded --layer 1 --cycles 1:2", 2, "--cycles excludes --layer"},
    {"layer_out_of_range", "trace kws_embedded --waves w.fst --layer 13", 2,
     "--layer 13: kws_embedded has the operators 0 to 12"},
    {"waves_to_a_device", "trace kws_embedded --waves /dev/null", 6, "/dev/null: waveforms need a regular file"},
    {"trace_and_waves_to_one_file", "trace kws_embedded --output t --waves ./t", 2,
     "./t: two outputs cannot go to one file"},
    {"trace_folder_missing", "trace kws_embedded --output nowhere/t.json", 6,
     "nowhere/t.json: the folder nowhere does not exist"},
    {"waves_are_a_folder", "trace kws_embedded --waves folder", 6, "folder: this is a folder"},
    {"trace_without_verilator", "trace kws_embedded --waves w.fst", 8, "verilator is not in PATH",
     "PATH=/nonexistent SYSTOLITE_CACHE=cache"},
    {"compare_without_clock", "compare kws_embedded --backend functional", 2,
     "'functional' is not one of fast|rtl|systemc"},
    {"core_without_profile", "compare kws_embedded --cores cortex-m4", 2,
     "'cortex-m4' is not CORE:PROFILE, e.g. cortex-m4:l4r5"},
    {"no_cores", "compare kws_embedded --cores ,", 2, "is not CORE:PROFILE"},
    {"unknown_core", "compare kws_embedded --cores cortex-m9:ideal", 4,
     "'cortex-m9' is neither a file nor the name of a core; names are: cortex-m0plus, "},
    {"unknown_profile", "compare kws_embedded --cores cortex-m4:fast", 4,
     "'fast' is neither a file nor the name of a profile; names are: g0b1, h7a3, ideal, "},
    {"profile_of_another_core", "compare kws_embedded --cores cortex-m4:h7a3", 4,
     "the profile 'h7a3' (NUCLEO-H7A3ZI-Q) is for cortex-m7, not for cortex-m4"},
    {"comparison_to_a_missing_folder", "compare kws_embedded --json nowhere/c.json", 6,
     "nowhere/c.json: the folder nowhere does not exist"},
    {"unknown_model", "run nothing --backend functional", 3, "'nothing' is neither a file nor the name of a model"},
    {"truncated_model", "run truncated.tflite --backend functional", 3, "truncated.tflite"},
    {"corrupted_model", "run corrupted.tflite --backend functional", 3,
     "corrupted.tflite: the file is damaged or truncated"},
    {"float_model", "run float.tflite --backend functional", 3,
     "float.tflite: tensor 'input' (operator #0 CONV_2D) has type FLOAT32; Systolite runs int8 models"},
    {"dynamic_shape", "run dynamic.tflite --backend functional", 3,
     "dynamic.tflite: tensor 'input' (operator #0 CONV_2D) has the dynamic dimension 1"},
    {"unsupported_operator", "run lstm.tflite --backend functional", 3,
     "lstm.tflite: operator #4 (LSTM) is not supported; supported are: ADD, "},
    {"scratchpad_too_small", "run kws_embedded --config scratchpad.yaml --backend functional --json r.json", 3,
     "kws_embedded: does not fit: the tensors alive at operator #1 (DEPTHWISE_CONV_2D) need 16000 bytes of scratchpad, "
     "scratchpad.bytes of base_16x16 is 4096 (11904 bytes missing)"},
    {"flash_too_small", "run kws_embedded --config flash.yaml --backend functional --json r.json", 3,
     "memory.flash.bytes of base_16x16 is 4096 ("},
    {"model_is_text", "run text.npy --backend functional", 3, "text.npy"},
    {"unknown_cell_library", "area --library nothing", 4,
     "'nothing' is neither a file nor the name of a cell library; names are: osu018"},
    {"unknown_cell_library_of_energy", "run kws_embedded --library nothing", 4,
     "'nothing' is neither a file nor the name of a cell library; names are: osu018"},
    {"area_of_unknown_config", "area --config nothing", 4, "'nothing' is neither a file nor the name of a hardware"},
    {"area_into_no_folder", "area --json no/where.json", 6, "no/where.json"},
    {"unknown_config", "run kws_embedded --config nothing", 4,
     "'nothing' is neither a file nor the name of a hardware description; names are: "},
    {"config_with_unknown_key", "run kws_embedded --config unknown_key.yaml", 4,
     "unknown_key.yaml:2: key 'colour' is unknown"},
    {"config_without_a_key", "run kws_embedded --config missing_key.yaml", 4,
     "missing_key.yaml:2: key 'queue_depth' is missing: must be 1 to 16"},
    {"config_out_of_range", "run kws_embedded --config rows.yaml", 4,
     "rows.yaml:5: key 'array.rows' is 3: must be 4 to 64"},
    {"config_of_an_illegal_combination", "run kws_embedded --config lanes.yaml", 4,
     "lanes.yaml:9: key 'requant_lanes' is 32: must be a power of two from 1 to 16, at most array.cols"},
    {"missing_input", "run kws_embedded --backend functional --input nothing.npy", 6, "nothing.npy"},
    {"input_is_text", "run kws_embedded --backend functional --input text.npy", 6, "text.npy"},
    {"input_of_floats", "run kws_embedded --backend functional --input floats.npy", 6,
     "floats.npy: the elements must be int8"},
    {"input_of_wrong_size", "run kws_embedded --backend functional --input short.npy", 6,
     "short.npy: the shape is (3), the model's input has (1, 49, 10, 1)"},
    {"input_with_swapped_dimensions", "run kws_embedded --backend functional --input swapped.npy", 6,
     "swapped.npy: the shape is (1, 10, 49, 1), the model's input has (1, 49, 10, 1)"},
    {"too_many_inputs", "run kws_embedded --backend functional --input short.npy --input short.npy", 6,
     "has 1 inputs, 2 files were given"},
    {"output_folder_missing", "run kws_embedded --backend functional --output nowhere/y.npy --json r.json", 6,
     "nowhere/y.npy: the folder nowhere does not exist"},
    {"json_is_a_folder", "run kws_embedded --backend functional --output y.npy --json folder", 6,
     "folder: this is a folder"},
    {"output_device_is_full", "run kws_embedded --backend functional --output full --json r.json", 6,
     "full: cannot be written: No space left on device"},
    {"two_outputs_in_one_file", "run kws_embedded --backend functional --output y --json ./y", 2,
     "./y: two outputs cannot go to one file"},
    {"no_golden", "verify kws_embedded --backend functional --golden folder", 6,
     "no golden tensors for kws_embedded in folder"},
    {"no_verilator", "run kws_embedded --output y.npy --json r.json", 8, "verilator is not in PATH",
     "PATH=/nonexistent SYSTOLITE_CACHE=cache"},
};

const fs::path kSource = SYSTOLITE_SOURCE_DIR;
constexpr int kLstm = 16;

// The embedded keyword-spotting model with one thing changed.
std::string changed_model(const std::function<void(tflite_file::ModelT&)>& change) {
  const std::string bytes = test::text_of(kSource / "benchmarks/models/kws_embedded.tflite");
  tflite_file::ModelT model;
  tflite_file::GetModel(bytes.data())->UnPackTo(&model);
  change(model);
  flatbuffers::FlatBufferBuilder builder;
  tflite_file::FinishModelBuffer(builder, tflite_file::Model::Pack(builder, &model));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

// The configuration base_16x16 with one text replaced.
std::string changed_config(const std::string& what, const std::string& by) {
  std::string yaml = test::text_of(kSource / "configs/hw/base_16x16.yaml");
  return yaml.replace(yaml.find(what), what.size(), by);
}

class BadInputTest : public ::testing::TestWithParam<BadInput> {
 protected:
  BadInputTest() {
    write("text.npy", "not an array");
    fs::create_directory(folder.path() / "folder");
    fs::create_symlink("/dev/full",
                       folder.path() / "full");  // a device, were it replaced, would be lost to the machine
    write_arrays();
    write_configs();
    write_models();
  }
  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder.path() / name, std::ios::binary) << content;
  }
  void write_arrays() {
    const std::vector<float> floats(490);
    const std::vector<std::int8_t> three(3);
    const std::vector<std::int8_t> all(490);
    write_npy(folder.path() / "floats.npy", make_npy({1, 49, 10, 1}, std::span<const float>(floats)));
    write_npy(folder.path() / "short.npy", make_npy({3}, std::span<const std::int8_t>(three)));
    write_npy(folder.path() / "swapped.npy", make_npy({1, 10, 49, 1}, std::span<const std::int8_t>(all)));
  }
  void write_configs() {
    write("unknown_key.yaml", "name: x\ncolour: red\n");
    write("missing_key.yaml", changed_config("queue_depth: 2\n", ""));
    write("rows.yaml", changed_config("rows: 16", "rows: 3"));
    write("lanes.yaml", changed_config("requant_lanes: 16", "requant_lanes: 32"));
    write("scratchpad.yaml", changed_config("bytes: 131072", "bytes: 4096"));
    write("flash.yaml", changed_config("bytes: 2097152", "bytes: 4096"));
  }
  void write_models() {
    const std::string model = test::text_of(kSource / "benchmarks/models/kws_embedded.tflite");
    write("truncated.tflite", model.substr(0, model.size() / 2));
    write("corrupted.tflite", "\xff\xff\xff\x7f" + model.substr(4));  // the offset of the root table
    write("float.tflite",
          changed_model([](auto& m) { m.subgraphs[0]->tensors[0]->type = tflite_file::TensorType::FLOAT32; }));
    write("dynamic.tflite", changed_model([](auto& m) {
            m.subgraphs[0]->tensors[0]->shape_signature = {-1, -1, 10, 1};
          }));
    write("lstm.tflite", changed_model([](auto& m) {
            auto code = std::make_unique<tflite_file::OperatorCodeT>();
            code->deprecated_builtin_code = kLstm;
            code->builtin_code = kLstm;
            m.subgraphs[0]->operators[4]->opcode_index = static_cast<std::uint32_t>(m.operator_codes.size());
            m.operator_codes.push_back(std::move(code));
          }));
  }
  std::set<fs::path> files() const {
    std::set<fs::path> result;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) result.insert(entry.path());
    return result;
  }
  TemporaryFolder folder;
};

TEST_P(BadInputTest, IsRefusedInOneLineWithoutATrace) {
  std::set<fs::path> expected = files();
  const test::Outcome outcome = test::systolite(folder.path(), GetParam().arguments, GetParam().environment);
  EXPECT_EQ(outcome.code, GetParam().code) << outcome.err;
  EXPECT_EQ(outcome.err.rfind("systolite: error: ", 0), 0) << outcome.err;
  EXPECT_NE(outcome.err.find(GetParam().says), std::string::npos) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  expected.insert(folder.path() / "stdout.txt");
  expected.insert(folder.path() / "stderr.txt");
  EXPECT_EQ(files(), expected);
}

INSTANTIATE_TEST_SUITE_P(Table, BadInputTest, ::testing::ValuesIn(kTable),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace systolite
