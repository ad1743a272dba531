/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The certificate that new connections are served with, and how it is renewed: whoever has a
 * connection keeps it. One pair a process: the library's callback knows of nothing else. */

#include <stdint.h>

#include <gnutls/abstract.h>

#include "core/err.h"

struct log;
struct tls_pair;

/* Read the two files (see tls.h for what is looked at), whose paths and the log are borrowed. */
struct tls_pair *tls_pair_new(const char *cert_path, const char *key_path, struct log *log,
                              struct err *err);
/* When nobody is served any more. NULL is fine. */
struct tls_pair *tls_pair_free(struct tls_pair *p);

/* Look whether the files are others than they were (by device, inode, size, times), and serve new
 * connections with what is in them. What is no good is logged once, and the old pair stays. */
void tls_pair_look(struct tls_pair *p, int64_t now_ms);

/* gnutls_certificate_retrieve_function2, for MHD_OPTION_HTTPS_CERT_CALLBACK. */
gnutls_certificate_retrieve_function2 *tls_pair_callback(void);
