/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What every hold begins with, for the files of net/store. */

#include "net/store/hold_change.h"

/* Lease all numbers of the person; *ret_got is false, and nothing leased, when another has one. */
enum err_code lease_numbers(struct store *st, int64_t person_id, int64_t now_utc_s, bool *ret_got,
                            struct err *err) MUSTCHECK;

/* A person who waits by language is in that queue, if the service names one: row->queue. */
enum err_code hold_name_queue(struct store *st, struct hold_row *row, struct err *err) MUSTCHECK;
