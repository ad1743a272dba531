/* SPDX-License-Identifier: Apache-2.0 */
/* News: a growing list. */

#include "net/server/news.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"

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

static const char *const names[] = {
    [NEWS_WORK] = "work",
    [NEWS_FREE] = "free",
    [NEWS_OTHER_LOGIN] = "other_login",
    [NEWS_SIGNED_OUT] = "signed_out",
    [NEWS_ALARM] = "alarm",
};
_Static_assert(sizeof names / sizeof names[0] == NEWS_ALARM + 1, "one name a kind");

void news_print(const struct news *news, struct buf *out)
{
    for (size_t i = 0; i < news->n; i++)
        buf_printf(out, "%s %" PRId64 " %" PRId64 ";", names[news->items[i].kind],
                   news->items[i].agent_id, news->items[i].session_id);
}

void news_read(const char *text, struct news *ret)
{
    for (const char *end; (end = strchr(text, ';')); text = end + 1) {
        char name[24];
        int64_t agent_id, session_id;
        if (sscanf(text, "%23[a-z_] %" SCNd64 " %" SCNd64, name, &agent_id, &session_id) != 3)
            continue;
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            if (strcmp(names[k], name) == 0)
                news_add(ret, (enum news_kind)k, agent_id, session_id);
    }
}
