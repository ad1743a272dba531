/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Versions of what two people could edit, as entity tags (RFC 9110 8.8.3): "17" in quotes. */

#include <stdint.h>

#define ETAG_SIZE 24

/* The version in an If-Match; 0 when there is none, or it is not one of ours. NULL is fine. */
int64_t etag_parse(const char *header);
void etag_print(int64_t version, char ret[ETAG_SIZE]);
