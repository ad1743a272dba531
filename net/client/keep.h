/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the desk keeps for a screen that dies: enough to go on without the backend. JSON texts as
 * the backend gave them, so that the same readers read them. */

#include <cjson/cJSON.h>

#include "core/workstation_ports.h"
#include "net/api/wire_in.h"
#include "net/client/sheet.h"

/* NULL = not there. Each is the text of one JSON value; they are trusted to be valid. */
struct keep_parts {
    const char *work;
    const char *record;
    const char *service;
    const char *script;
    const char *service_sheet; /* its name stands for the text; NULL or "" = it is no sheet */
    const char *script_sheet;
    struct ws_words words;
};

/* The object to give to the desk, at most `limit` bytes when printed: what can be had from the
 * backend again is left out first (script, then service). The caller owns it; NULL when out of
 * memory, or when not even the rest fits. */
cJSON *keep_build(const struct wire_session *session, const struct keep_parts *parts, size_t limit);

enum { KEEP_WORK, KEEP_RECORD, KEEP_SERVICE, KEEP_SCRIPT };
#define KEEP_TEXTS (KEEP_SCRIPT + 1)

/* Everything read back; zeroed means nothing. Free with keep_deinit. */
struct keep_read {
    struct ws_kept kept; /* points into what follows; service and script are for the taker */
    struct ws_work work;
    struct record record;
    char niss_masked[16];
    char *response;
    char *note;
    char *form;
    /* The texts again, so that the next keeping has them. Owned. */
    char *texts[KEEP_TEXTS];
    char sheets[KEEP_TEXTS][SHEET_NAME_SIZE]; /* "" = it is none */
};
/* Read what the desk kept; the session's phone settings go to *session. What cannot be read is
 * left out: the backend says it again. False: out of memory, or not even the phone is there. */
bool keep_read(const cJSON *j, struct wire_session *session, struct keep_read *ret);
void keep_deinit(struct keep_read *k); /* wipes; not service and script */
