/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The way out, in steps: first /readyz says no while everything is served, for as long as a load
 * balancer needs to see it (--drain); then nothing new is taken, streams end, and what was accepted
 * is answered, for at most STOP_SETTLE_MS; then the loop ends. A second signal goes to the next
 * step at once. */

#include <stdint.h>

#define STOP_SETTLE_MS 10000

struct server;

/* A signal to end. */
void stop_asked(struct server *s);
/* Each turn of the loop. */
void stop_turn(struct server *s);
