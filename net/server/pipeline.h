/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A request's way: body checked -> (password checked) -> writer thread: who asks, done before?,
 * handler -> commit -> news told -> answer. */

#include <stdbool.h>

#include "core/err.h"

struct request;
struct store;

/* The request is collected. True: answered already; false: http_answer will be called. */
bool pipeline_start(struct request *req);

/* The steps, for a request whose body is taken as it comes (people.h). Is the Idempotency-Key one?
 * ERR_INVALID. */
enum err_code pipeline_check_key(const struct request *req, struct err *err);
/* In the writer thread: who asks, and may they? Fills req->actor. */
enum err_code pipeline_identify(struct request *req, struct store *store,
                                struct err *err) MUSTCHECK;
/* In the writer thread: the handler, once for each Idempotency-Key. */
enum err_code pipeline_handle(struct request *req, struct store *store, struct err *err) MUSTCHECK;
/* Is there room for one more request of this session or address (rate.h)? ERR_THROTTLED, which
 * req->refused says then. Loop thread. */
enum err_code pipeline_pay(struct request *req);
/* The answer is this error; our own faults are logged. */
void pipeline_answer_error(struct request *req, const struct err *err);

/* From logins.c: the password was right (req->agent_id is set) or the request is refused. */
void pipeline_login_done(struct request *req);
