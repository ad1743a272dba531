/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What keys.c and keys_file.c share. */

#include "net/store/keys.h"

/* Look what the file has now. Errors: as of keys_load; ERR_NOT_FOUND when the key that writes is
 * not in it any more. What was known stays on an error. */
enum err_code keys_read_again(const struct keys *k, struct err *err) MUSTCHECK;
/* Where the file is. Borrowed. */
const char *keys_file(const struct keys *k);
