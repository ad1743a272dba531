/* SPDX-License-Identifier: Apache-2.0 */
/* Which queues an agent serves. */

#include "core/queue.h"

#include <string.h>

bool queue_names_hold(const struct queue_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

bool queue_names_equal(const struct queue_names *a, const struct queue_names *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

bool queue_names_parse(const char *text, struct queue_names *ret)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    struct queue_names names = {0};
    for (const char *at = text; *text;) {
        const size_t len = strspn(at, allowed);
        if (len == 0 || len >= SERVICE_ID_SIZE || names.n == QUEUE_NAMES ||
            (at[len] && at[len] != ','))
            return false;
        char *name = names.items[names.n];
        memcpy(name, at, len);
        if (queue_names_hold(&names, name))
            return false;
        names.n++;
        if (!at[len])
            break;
        at += len + 1;
    }
    *ret = names;
    return true;
}

void queue_names_print(const struct queue_names *names, char ret[QUEUE_NAMES_SIZE])
{
    char *at = ret;
    for (size_t i = 0; i < names->n; i++) {
        const size_t len = strlen(names->items[i]);
        if (i > 0)
            *at++ = ',';
        memcpy(at, names->items[i], len);
        at += len;
    }
    *at = '\0';
}

const char *queue_skill(const struct service_queue *q)
{
    if (q->skill[0])
        return q->skill;
    const char *dash = strchr(q->id, '_');
    return dash ? dash + 1 : q->id;
}

static bool speaks(const struct queue_server *by, const char *language)
{
    for (size_t i = 0; i < by->n_languages; i++)
        if (strcmp(by->languages[i], language) == 0)
            return true;
    return false;
}

/* Where a definition names no lines, languages are the first line's. */
static bool serves_line(const struct service_queue *q, int line)
{
    if (q->lines == 0)
        return q->kind == SERVICE_QUEUE_COMPETENCE || line == QUEUE_FIRST_LINE;
    return line >= 1 && q->lines >> (line - 1) & 1U;
}

bool queue_is_served(const struct service_queue *q, const struct queue_server *by)
{
    if (q->region != by->region)
        return false;
    if (queue_names_hold(by->queues, q->id))
        return true;
    if (!serves_line(q, by->line))
        return false;
    return q->kind == SERVICE_QUEUE_LANGUAGE ? speaks(by, q->language)
                                             : queue_names_hold(by->skills, queue_skill(q));
}
