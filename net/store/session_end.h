/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* For the files of net/store: ending sessions that nobody asked to end. */

#include "core/hold.h"
#include "net/store/store.h"

/* End every session, and treat what each agent holds as at a new login of that agent: nobody is put
 * back who may have been spoken to. */
enum err_code session_end_all(struct store *st, int64_t now_utc_s, int64_t *ret_sessions,
                              struct err *err) MUSTCHECK;

/* End an agent's session, if there is one (*ret_session, which may be NULL: its id, else 0), for a
 * reason of the schema; the hold gets the event, where its state knows it. */
enum err_code session_end_of(struct store *st, int64_t agent_id, const char *reason,
                             enum hold_event event, int64_t now_utc_s, int64_t *ret_session,
                             struct err *err) MUSTCHECK;
