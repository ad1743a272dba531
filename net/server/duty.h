/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What falls due without being asked for: deadlines, people who rested long enough, agents who are
 * gone, sessions that end, people to offer. Looked after once a second, and an agent who may take
 * somebody is served at once. Loop thread only; the work itself is jobs of the writer.
 *
 * A look (one job that only reads lists) comes first, then one small job for each thing found, so
 * that one that fails undoes nothing else. */

#include <stdint.h>

struct duty;
struct news;
struct server;

/* NULL: out of memory. */
struct duty *duty_new(struct server *server);
struct duty *duty_free(struct duty *duty);

/* Once a second. */
void duty_tick(struct duty *duty);
/* After a commit: whom it set free may take somebody. */
void duty_news(struct duty *duty, const struct news *news);
