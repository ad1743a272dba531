/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The backend's certificate and its key, read and looked at before anybody is served with them. */

#include <stdint.h>

#include "core/err.h"

/* TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers, nothing else. GnuTLS priority
 * string. */
#define TLS_PRIORITIES                                                                             \
    "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-MAC-ALL:+AEAD:-RSA:%SERVER_PRECEDENCE"

struct tls_files {
    char *cert; /* PEM: the server's certificate first, then those that lead to the root */
    char *key;  /* PEM, without a password; wiped by tls_unload */
    int64_t not_before_utc_s;
    int64_t not_after_utc_s;
};

/* Read both files and look that they belong together. Whether the certificate is good *now* is for
 * the caller to say: the clock may be the one that is wrong. Errors name the file: ERR_IO,
 * ERR_FORBIDDEN (the key can be read or written by everybody, or written by its group), ERR_INVALID
 * (no PEM, another key), ERR_NOMEM. Nothing is kept then. */
enum err_code tls_load(const char *cert_path, const char *key_path, struct tls_files *ret,
                       struct err *err) MUSTCHECK;
void tls_unload(struct tls_files *f);
