/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a job changed that others have to be told, once it is committed: collected in the writer
 * thread, carried out by the hub in the loop thread. */

#include <stddef.h>
#include <stdint.h>

enum news_kind {
    NEWS_WORK,        /* the agent's work changed */
    NEWS_FREE,        /* the same, and the agent may take somebody now */
    NEWS_OTHER_LOGIN, /* session is the new one; all others of the agent ended */
    NEWS_SIGNED_OUT,  /* the agent signed out */
    NEWS_ALARM,       /* an alarm was raised, seen or closed; agent_id is 0 */
};

struct news {
    struct news_item {
        enum news_kind kind;
        int64_t agent_id;
        int64_t session_id; /* with NEWS_OTHER_LOGIN; else 0 */
    } * items;
    size_t n;
    size_t cap;
};

/* Add one item; Out of memory: the item is lost, and told with the next
 * change or tick. */
void news_add(struct news *news, enum news_kind kind, int64_t agent_id, int64_t session_id);
void news_deinit(struct news *news);

/* As a text for another node, "KIND AGENT SESSION;" each, and back: what is not understood (a newer
 * node's) is passed over. */
struct buf;
void news_print(const struct news *news, struct buf *out);
void news_read(const char *text, struct news *ret);
