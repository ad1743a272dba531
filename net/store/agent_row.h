/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An agent's row, for the files of net/store. */

#include "net/store/store_agent.h"

struct sql_rows;

struct agent_row {
    struct store_agent agent;
    enum agent_state state;
    int64_t status_since_utc_s;
    int64_t on_queue_since_utc_s; /* 0 = off queue */
    int64_t offer_id;             /* holds it now; 0 = nobody */
};

/* For who may change it: nobody else does until the end of the transaction. */
enum err_code agent_read(struct store *st, int64_t agent_id, struct agent_row *ret,
                         struct err *err) MUSTCHECK;
/* For who only looks. */
enum err_code agent_look(struct store *st, int64_t agent_id, struct agent_row *ret,
                         struct err *err) MUSTCHECK;

/* The first thirteen columns of AGENT_READ and AGENT_LIST. */
enum err_code agent_columns(struct sql_rows *q, struct store_agent *ret, struct err *err) MUSTCHECK;

/* Lists as they are stored: "fr,nl". */
void agent_read_languages(const char *text, struct store_agent *ret);
void agent_read_names(struct sql_rows *q, int column, struct queue_names *ret);
