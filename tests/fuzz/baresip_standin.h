/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* In place of baresip, for the module alone: calls that exist as soon as they are asked for, and do
 * what the fuzz target says. Defines every function of net/voice/baresip.h. */

#include "net/voice/baresip.h"

/* The newest call, NULL = none. */
struct call *standin_call(void);

/* It changes its state and tells its handler; text as baresip would give it. */
void standin_call_event(struct call *call, enum baresip_call_event event,
                        enum baresip_call_state state, const char *text);

/* A call from outside, without a handler; NULL when no account is there to take it. */
struct call *standin_incoming(void);

/* All accounts and calls go away. */
void standin_forget(void);
