/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the backend says, read from JSON (schemas of openapi.yaml) into core's structs.
 *
 * The reader trusts nothing: a missing member, a wrong type or an unknown word is ERR_INVALID with
 * the member's name in err->field, and the output is then not to be used. Members that it does not
 * know are passed over, so that a newer backend can say more. Texts that reach the screen lose
 * control characters and are cut to fit; ids and tokens that do not fit are errors. */

#include <stdint.h>

#include <cjson/cJSON.h>

#include "core/err.h"
#include "core/workstation_ports.h"

#define WIRE_SECRET_SIZE 129
#define WIRE_KEY_BYTES 32
#define WIRE_CA_SIZE (16 * 1024 + 1)

/* The secrets and settings of a session. Keep it in memory that is never swapped or dumped, and
 * wipe it. Text members are NUL-terminated. */
struct wire_session {
    char agent_id[WS_ID_MAX];
    char token[WIRE_SECRET_SIZE];
    char journal_key[64]; /* base64 of 32 bytes */
    unsigned char journal_key_bytes[WIRE_KEY_BYTES];
    char aor[257];
    char sip_secret[WIRE_SECRET_SIZE];
    char outbound[257];
    bool register_phone;
    char transport[8]; /* "" = an older backend: as outbound says */
    char media[16];    /* "" = an older backend: plain */
    char sip_ca[WIRE_CA_SIZE];
    int64_t sip_secret_renew_s; /* 0 = never */
    int64_t screen_grace_s;
};

enum err_code wire_work(const cJSON *j, struct ws_work *ret, struct err *err) MUSTCHECK;
/* The Session schema; its work goes to *ret_work. */
enum err_code wire_session(const cJSON *j, struct wire_session *ret, struct ws_work *ret_work,
                           struct err *err) MUSTCHECK;
/* Only the session's phone object, as it also stands in what the desk keeps: there without what the
 * desk itself has (sip_secret, ca), which stays as it is in *ret. */
enum err_code wire_phone(const cJSON *j, struct wire_session *ret, struct err *err) MUSTCHECK;
/* The journal key's 32 bytes from its base64. */
enum err_code wire_journal_key(struct wire_session *s, struct err *err) MUSTCHECK;
enum err_code wire_permit(const cJSON *j, struct ws_permit *ret, struct err *err) MUSTCHECK;
/* ConsultPermit and TransferPermit: the latter has neither token nor ring limit. */
enum err_code wire_consult(const cJSON *j, struct ws_permit *ret, struct err *err) MUSTCHECK;
enum err_code wire_transfer(const cJSON *j, struct ws_permit *ret, struct err *err) MUSTCHECK;
/* More rows than there is room for are passed over. */
enum err_code wire_directory(const cJSON *j, struct ws_directory *ret, struct err *err) MUSTCHECK;
/* niss_masked: at least 16 bytes. */
enum err_code wire_record(const cJSON *j, struct record *ret, char niss_masked[16],
                          struct err *err) MUSTCHECK;
/* Up to cap rows; *ret_n is how many were read. More rows than cap are passed over. */
enum err_code wire_queues(const cJSON *j, struct ws_queue *rows, size_t cap, size_t *ret_n,
                          struct err *err) MUSTCHECK;
enum err_code wire_interactions(const cJSON *j, struct ws_interaction *rows, size_t cap,
                                size_t *ret_n, struct err *err) MUSTCHECK;
enum err_code wire_callbacks(const cJSON *j, struct ws_callback *rows, size_t cap, size_t *ret_n,
                             struct err *err) MUSTCHECK;
/* *ret_more: there are others than those that the backend told. */
enum err_code wire_contacts(const cJSON *j, struct ws_contact *rows, size_t cap, size_t *ret_n,
                            bool *ret_more, struct err *err) MUSTCHECK;
/* One event of a call: of the desk, or of the journal. */
enum err_code wire_call_event(const cJSON *j, struct ws_call_event *ret, struct err *err) MUSTCHECK;
/* An RFC 3339 member; null or missing is 0 when it may be. */
enum err_code wire_time(const cJSON *obj, const char *key, bool may_lack, int64_t *ret,
                        struct err *err) MUSTCHECK;
