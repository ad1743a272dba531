/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a request becomes: its steps (core/legs.h) at the module, one after another. Each happened
 * when the module says so; the first that fails ends the plan, and what was done stays done: rather
 * a person on hold than two who hear each other's talk with the agent.
 *
 * One plan at a time; nothing in it takes long, because the module waits for nobody. */

#include "net/desk/requests.h"

struct plan;

/* Do what is asked, or refuse it; answers exactly once, by sip_call_id when somebody was called.
 * permit: with LEGS_DIAL and LEGS_CONSULT; uri: with LEGS_TRANSFER. Copied. */
void plan_ask(struct desk *d, const struct asker *a, enum legs_ask ask,
              const struct desk_permit *permit, const char *uri);

/* A transfer came to nothing: the person is taken back, also who was on hold before. The agent had
 * done with the hold, and is told. */
void plan_resume_person(struct desk *d);

/* Accepts NULL, returns NULL. */
struct plan *plan_free(struct plan *p);
