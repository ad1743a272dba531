/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The signed-in agent's secrets, kept for a screen that dies: in locked memory between guard
 * pages, wiped when dropped. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/legs.h"
#include "net/desk/protocol.h"

struct desk_session {
    bool signed_in;
    char backend[512];
    char ca[DESK_CA_MAX + 1]; /* PEM text, "" = the system's */
    char agent_id[129];
    char token[257];
    char journal_key[129];
    char aor[257];
    char sip_secret[129];
    char outbound[257];
    bool registers;
    char transport[8]; /* as in the desk protocol */
    char media[16];
    char sip_ca[DESK_SIP_CA_MAX + 1]; /* PEM text, "" = the system's */
    int64_t screen_grace_s;
    bool posts; /* the backend can be reached from here, as far as the screen knows */
    char call_tokens[LEG_COUNT][257]; /* of the present calls */
    size_t keep_len;                  /* 0 = nothing kept */
    char keep[DESK_KEEP_MAX + 1];
};

/* NULL when there is no memory to lock. */
struct desk_session *desk_session_new(void);

/* Forget everything; the memory stays. */
void desk_session_clear(struct desk_session *s);

/* Accepts NULL, returns NULL. */
struct desk_session *desk_session_free(struct desk_session *s);

/* From here on every block of memory that cJSON frees is wiped first: lines of the protocol hold
 * tokens. Call once, before any JSON. */
void desk_session_wipe_json(void);
