/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Somebody calls this telephone. The call takes the place of the person's (core/legs.h) under a
 * name of the desk's own, "in-…", and the backend hears nothing of it: it permitted none. It rings
 * for a telephone that is registered and has sound, in front of a screen, when there is no other
 * call and what was to be told about the last one has been told; everybody else hears that nobody
 * is here. */

#include "net/desk/desk.h"

#define INCOMING_ID_PREFIX "in-"

/* The module's event `incoming`. */
void desk_incoming(struct desk *d, const cJSON *message);
