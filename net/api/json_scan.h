/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The strict scan that every JSON text passes before cJSON sees it. Only json.c uses it. */

#include <stddef.h>

#include "net/api/json.h"

/* Where the numbers of a text stand, in document order. */
struct json_numbers {
    struct json_span {
        size_t at;
        size_t len;
    } * spans;
    size_t n;
    size_t cap;
};

/* Check the text whole and note its numbers in *numbers (the caller frees spans, also after an
 * error). Errors as json_parse. */
enum err_code json_scan(const char *text, size_t len, const struct json_limits *limits,
                        struct json_numbers *numbers, struct err *err) MUSTCHECK;

/* The length of the JSON number (RFC 8259 section 6) at the start of text, 0 when there is none. */
size_t json_number_span(const char *text, size_t len);
