// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Device side of the MLPerf Tiny serial protocol: the commands with which the benchmark's runner drives a board.
 *
 * C11, freestanding, no allocation, no static state. The protocol knows neither the serial port nor the network: both
 * are behind slt_serve_port_t.
 *
 * A command ends in '%' and has at most SLT_SERVE_COMMAND_CHARS characters before it; words are separated by spaces.
 * Leading spaces and control characters are skipped, so a line end after '%' does no harm. Answer lines end in CR LF;
 * the last line of every answer is "m-ready". A command that cannot be carried out answers one line "e-[...]" first and
 * changes nothing.
 *
 *     name%                     m-name-dut-[vendor]
 *     profile%                  m-profile-[...], m-model-[...]
 *     timestamp%                m-lap-us-<microseconds>
 *     db load N%                m-[Expecting N bytes]; what was loaded before is gone
 *     db HH[HH...]%             the next bytes; with the last of them m-load-done (digits beyond it are ignored)
 *     db print [N=16] [offset=0]%   m-buffer-hh-hh-..., 8 bytes a line, of what was loaded
 *     infer [N=1] [W=10]%       m-warmup-start-W, m-warmup-done, m-infer-start-N, m-lap-us-..., m-lap-us-...,
 *                               m-infer-done, m-results-[...]
 *     results%                  m-results-[...] of the last inference
 *     help%                     the commands
 *
 * Sources: mlcommons/tiny, benchmark/api/internally_implemented.cpp (texts, defaults, the order of the lines) and
 * benchmark/runner (what the runner sends and parses). Where the reference code writes past its buffer or falls over,
 * this one answers e-[...].
 *
 * Both time stamps of `infer` are printed after the second one was taken: between them there is nothing but the
 * inferences, no character on the serial line.
 */
#ifndef SLT_SERVE_H_
#define SLT_SERVE_H_

#include <stdbool.h>
#include <stdint.h>

#include "slt_text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLT_SERVE_COMMAND_CHARS 80

/** What the protocol needs. All functions get `ctx`; errors are sentences without brackets, NULL is success. */
typedef struct {
  void* ctx;
  /** Sends text; may return before it has left. */
  void (*write)(void* ctx, const char* text, uint32_t bytes);
  /** Returns when everything written has left. */
  void (*flush)(void* ctx);
  /** Microseconds since start-up. */
  uint64_t (*now_us)(void* ctx);
  /** Makes the input of the network from the loaded bytes; called once before the inferences of a command. */
  void (*load)(void* ctx, const uint8_t* bytes);
  /** One inference. */
  const char* (*infer)(void* ctx);
  /** Writes the values of the last inference, separated by commas. */
  void (*results)(void* ctx, const slt_text_t* out);
} slt_serve_port_t;

/** What the device says of itself. The strings outlive the handle. */
typedef struct {
  const char* vendor;   /**< m-name-dut-[vendor] */
  const char* model;    /**< m-model-[model], such as "kws01" */
  uint32_t input_bytes; /**< Bytes that `infer` wants to be loaded. */
} slt_serve_identity_t;

/** Handle; filled by slt_serve_init(). Treat as opaque. */
typedef struct {
  slt_serve_port_t port;
  slt_serve_identity_t identity;
  uint8_t* buffer;
  uint32_t buffer_bytes;
  uint32_t expected; /**< Bytes announced by the last `db load`. */
  uint32_t loaded;   /**< Of them received. */
  bool has_results;
  bool lost;        /**< Characters were lost since the last command. */
  uint32_t skipped; /**< Characters of this command beyond the limit. */
  uint32_t length;
  char command[SLT_SERVE_COMMAND_CHARS];
} slt_serve_t;

/**
 * Prepares the handle; prints nothing.
 *
 * @param buffer  For the loaded bytes; at least `buffer_bytes`, which is also the largest N of `db load N`.
 * @return false: an argument or one of the functions is NULL.
 */
bool slt_serve_init(slt_serve_t* serve, const slt_serve_port_t* port, const slt_serve_identity_t* identity,
                    uint8_t* buffer, uint32_t buffer_bytes);

/** Prints what a board prints after reset, up to the first "m-ready". */
void slt_serve_start(slt_serve_t* serve);

/** The next received character; with the '%' of a command its whole answer is written. */
void slt_serve_receive(slt_serve_t* serve, char c);

/** To be called when characters were lost; the command under way is answered by an error. */
void slt_serve_overrun(slt_serve_t* serve);

#ifdef __cplusplus
}
#endif

#endif  // SLT_SERVE_H_
