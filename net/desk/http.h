/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One HTTP request at a time with libcurl's multi interface on libre's loop. */

#include "core/err.h"

struct buf;
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

/* Get an answer: desk_http_body has it while done runs, and wipes it then. Errors: as above. */
enum err_code desk_http_get(struct desk_http *h, const char *url, const char *ca, const char *token,
                            struct err *err) MUSTCHECK;
const struct buf *desk_http_body(const struct desk_http *h);

/* Give up what is under way, if anything is; done is not called. */
void desk_http_cancel(struct desk_http *h);

/* Accepts NULL, returns NULL. A request under way is given up. */
struct desk_http *desk_http_free(struct desk_http *h);
