// SPDX-License-Identifier: Apache-2.0
#include "slt_serve_tensor.h"

enum { kFloatBytes = 4 };

static float float_at(const uint8_t* bytes, uint32_t index) {
  const uint8_t* b = bytes + index * kFloatBytes;
  union {
    uint32_t bits;
    float value;
  } number = {(uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24};
  return number.value;
}

static int8_t quantise(float value, slt_quantisation_t q) {
  const float scaled = value / q.scale;
  /* Far outside int8 for every zero point; also where the conversion to an integer would be undefined. */
  if (!(scaled > -1024.0F)) return INT8_MIN;
  if (scaled > 1024.0F) return INT8_MAX;
  const float magnitude = scaled < 0.0F ? -scaled : scaled;
  int32_t rounded = (int32_t)magnitude;
  if (magnitude - (float)rounded >= 0.5F) ++rounded;
  const int32_t result = (scaled < 0.0F ? -rounded : rounded) + q.zero_point;
  if (result < INT8_MIN) return INT8_MIN;
  return result > INT8_MAX ? INT8_MAX : (int8_t)result;
}

uint32_t slt_serve_input_bytes(slt_input_format_t format, uint32_t values) {
  return format == kSltInputFloat32 ? values * kFloatBytes : values;
}

void slt_serve_load(slt_input_format_t format, const uint8_t* bytes, uint32_t values, slt_quantisation_t quantisation,
                    int8_t* tensor) {
  switch (format) {
    case kSltInputUint8:
      for (uint32_t i = 0; i < values; ++i) tensor[i] = (int8_t)((int32_t)bytes[i] - 128);
      break;
    case kSltInputFloat32:
      for (uint32_t i = 0; i < values; ++i) tensor[i] = quantise(float_at(bytes, i), quantisation);
      break;
    case kSltInputInt8:
    default:
      for (uint32_t i = 0; i < values; ++i) {
        const uint8_t byte = bytes[i];
        tensor[i] = (int8_t)(byte < 128U ? (int32_t)byte : (int32_t)byte - 256);
      }
      break;
  }
}

static float dequantise(int8_t value, slt_quantisation_t q) { return q.scale * (float)((int32_t)value - q.zero_point); }

void slt_serve_results(slt_results_format_t format, const int8_t* output, uint32_t values,
                       slt_quantisation_t quantisation, const uint8_t* loaded, const slt_text_t* out) {
  if (format == kSltResultsSquaredError) {
    float sum = 0.0F;
    for (uint32_t i = 0; i < values; ++i) {
      const float difference = dequantise(output[i], quantisation) - float_at(loaded, i);
      sum += difference * difference;
    }
    slt_text_float(out, sum / (float)values, false);
    return;
  }
  for (uint32_t i = 0; i < values; ++i) {
    if (i != 0U) slt_text_string(out, ",");
    slt_text_float(out, dequantise(output[i], quantisation), format == kSltResultsTruncated);
  }
}
