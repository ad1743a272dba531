/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The only place where the state of answers changes: what core/response_status.h decides is
 * written, and the federal side is told, or not told any more. */

#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/store_call.h"

/* Keep what the agent gave as version base_version + 1. made_fence: under which it was given. */
enum err_code response_write(struct store *st, const struct hold_row *row,
                             const struct store_response_put *put, int64_t made_fence,
                             int64_t now_utc_s, struct err *err) MUSTCHECK;

/* A wrap-up code was chosen by this agent, the first or another one: its verdict on the answers, if
 * there are any. Whom and what they name follows (named_worth.h). */
enum err_code response_wrap(struct store *st, const struct hold_row *row, int64_t by_agent_id,
                            const struct wrapup_code *rule, int64_t now_utc_s,
                            struct err *err) MUSTCHECK;

/* The call of an offer begins: the draft of an earlier one goes on in it where it may
 * (response_goes_on), as its first version, and stays where it was, too. Another agent's is a look
 * at answers, and audited. *ret_has: the offer has answers now. */
enum err_code response_go_on(struct store *st, const struct hold_row *row, int64_t now_utc_s,
                             bool *ret_has, struct err *err) MUSTCHECK;

/* A column that holds a status. */
enum err_code response_status_column(struct sql_rows *q, int column, enum response_status *ret,
                                     struct err *err) MUSTCHECK;
