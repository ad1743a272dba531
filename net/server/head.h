/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The head of one request as libmicrohttpd reads it, header by header: can it be read in one way
 * only (RFC 9112)? No I/O. Texts are NUL-terminated and lie where the library's buffer has them,
 * which is how folded lines, nameless headers and NULs are found. */

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

/* Why a head is refused; a constant. */
struct fault {
    enum err_code code;
    const char *field; /* the header at fault; "" = none */
    const char *sentence;
};

/* The one fault that may be told by a closer status than its code's. */
extern const struct fault head_too_large;

struct head {
    size_t uri_len;
    const char *last_end; /* of the newest header's value */
    unsigned seen;        /* bits of the headers that may come once */
    unsigned n_headers;
    unsigned n_arguments; /* of the query; the caller's */
    size_t bytes;
    const struct fault *fault; /* NULL = none so far */
};

/* The first line came; uri as it was sent, NULL = none. */
void head_begin(struct head *h, const char *uri);
/* Another header. The fault that it has, also in h->fault; NULL = none. */
const struct fault *head_header(struct head *h, const char *key, size_t key_size, const char *value,
                                size_t value_size);
/* All headers came. path and version: parts of the first line; end: of the whole head in memory.
 * The head's fault, NULL = none. */
const struct fault *head_judge(struct head *h, const char *path, const char *version,
                               const char *end);
