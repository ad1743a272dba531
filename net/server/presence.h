/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Who is there: an agent with an open event stream, or whose last request is recent enough.
 *
 * Kept in memory; where there are several nodes, each says in the database who is with it
 * (store_nodes.h), and nobody is gone who is with another. After a start everybody counts as seen
 * at that instant, so that a restart of pupitred takes nobody's person away. Time is monotonic: a
 * stepped clock makes nobody absent. Safe to use from the loop and the writer thread. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct presence;
struct service_times;

/* now_ms: monotonic; the start. NULL: out of memory. */
struct presence *presence_new(int64_t now_ms);
struct presence *presence_free(struct presence *p);

/* The times of the agent's service: when the agent is gone, and when a call without its agent is
 * an alarm (30 s after the desk would have ended it). Before this the defaults hold. */
void presence_know(struct presence *p, int64_t agent_id, const struct service_times *times);

/* A heartbeat, or any other request of the agent. */
void presence_beat(struct presence *p, int64_t agent_id, int64_t now_ms);
/* The agent's event stream opened / closed; a closed one counts as a beat. */
void presence_stream(struct presence *p, int64_t agent_id, bool open, int64_t now_ms);

/* Another node saw the agent then: not gone, and not here. */
void presence_elsewhere(struct presence *p, int64_t agent_id, int64_t seen_ms);
/* Who has a stream here or was heard of since; at most cap ids. */
size_t presence_collect(struct presence *p, int64_t since_ms, int64_t *ids, size_t cap);

bool presence_is_here(struct presence *p, int64_t agent_id, int64_t now_ms);

enum presence_state {
    PRESENCE_HERE,  /* or told a moment ago: nothing to do */
    PRESENCE_GONE,  /* away: told again every 10 s until the agent is back */
    PRESENCE_ALARM, /* away so long that a call would be an alarm: told once */
    PRESENCE_BACK,  /* here again after an alarm: told once */
};

/* For somebody who is signed in or holds a person: what to do about the absence. Remembers what it
 * told. */
enum presence_state presence_missed(struct presence *p, int64_t agent_id, int64_t now_ms);
