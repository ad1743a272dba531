/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Signatures of checkpoints and certificates: Ed25519 (RFC 8032), with a pair that is derived from
 * the master key. The database cannot make one, and whoever has the public key can verify one. */

#include "net/store/internal.h"

#define SIGNATURE_BYTES 64

void sign_text(const struct keys *k, const char *text, size_t len, uint8_t ret[SIGNATURE_BYTES]);

/* Did the key of this id sign it? Also one that left the key file. */
enum err_code sign_verify(struct store *st, uint32_t key_id, const char *text, size_t len,
                          const void *signature, size_t signature_len, bool *ret,
                          struct err *err) MUSTCHECK;

/* The public key of an id, from the key file or from what was kept of it. ERR_NOT_FOUND. */
enum err_code sign_public_key(struct store *st, uint32_t key_id, uint8_t ret[KEYS_BYTES],
                              struct err *err) MUSTCHECK;

/* "signature: <base64>" and the end of the line. */
void sign_print(const uint8_t signature[SIGNATURE_BYTES], struct buf *out);
/* Part a text as printed: *ret_len of it were signed. False: it has no such last line. */
bool sign_part(const char *text, size_t len, size_t *ret_len, uint8_t ret[SIGNATURE_BYTES]);
