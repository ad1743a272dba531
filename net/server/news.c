/* SPDX-License-Identifier: Apache-2.0 */
/* News: a growing list. */

#include "net/server/news.h"

#include <stdlib.h>

void news_add(struct news *news, enum news_kind kind, int64_t agent_id, int64_t session_id)
{
    if (news->n == news->cap) {
        const size_t cap = news->cap ? news->cap * 2 : 4;
        struct news_item *items = reallocarray(news->items, cap, sizeof *items);
        if (!items)
            return;
        news->items = items;
        news->cap = cap;
    }
    news->items[news->n++] = (struct news_item){kind, agent_id, session_id};
}

void news_deinit(struct news *news)
{
    free(news->items);
    *news = (struct news){0};
}
