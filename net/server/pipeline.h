/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A request's way: body checked -> (password checked) -> writer thread: who asks, done before?,
 * handler -> commit -> news told -> answer. */

#include <stdbool.h>

struct request;

/* The request is collected. True: answered already; false: http_answer will be called. */
bool pipeline_start(struct request *req);

/* From logins.c: the password was right (req->agent_id is set) or the request is refused. */
void pipeline_login_done(struct request *req);
