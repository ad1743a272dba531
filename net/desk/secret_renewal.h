/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The telephone's secret lives shortly: while somebody is signed in, the desk asks the backend for
 * the next one before the last has died. A backend that is away is asked again; a session that has
 * ended is not. The secret goes nowhere but into the session's locked memory and to the telephone.
 */

#include <stdint.h>

#include "net/desk/session.h"

struct secret_renewal;

/* renewed: session->sip_secret is another one. NULL when out of memory. */
struct secret_renewal *secret_renewal_new(struct desk_session *session, void (*renewed)(void *arg),
                                          void *arg);

/* Ask after so many seconds; 0 = never. A request under way is given up. */
void secret_renewal_start(struct secret_renewal *r, int64_t in_s);
void secret_renewal_stop(struct secret_renewal *r);

/* Accepts NULL, returns NULL. */
struct secret_renewal *secret_renewal_free(struct secret_renewal *r);
