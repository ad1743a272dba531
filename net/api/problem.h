/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An error as it crosses the wire: RFC 9457 application/problem+json, schema Problem of
 * openapi.yaml. */

#include <cjson/cJSON.h>

#include "core/err.h"

#define PROBLEM_MEDIA_TYPE "application/problem+json"

/* The problem of an error, owned by the caller; NULL when out of memory. The sentence goes out as
 * `detail`, err->field as `field`; err->detail is for the log and stays here. */
cJSON *problem_json(const struct err *err);

/* Read a problem body into *ret: code by its type (ERR_INTERNAL when it is none of ours), sentence
 * and field. j: the parsed body, may be NULL. */
void problem_read(const cJSON *j, int http_status, struct err *ret);
