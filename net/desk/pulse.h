/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Asks a desk on another machine now and then whether it is there (`ping` of the desk protocol),
 * and tells how long its answers take (core/desk_pace.h). On libre's loop. */

#include "core/desk_pace.h"
#include "net/desk/link.h"

struct pulse;

/* What is told changed. */
typedef void pulse_fn(const struct desk_pace_told *told, void *arg);

/* The link is borrowed, and has to go after this. NULL when out of memory. */
struct pulse *pulse_new(struct desk_link *link, pulse_fn *told, void *arg);

/* The link came up, or is not up any more. */
void pulse_up(struct pulse *p);
void pulse_down(struct pulse *p);

/* Something else was said over the link. NULL allowed, as in the two above. */
void pulse_used(struct pulse *p);

/* Accepts NULL, returns NULL. */
struct pulse *pulse_free(struct pulse *p);
