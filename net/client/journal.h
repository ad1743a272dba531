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
 * All that touches the disk happens in a thread; the loop never waits for it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define JOURNAL_KEY_BYTES 32
#define JOURNAL_FRAME_MAX (1024 * 1024)

struct journal;

/* What earlier processes left, oldest first: each write that is not done. */
struct journal_opened {
    enum err_code code; /* ERR_IO, ERR_FORBIDDEN (the folder is not ours), ERR_NOMEM: what stands
                           below is what was read till then */
    struct err err;
    struct journal_entry {
        char *text; /* NUL-terminated */
        size_t len;
    } * entries;
    size_t n_entries;
    char **paths; /* of the files that were read; they stay until journal_forget_leftovers */
    size_t n_files;
    size_t n_foreign; /* files of another key: kept, not touched */
    size_t n_damaged; /* ended with a torn frame */
};

/* Called from the loop. */
struct journal_handlers {
    /* Once, and before any `written`. Borrowed. */
    void (*opened)(const struct journal_opened *opened, void *arg);
    /* The write is on the disk, or could not be brought there. */
    void (*written)(uint64_t id, bool ok, void *arg);
    void *arg;
};

/* Begin with this key, copied into locked memory: the folder is made, if it is not there, and read
 * by the thread, which comes to `opened`. before: a journal that was closed and has to finish
 * first; taken, also on an error; NULL = none. No file is made before the first write. Errors:
 * ERR_IO (the name is too long), ERR_NOMEM. */
enum err_code journal_new(struct journal **ret, const char *dir,
                          const unsigned char key[JOURNAL_KEY_BYTES],
                          const struct journal_handlers *handlers, struct journal *before_take,
                          struct err *err) MUSTCHECK;

/* Let go of it without waiting: it finishes what it was given, and no handler is called any more.
 * What is returned goes to the next journal_new, or to journal_free. Accepts NULL. */
struct journal *journal_close(struct journal *j);
/* Wait until it has finished, and free it. Accepts NULL, returns NULL. */
struct journal *journal_free(struct journal *j);

/* Keep a write under an id of this process. text is copied. The answer comes to `written`. */
void journal_write(struct journal *j, uint64_t id, const char *text, size_t len);
/* The write is done. */
void journal_done(struct journal *j, uint64_t id);

/* The leftovers are written anew: once everything given so far is on the disk, their files go away.
 * Nothing before `opened`. */
void journal_forget_leftovers(struct journal *j);
