/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Services, scripts, repeated requests and the audit log. */

#include "net/store/store.h"

/* Store a definition that was checked; *ret_new is false when this version is there already with
 * the same text. ERR_CONFLICT: this version is there with another text, or a newer one is. */
enum err_code store_service_put(struct store *st, const struct service *service, const char *json,
                                size_t json_len, int64_t now_utc_s, bool *ret_new,
                                struct err *err) MUSTCHECK;
/* People of a service who wait, rest, are held or unresolved in a queue, or a region, that a
 * version of it does not have. */
#define STORE_STRANDED_MAX 128
struct store_stranded {
    char service_id[SERVICE_ID_SIZE];
    char queue[SERVICE_ID_SIZE]; /* by language: the queue of their language; else the region */
    int64_t n;
};
/* Whom this version would leave, that the newest one does not: at most cap queues. */
enum err_code store_stranded_by(struct store *st, const struct service *next,
                                struct store_stranded *rows, size_t cap, size_t *ret_n,
                                struct err *err) MUSTCHECK;
/* Whom the newest versions of all services leave. Reads everybody, as the former does when
 * something is taken away. */
enum err_code store_stranded(struct store *st, struct store_stranded *rows, size_t cap,
                             size_t *ret_n, struct err *err) MUSTCHECK;
/* The text as loaded (GET /service), owned by the caller. ERR_NOT_FOUND. */
enum err_code store_service_json(struct store *st, const char *service_id, char **ret,
                                 size_t *ret_len, struct err *err) MUSTCHECK;

/* The id of the service when there is only one. ERR_NOT_FOUND (field "service"). */
enum err_code store_service_only(struct store *st, char ret[SERVICE_ID_SIZE],
                                 struct err *err) MUSTCHECK;

/* How many services there are. */
enum err_code store_service_count(struct store *st, int64_t *ret, struct err *err) MUSTCHECK;

/* The same for interview scripts, by id and version. */
enum err_code store_script_put(struct store *st, const char *script_id, const char *version,
                               const char *json, size_t json_len, int64_t now_utc_s, bool *ret_new,
                               struct err *err) MUSTCHECK;
/* One version of a script, NULL = the newest. None is ever removed: an interview goes on with the
 * one that it began with. Errors: ERR_NOT_FOUND. */
enum err_code store_script_json(struct store *st, const char *script_id, const char *version,
                                char **ret, size_t *ret_len, struct err *err) MUSTCHECK;

/* Repeated requests (Idempotency-Key). scope: who asks ("agent:7", "login:<name>", "call:12").
 * fingerprint is of method, path and body; it is keyed before it is stored. reference and body
 * hold no personal data: the answer is built again from them. */
struct store_repeat {
    int http_status;
    char reference[64]; /* e.g. "offer:17", "call:3" */
    char body[512];
};
/* ERR_NOT_FOUND: not seen in the last 24 h. ERR_CONFLICT: seen with another fingerprint. */
enum err_code store_repeat_find(struct store *st, const char *scope, const char *key,
                                const void *fingerprint, size_t fingerprint_len, int64_t now_utc_s,
                                struct store_repeat *ret, struct err *err) MUSTCHECK;
enum err_code store_repeat_put(struct store *st, const char *scope, const char *key,
                               const void *fingerprint, size_t fingerprint_len,
                               const struct store_repeat *repeat, int64_t now_utc_s,
                               struct err *err) MUSTCHECK;
/* Forget those older than 24 h, at most limit a call. */
enum err_code store_repeat_purge(struct store *st, int64_t now_utc_s, size_t limit,
                                 struct err *err) MUSTCHECK;

/* One entry of the audit log; ids of 0 are none. action: a word such as "record_read"; subject: a
 * name of a field or a thing, never a value about a person. */
struct store_audit {
    int64_t at_utc_s;
    int64_t agent_id;
    const char *action;
    const char *subject;
    int64_t person_id;
    int64_t offer_id;
    int64_t call_id;
};
enum err_code store_audit_append(struct store *st, const struct store_audit *entry,
                                 struct err *err) MUSTCHECK;

/* Walk the chain. *ret_entries: how many are right; ERR_STATE with the first broken entry's number
 * in the sentence and in *ret_broken (0 = none). */
enum err_code store_audit_verify(struct store *st, int64_t *ret_entries, int64_t *ret_broken,
                                 struct err *err) MUSTCHECK;
