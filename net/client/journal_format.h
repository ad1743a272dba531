/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One segment of the journal (net/client/journal.h) as bytes: writing frames and reading a file.
 * Blocking; called from the journal's thread, or before there is one. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sodium.h>

#include "core/buf.h"
#include "core/err.h"
#include "net/client/journal.h"

#define JOURNAL_MARK_BYTES 16
#define JOURNAL_MAGIC "PUPITREJ\x01"
#define JOURNAL_HEAD_BYTES                                                                         \
    (sizeof JOURNAL_MAGIC - 1 + JOURNAL_MARK_BYTES +                                               \
     crypto_secretstream_xchacha20poly1305_HEADERBYTES)

/* Append a new segment's head to out and set its state. */
void journal_format_begin(crypto_secretstream_xchacha20poly1305_state *state,
                          const unsigned char key[JOURNAL_KEY_BYTES], struct buf *out);

/* Append a frame: kind 'w' with text, 'd' without. */
void journal_format_add(crypto_secretstream_xchacha20poly1305_state *state, char kind, uint64_t id,
                        const char *text, size_t len, struct buf *out);

typedef void journal_entry_fn(const char *text, size_t len, void *arg);

enum journal_verdict {
    JOURNAL_WHOLE,
    JOURNAL_DAMAGED, /* ends, or breaks, somewhere: what stands before was given */
    JOURNAL_FOREIGN, /* of another key, or no journal at all */
    JOURNAL_NOMEM,
};

/* Read a segment's bytes; each write that is not done goes to `entry`, in order. */
enum journal_verdict journal_format_read(const unsigned char *bytes, size_t len,
                                         const unsigned char key[JOURNAL_KEY_BYTES],
                                         journal_entry_fn *entry, void *arg);
