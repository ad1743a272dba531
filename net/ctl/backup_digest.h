/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The last 64 bytes of a backup: what its other bytes were when it was made.
 *
 *     "PupitreBackup 1\n", 32 bytes BLAKE2b of everything before, "\nPupitreBackup 1"
 *
 * SQLite and pg_restore go by what their formats say of themselves, and do not mind them. Two
 * marks, so that one that was damaged is not taken for none. It says nothing of who made the file:
 * the audit log in it does. */

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

/* Digest the file from its beginning to its end and append the result. fd: open for reading and
 * writing; not synced. path: for messages. Errors: ERR_IO. */
enum err_code backup_digest_add(int fd, const char *path, struct err *err) MUSTCHECK;

/* Are the bytes those that were written? *ret_len: how many are the backup's own. *ret_is: false =
 * the file has no digest, as those of earlier versions; nothing is known then. Errors: ERR_INVALID
 * (damaged), ERR_IO. */
enum err_code backup_digest_check(int fd, const char *path, int64_t *ret_len, bool *ret_is,
                                  struct err *err) MUSTCHECK;
