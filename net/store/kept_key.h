/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Of keys that left the key file, the subkeys that are still needed to verify and to find: of the
 * audit log, of telephone numbers (a wish not to be called outlives the number that it is about),
 * of destroyed tickets; and the public half of the signing key. They are stored sealed. With none
 * of them can anything be opened. */

#include "net/store/internal.h"

/* Keep them of a key that is still in the key file. */
enum err_code kept_key_keep(struct store *st, uint32_t id, int64_t now_utc_s,
                            struct err *err) MUSTCHECK;

/* The subkey of this use, from the key file or from what was kept (KEY_SIGN: only the latter, and
 * it is the public key). Errors: ERR_NOT_FOUND; ERR_STORE when it does not open. */
enum err_code kept_key_get(struct store *st, uint32_t id, enum key_use use, uint8_t ret[KEYS_BYTES],
                           struct err *err) MUSTCHECK;
