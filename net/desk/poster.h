/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Tells the backend about a call while no screen does (and it can be reached: session.h): batches
 * of unacknowledged events, again and again until they are taken (2xx) or refused for good (4xx).
 */

#include "net/desk/desk_call.h"
#include "net/desk/session.h"

struct desk_poster;

/* All borrowed for its life; call_token: of whichever call is the present one, in the session. NULL
 * when out of memory. */
struct desk_poster *desk_poster_new(struct desk_call *call, const struct desk_session *session,
                                    const char *call_token);

/* Is it to speak? Switching on starts at once; switching off lets the post under way finish. */
void desk_poster_switch(struct desk_poster *p, bool on);

/* There may be something new to tell. */
void desk_poster_kick(struct desk_poster *p);

/* Another call began: what was not told about the former is the screen's. */
void desk_poster_forget(struct desk_poster *p);

/* Is everything told, or refused for good? */
bool desk_poster_is_done(const struct desk_poster *p);

/* Accepts NULL, returns NULL. */
struct desk_poster *desk_poster_free(struct desk_poster *p);
