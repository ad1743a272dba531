/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* In place of libre's loop: descriptors and timers are noted, and the fuzz target says when
 * something happens, so that no time passes and every run is the same. Linked in before libre. */

#include <stdbool.h>

/* Call every handler whose descriptor is ready, again and again until none is (bounded). */
void loop_settle(void);

/* The timer that is due first fires; the clock moves on to it. False: none is running. */
bool loop_fire(void);

/* re_cancel() was called since loop_begin(). */
bool loop_is_over(void);

/* A new run: nothing is over, the clock begins anew. Nothing may be left of the last one. */
void loop_begin(void);
