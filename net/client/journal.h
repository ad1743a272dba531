/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The journal: what the backend has not taken yet, encrypted on this machine.
 *
 * A folder (0700) with one file ("segment") per process start, journal-*.pj (0600):
 *
 *     "PUPITREJ" 0x01            9 bytes
 *     key mark                  16   BLAKE2b of a constant, keyed: tells whose the file is
 *     secretstream header       24   libsodium, XChaCha20-Poly1305
 *     frames: length            4    little endian, of the ciphertext
 *             ciphertext        17 … one byte of kind, then the text
 *
 * A frame of kind 'w' is a write (8 bytes little endian id, then JSON), 'd' says that a write is
 * done (8 bytes id). A frame counts when it is whole; a torn last one is what a crash leaves, and
 * is passed over. When every write of a segment is done its file goes away.
 *
 * Writing and syncing happen in a thread; the loop never waits for the disk. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define JOURNAL_KEY_BYTES 32
#define JOURNAL_FRAME_MAX (1024 * 1024)

struct journal;

struct journal_handlers {
    /* Called from the loop: the write is on the disk, or could not be brought there. */
    void (*written)(uint64_t id, bool ok, void *arg);
    void *arg;
};

/* Open the folder (made if it is not there) with the key; copied into locked memory. No file is
 * made before the first write. Errors: ERR_IO, ERR_FORBIDDEN (the folder is not ours), ERR_NOMEM.
 */
enum err_code journal_new(struct journal **ret, const char *dir,
                          const unsigned char key[JOURNAL_KEY_BYTES],
                          const struct journal_handlers *handlers, struct err *err) MUSTCHECK;

/* Finish what was given to it and close. Accepts NULL, returns NULL. */
struct journal *journal_free(struct journal *j);

/* Keep a write under an id of this process. text is copied. The answer comes to `written`. */
void journal_write(struct journal *j, uint64_t id, const char *text, size_t len);
/* The write is done. */
void journal_done(struct journal *j, uint64_t id);

/* --- what earlier processes left --- */

typedef void journal_entry_fn(const char *text, size_t len, void *arg);

struct journal_leftovers {
    size_t n_files;   /* read; they stay until journal_forget_leftovers */
    size_t n_foreign; /* of another key: kept, not touched */
    size_t n_damaged; /* ended with a torn frame */
};

/* Read the segments of processes that are gone, oldest first: each write that is not done goes to
 * `entry`. Errors: ERR_IO, ERR_NOMEM; what was read till then was given. */
enum err_code journal_read_leftovers(struct journal *j, journal_entry_fn *entry, void *arg,
                                     struct journal_leftovers *ret, struct err *err) MUSTCHECK;

/* The leftovers are written anew: once everything given so far is on the disk, their files go
 * away. */
void journal_forget_leftovers(struct journal *j);
