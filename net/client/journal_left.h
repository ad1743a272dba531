/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The folder of the journal, and what earlier processes left in it. Blocking: for the journal's
 * thread. */

#include "net/client/journal.h"

/* Make the folder when it is not there, and look whose it is. Errors: ERR_IO, ERR_FORBIDDEN. */
enum err_code journal_folder_make(const char *dir, struct err *err) MUSTCHECK;

/* Read the segments of processes that are gone, oldest first; ret: zeroed, filled as far as it
 * went. Errors: ERR_IO, ERR_NOMEM, also in ret. */
void journal_left_read(const char *dir, const unsigned char key[JOURNAL_KEY_BYTES],
                       struct journal_opened *ret);
/* Wipes; accepts NULL. */
void journal_left_free(struct journal_opened *o);
