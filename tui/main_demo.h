/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Private to tui/main_demo*.c: a script from its file into a demonstration. */

#include "core/buf.h"
#include "core/demo.h"
#include "core/err.h"
#include "net/api/findings.h"

/* Read the file and parse it. ERR_OK: *script is there, with whatever is wrong with it in
 * *problems. ERR_INVALID, ERR_TOO_LARGE: it cannot be shown, *problems says why, and *script is
 * empty. ERR_NOT_FOUND, ERR_IO: there is no such file, it is none, or it cannot be read; *problems
 * says it too, and so does *err. */
enum err_code demo_file_read(const char *path, struct script *script,
                             struct demo_problems *problems, struct err *err) MUSTCHECK;

/* Append findings with the place in the text that they are about. file: borrowed, NULL = the
 * script. False: out of memory. */
bool demo_problems_find(const struct buf *text, const struct findings *findings, const char *file,
                        struct demo_problems *ret) MUSTCHECK;

/* main_demo_play.c: what a simulated person says to the script, a QuestionnaireResponse whose
 * status does not count. *ret has what of it can be used, with all that is wrong in *problems.
 * Errors: ERR_INVALID, ERR_TOO_LARGE, ERR_NOT_FOUND, ERR_IO: nothing can, *problems says why and
 * *ret is NULL; ERR_NOMEM. */
enum err_code demo_play_read(const char *path, const struct script *script,
                             const struct regex_ops *regex, struct script_answers **ret,
                             struct demo_problems *problems, struct err *err) MUSTCHECK;

/* Any file, without waiting; max: bytes. Errors: ERR_NOT_FOUND, ERR_IO, ERR_TOO_LARGE, ERR_NOMEM,
 * with a translated sentence. */
enum err_code demo_bytes_read(const char *path, size_t max, struct buf *out,
                              struct err *err) MUSTCHECK;

/* main_demo_keep.c: what a demonstration leaves behind. */

/* Write a file as a whole, for its owner alone (0600): it is there with all of it, or as it was.
 * Where the name is a link, what it points to is written. Errors: ERR_IO (also when something else
 * than an ordinary file has that name), with a translated sentence. */
enum err_code demo_bytes_write(const char *path, const struct buf *text, struct err *err) MUSTCHECK;

/* Walks that were written down, one behind the other in one file. */
struct demo_transcripts {
    const char *path; /* .txt or .md; NULL = nobody wants them; borrowed */
    struct buf ended; /* the walks before the one that goes on */
    unsigned n;
};

/* Write them with the walk that goes on; ends: it is one of those before from now on. Errors:
 * ERR_STATE (nobody named a file), and those of demo_bytes_write. */
enum err_code demo_transcripts_write(struct demo_transcripts *t, struct demo *d, bool ends,
                                     struct err *err) MUSTCHECK;

/* Can it be written there at all, when the time has come? Errors: ERR_IO. */
enum err_code demo_place_check(const char *path, struct err *err) MUSTCHECK;

/* The walks of earlier runs; without the file there are none. Errors: ERR_INVALID, and those of
 * demo_bytes_read. */
enum err_code demo_coverage_read(struct demo *d, const char *path, struct err *err) MUSTCHECK;

/* Add the walks that have ended to the file, to what stands there now. Errors: as above, and of
 * demo_bytes_write; the file is as it was then. */
enum err_code demo_coverage_keep(struct demo *d, const char *path, struct err *err) MUSTCHECK;
