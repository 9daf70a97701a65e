// SPDX-License-Identifier: Apache-2.0
#include "slt_serve.h"

#include <stddef.h>

#define TERMINATOR '%'
#define FIRMWARE "ULPMark for tinyML Firmware V0.0.1"
#define LINE_END "\r\n"

enum { kPrintBytes = 16, kPrintLineBytes = 8, kDefaultInferences = 1, kDefaultWarmups = 10 };

/* A part of the command; not terminated by 0. */
typedef struct {
  const char* text;
  uint32_t bytes;
} word_t;

/* What is left of the command. */
typedef word_t words_t;

static word_t next_word(words_t* words) {
  while (words->bytes != 0U && *words->text == ' ') {
    ++words->text;
    --words->bytes;
  }
  word_t word = {words->text, 0U};
  while (words->bytes != 0U && *words->text != ' ') {
    ++words->text;
    --words->bytes;
    ++word.bytes;
  }
  return word;
}

static bool is(word_t word, const char* text) {
  for (uint32_t i = 0; i < word.bytes; ++i) {
    if (text[i] == '\0' || text[i] != word.text[i]) return false;
  }
  return text[word.bytes] == '\0';
}

static slt_text_t output(const slt_serve_t* serve) {
  const slt_text_t out = {serve->port.ctx, serve->port.write};
  return out;
}

static void say(const slt_serve_t* serve, const char* text) {
  const slt_text_t out = output(serve);
  slt_text_string(&out, text);
}

static void say_number(const slt_serve_t* serve, const char* before, uint64_t value, const char* after) {
  const slt_text_t out = output(serve);
  slt_text_string(&out, before);
  slt_text_unsigned(&out, value);
  slt_text_string(&out, after);
}

static void say_word(const slt_serve_t* serve, const char* before, word_t word, const char* after) {
  const slt_text_t out = output(serve);
  slt_text_string(&out, before);
  slt_text_printable(&out, word.text, word.bytes);
  slt_text_string(&out, after);
}

static void say_error(const slt_serve_t* serve, const char* sentence) {
  say(serve, "e-[");
  say(serve, sentence);
  say(serve, "]" LINE_END);
}

static void say_lap(const slt_serve_t* serve, uint64_t us) { say_number(serve, "m-lap-us-", us, LINE_END); }

static void name_command(slt_serve_t* serve) {
  say(serve, "m-name-dut-[");
  say(serve, serve->identity.vendor);
  say(serve, "]" LINE_END);
}

static void profile_command(slt_serve_t* serve) {
  say(serve, "m-profile-[" FIRMWARE "]" LINE_END "m-model-[");
  say(serve, serve->identity.model);
  say(serve, "]" LINE_END);
}

static void help_command(slt_serve_t* serve) {
  say(serve, FIRMWARE LINE_END LINE_END
      "help         : Print this information" LINE_END "name         : Print the name of the device" LINE_END
      "profile      : Print the firmware version and the model" LINE_END
      "timestamp    : Print the microseconds since start-up" LINE_END
      "db SUBCMD    : Manipulate a generic byte buffer" LINE_END "  load N     : Expect N bytes" LINE_END
      "  HH[HH]*    : Load 8-bit hex byte(s) until N bytes" LINE_END "  print [N=16] [offset=0]" LINE_END
      "             : Print N bytes at offset as hex" LINE_END "infer [N=1] [W=10]" LINE_END
      "             : Load input, execute N inferences after W warmup loops" LINE_END
      "results      : Print the results of the last inference" LINE_END);
}

static void db_load_command(slt_serve_t* serve, words_t* words) {
  const word_t count = next_word(words);
  uint32_t bytes = 0;
  if (count.bytes == 0U) {
    say_error(serve, "Command 'db load' requires the # of bytes");
  } else if (!slt_text_parse_unsigned(count.text, count.bytes, &bytes)) {
    say_word(serve, "e-[Command 'db load' takes a number of bytes, not '", count, "']" LINE_END);
  } else if (bytes == 0U) {
    say_error(serve, "Command 'db load' must be >0 bytes");
  } else if (bytes > serve->buffer_bytes) {
    say_number(serve, "e-[Supplied buffer size ", bytes, " exceeds maximum of ");
    say_number(serve, "", serve->buffer_bytes, "]" LINE_END);
  } else {
    serve->expected = bytes;
    serve->loaded = 0;
    say_number(serve, "m-[Expecting ", bytes, " bytes]" LINE_END);
  }
}

/* Two words of an optional number each. */
static bool optional_number(word_t word, uint32_t* value) {
  return word.bytes == 0U || slt_text_parse_unsigned(word.text, word.bytes, value);
}

static void print_bytes(const slt_serve_t* serve, uint32_t from, uint32_t to) {
  const slt_text_t out = output(serve);
  for (uint32_t i = from; i < to; ++i) {
    slt_text_string(&out, (i - from) % kPrintLineBytes == 0U ? "m-buffer-" : "-");
    slt_text_hex_byte(&out, serve->buffer[i]);
    if ((i - from) % kPrintLineBytes == kPrintLineBytes - 1U || i + 1U == to) slt_text_string(&out, LINE_END);
  }
}

static void db_print_command(slt_serve_t* serve, words_t* words) {
  uint32_t count = kPrintBytes;
  uint32_t offset = 0;
  const word_t count_word = next_word(words);
  const word_t offset_word = next_word(words);
  if (!optional_number(count_word, &count) || !optional_number(offset_word, &offset)) {
    say_error(serve, "Command 'db print' takes a number of bytes and an offset");
  } else if (serve->loaded == 0U) {
    say_error(serve, "Nothing has been loaded");
  } else if (offset >= serve->loaded) {
    say_number(serve, "e-[Offset ", offset, " is beyond the ");
    say_number(serve, "", serve->loaded, " bytes loaded]" LINE_END);
  } else {
    const uint32_t there = serve->loaded - offset;
    print_bytes(serve, offset, offset + (count < there ? count : there));
  }
}

static void db_bytes_command(slt_serve_t* serve, word_t digits) {
  for (uint32_t i = 0; i < digits.bytes; ++i) {
    if (slt_text_hex_digit(digits.text[i]) >= 0) continue;
    const word_t bad = {digits.text + i, 1U};
    say_word(serve, "e-[Invalid hex digit '", bad, "']" LINE_END);
    return;
  }
  if (digits.bytes % 2U != 0U) {
    say_error(serve, "Insufficent number of hex digits");
    return;
  }
  if (serve->loaded == serve->expected) {
    say_error(serve, "No bytes are expected: use 'db load N' first");
    return;
  }
  for (uint32_t i = 0; i < digits.bytes && serve->loaded < serve->expected; i += 2U) {
    const int high = slt_text_hex_digit(digits.text[i]);
    const int low = slt_text_hex_digit(digits.text[i + 1U]);
    serve->buffer[serve->loaded++] = (uint8_t)(high * 16 + low);
  }
  if (serve->loaded == serve->expected) say(serve, "m-load-done" LINE_END);
}

static void db_command(slt_serve_t* serve, words_t* words) {
  const word_t subcommand = next_word(words);
  if (subcommand.bytes == 0U) {
    say_error(serve, "Command 'db' requires a subcommand");
  } else if (is(subcommand, "load")) {
    db_load_command(serve, words);
  } else if (is(subcommand, "print")) {
    db_print_command(serve, words);
  } else {
    db_bytes_command(serve, subcommand);
  }
}

static void results_line(slt_serve_t* serve) {
  const slt_text_t out = output(serve);
  slt_text_string(&out, "m-results-[");
  serve->port.results(serve->port.ctx, &out);
  slt_text_string(&out, "]" LINE_END);
}

static const char* infer_times(slt_serve_t* serve, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const char* failed = serve->port.infer(serve->port.ctx);
    if (failed != NULL) return failed;
  }
  return NULL;
}

static void run_inferences(slt_serve_t* serve, uint32_t count, uint32_t warmups) {
  serve->has_results = false;
  serve->port.load(serve->port.ctx, serve->buffer);
  say_number(serve, "m-warmup-start-", warmups, LINE_END);
  const char* failed = infer_times(serve, warmups);
  if (failed == NULL) {
    say(serve, "m-warmup-done" LINE_END);
    say_number(serve, "m-infer-start-", count, LINE_END);
    serve->port.flush(serve->port.ctx);
    const uint64_t start = serve->port.now_us(serve->port.ctx);
    failed = infer_times(serve, count);
    const uint64_t end = serve->port.now_us(serve->port.ctx);
    if (failed == NULL) {
      say_lap(serve, start);
      say_lap(serve, end);
    }
  }
  if (failed != NULL) {
    say_error(serve, failed);
    return;
  }
  say(serve, "m-infer-done" LINE_END);
  serve->has_results = true;
  results_line(serve);
}

static void infer_command(slt_serve_t* serve, words_t* words) {
  uint32_t count = kDefaultInferences;
  uint32_t warmups = kDefaultWarmups;
  const word_t count_word = next_word(words);
  const word_t warmups_word = next_word(words);
  if (!optional_number(count_word, &count) || count == 0U) {
    say_error(serve, "Inference iterations must be >0");
  } else if (!optional_number(warmups_word, &warmups)) {
    say_error(serve, "Inference warmup must be >=0");
  } else if (serve->expected == 0U || serve->loaded != serve->expected) {
    say_number(serve, "e-[No input: ", serve->loaded, " of ");
    say_number(serve, "", serve->expected, " bytes loaded]" LINE_END);
  } else if (serve->loaded != serve->identity.input_bytes) {
    say_number(serve, "e-[Input db has ", serve->loaded, " bytes, expected ");
    say_number(serve, "", serve->identity.input_bytes, "]" LINE_END);
  } else {
    run_inferences(serve, count, warmups);
  }
}

static void results_command(slt_serve_t* serve) {
  if (serve->has_results) {
    results_line(serve);
  } else {
    say_error(serve, "No inference has been run");
  }
}

static void execute(slt_serve_t* serve, words_t words) {
  const word_t command = next_word(&words);
  if (command.bytes == 0U) {
    say_error(serve, "Empty command");
  } else if (is(command, "name")) {
    name_command(serve);
  } else if (is(command, "timestamp")) {
    say_lap(serve, serve->port.now_us(serve->port.ctx));
  } else if (is(command, "profile")) {
    profile_command(serve);
  } else if (is(command, "help")) {
    help_command(serve);
  } else if (is(command, "db")) {
    db_command(serve, &words);
  } else if (is(command, "infer")) {
    infer_command(serve, &words);
  } else if (is(command, "results")) {
    results_command(serve);
  } else {
    say_word(serve, "e-[Unknown command: ", command, "]" LINE_END);
  }
}

static void finish_command(slt_serve_t* serve) {
  const words_t words = {serve->command, serve->length};
  const uint32_t characters = serve->length + serve->skipped;
  const bool lost = serve->lost;
  serve->length = 0;
  serve->skipped = 0;
  serve->lost = false;
  if (lost) {
    say_error(serve, "Characters were lost: the command is ignored");
  } else if (characters > SLT_SERVE_COMMAND_CHARS) {
    say_number(serve, "e-[Command of ", characters, " characters exceeds the maximum of ");
    say_number(serve, "", SLT_SERVE_COMMAND_CHARS, "]" LINE_END);
  } else {
    execute(serve, words);
  }
  say(serve, "m-ready" LINE_END);
}

bool slt_serve_init(slt_serve_t* serve, const slt_serve_port_t* port, const slt_serve_identity_t* identity,
                    uint8_t* buffer, uint32_t buffer_bytes) {
  if (serve == NULL || port == NULL || identity == NULL || buffer == NULL || identity->vendor == NULL ||
      identity->model == NULL || port->write == NULL || port->flush == NULL || port->now_us == NULL ||
      port->load == NULL || port->infer == NULL || port->results == NULL) {
    return false;
  }
  serve->port = *port;
  serve->identity = *identity;
  serve->buffer = buffer;
  serve->buffer_bytes = buffer_bytes;
  serve->expected = 0;
  serve->loaded = 0;
  serve->has_results = false;
  serve->lost = false;
  serve->skipped = 0;
  serve->length = 0;
  return true;
}

void slt_serve_start(slt_serve_t* serve) {
  say(serve, "m-timestamp-mode-performance" LINE_END "m-init-done" LINE_END "m-ready" LINE_END);
}

void slt_serve_receive(slt_serve_t* serve, char c) {
  if (c == TERMINATOR) {
    finish_command(serve);
  } else if (serve->length == 0U && (uint8_t)c <= ' ') {
    return;  // a line end after the last command
  } else if (serve->length < SLT_SERVE_COMMAND_CHARS) {
    serve->command[serve->length++] = c;
  } else if (serve->skipped < UINT32_MAX - SLT_SERVE_COMMAND_CHARS) {
    ++serve->skipped;
  }
}

void slt_serve_overrun(slt_serve_t* serve) { serve->lost = true; }
