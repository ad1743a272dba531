/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One growing buffer for building bytes and text.
 *
 * Invariants: once something was added, data[len] == '\0'; an empty buffer may have data == NULL.
 * A failed allocation sets `failed` and later additions do nothing, so that a builder checks once
 * at its end. Nothing that it held stays in memory that it lets go of. Initialise with `struct buf
 * b = {0};`, let go with buf_free. */

#include <stdbool.h>
#include <stddef.h>

#include "core/cleanup.h"

struct buf {
    char *data;
    size_t len; /* bytes, without the closing NUL */
    size_t cap;
    bool failed;  /* an allocation failed, or the limit was passed: the content is incomplete */
    size_t limit; /* most bytes that it may hold; 0 = no limit */
};

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_str(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Drop the first n bytes (n <= len); the rest moves to the front. */
void buf_drop(struct buf *b, size_t n);

/* Empty it and keep the memory. Clears `failed`. */
void buf_clear(struct buf *b);

/* The text, "" when empty. Borrowed: valid until the next change. */
const char *buf_text(const struct buf *b);

/* Hand the bytes over to the caller (free(3)); the buffer is empty then. NULL if it failed. */
char *buf_take(struct buf *b);

/* Wipe and free the memory; the buffer can be used again. */
void buf_free(struct buf *b);

#define CLEANUP_BUF CLEANUP(buf_free)
