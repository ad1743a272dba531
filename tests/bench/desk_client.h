/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A screen that makes calls and nothing else, on the desk's socket (net/desk/protocol.h). What does
 * not come, or is refused, ends the program. */

#include <stdint.h>

struct desk_client;

/* dir: the desk's folder. Waits until somebody listens there, says hello and signs in, with the
 * telephone at this SIP port; returns when the desk's own telephone is ready. Never NULL. */
struct desk_client *desk_client_new(const char *dir, int sip_port);

/* A call that is answered or refused: until the event of that kind. */
void desk_client_dial(struct desk_client *c, const char *until_kind);
/* The call of the last dial: until it has ended. */
void desk_client_end(struct desk_client *c);

/* Bytes that were sent and received. */
uint64_t desk_client_bytes(const struct desk_client *c);

/* NULL allowed; returns NULL. */
struct desk_client *desk_client_free(struct desk_client *c);
