/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A call's columns, for the files of net/store. */

#include "core/call.h"
#include "core/target.h"
#include "net/store/store.h"

struct sql_rows;
struct store_permit;

/* Open the number of a call. */
enum err_code call_number(struct store *st, int64_t call_id, const void *blob, size_t len,
                          char ret[PHONE_SIZE], struct err *err) MUSTCHECK;

/* Six columns from the first: sealed number, salt and hash of the token, … as SQL_CALL_PERMIT has
 * them. Errors: ERR_STATE (over, or no longer the agent's). */
enum err_code permit_columns(struct store *st, struct sql_rows *q, int64_t call_id,
                             struct store_permit *ret, struct err *err) MUSTCHECK;

/* Nine columns from `first`: state, end, muted, peer_holds, rang, dialled_at, rang_at,
 * answered_at, ended_at. */
enum err_code call_columns(struct sql_rows *q, int first, struct call *ret,
                           struct err *err) MUSTCHECK;

/* Two columns from `at`: target, target_name. number: that of the consult, for a target that is
 * one. */
enum err_code target_columns(struct sql_rows *q, int at, const char *number, struct target *ret,
                             struct err *err) MUSTCHECK;
