/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A write as JSON: whole, as the journal keeps it, and as the request that the backend gets. */

#include "core/buf.h"
#include "core/err.h"
#include "core/workstation_ports.h"

/* Append the journal's form to b (b->failed when out of memory). The id is not part of it. */
void write_json_frame(const struct ws_write *w, struct buf *b);

/* Read the journal's form back; *ret owns its members (ws_write_deinit). Errors: ERR_INVALID,
 * ERR_NOMEM; *ret is empty then. */
enum err_code write_json_read(const char *text, size_t len, struct ws_write *ret,
                              struct err *err) MUSTCHECK;

struct write_request {
    const char *method;
    bool has_key; /* it takes an Idempotency-Key */
    struct buf path;
    struct buf body;
};

/* The request of a write, with this fence; base_version for a response. False: out of memory. Free
 * with write_request_deinit in any case. */
bool write_json_request(const struct ws_write *w, int64_t fence, unsigned base_version,
                        struct write_request *ret);
void write_request_deinit(struct write_request *r); /* wipes */
