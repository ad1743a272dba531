/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One HTTP POST at a time with libcurl's multi interface on libre's loop. */

#include "core/err.h"

struct desk_http;

/* status: the HTTP status, 0 = none came. */
typedef void desk_http_done_fn(long status, void *arg);

/* NULL when out of memory. */
struct desk_http *desk_http_new(desk_http_done_fn *done, void *arg);

/* Post JSON text (copied) to an address that backend_url_check found good; ca: PEM text of who
 * vouches for it, copied, "" = the system's certificates. Chain and name are looked at. With a
 * bearer token and an Idempotency-Key; done is called later, never from inside. Errors: ERR_STATE
 * (one is under way), ERR_NOMEM. */
enum err_code desk_http_post(struct desk_http *h, const char *url, const char *ca,
                             const char *token, const char *key, const char *json,
                             struct err *err) MUSTCHECK;

/* Accepts NULL, returns NULL. A post under way is given up. */
struct desk_http *desk_http_free(struct desk_http *h);
