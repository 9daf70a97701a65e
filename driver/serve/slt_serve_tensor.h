// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Between the bytes of the MLPerf Tiny protocol and the int8 tensors of a network. C11, freestanding, no state.
 *
 * The reference implementations (mlcommons/tiny, benchmark/reference_submissions) differ by benchmark: kws takes int8
 * as they are, images come as uint8, ad gets floats and answers with one number.
 */
#ifndef SLT_SERVE_TENSOR_H_
#define SLT_SERVE_TENSOR_H_

#include <stdbool.h>
#include <stdint.h>

#include "slt_text.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What the loaded bytes are. */
typedef enum {
  kSltInputInt8 = 0,  /**< The values of the tensor. */
  kSltInputUint8 = 1, /**< Values + 128. */
  kSltInputFloat32 =
      2, /**< Real values, little-endian IEEE 754 single, quantised here: ties away from zero, saturating. */
} slt_input_format_t;

/** What the results line says. */
typedef enum {
  kSltResultsRounded = 0,      /**< Every output value, dequantised, three decimals. */
  kSltResultsTruncated = 1,    /**< The same, decimals cut off, as the reference for kws prints them. */
  kSltResultsSquaredError = 2, /**< Mean of the squared differences of output and loaded floats. */
} slt_results_format_t;

/** real value = scale * (q - zero_point) */
typedef struct {
  float scale;
  int32_t zero_point;
} slt_quantisation_t;

/** Loaded bytes for a tensor of `values` values. */
uint32_t slt_serve_input_bytes(slt_input_format_t format, uint32_t values);

/** Fills a tensor of `values` values from slt_serve_input_bytes() bytes; `scale` > 0. NaN becomes -128. */
void slt_serve_load(slt_input_format_t format, const uint8_t* bytes, uint32_t values, slt_quantisation_t quantisation,
                    int8_t* tensor);

/** Writes the values of a results line; `loaded` (only for kSltResultsSquaredError): `values` floats as loaded. */
void slt_serve_results(slt_results_format_t format, const int8_t* output, uint32_t values,
                       slt_quantisation_t quantisation, const uint8_t* loaded, const slt_text_t* out);

#ifdef __cplusplus
}
#endif

#endif  // SLT_SERVE_TENSOR_H_
