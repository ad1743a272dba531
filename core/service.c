/* SPDX-License-Identifier: Apache-2.0 */
/* A service's definition: looking things up in it. */

#include "core/service.h"

#include <string.h>

const char *service_label(const struct service_labels *labels, const char *lang)
{
    for (size_t i = 0; i < labels->n; i++)
        if (strcmp(labels->items[i].lang, lang) == 0)
            return labels->items[i].text;
    return labels->n ? labels->items[0].text : "";
}

const struct service_queue *service_find_queue(const struct service *s, const char *id)
{
    for (size_t i = 0; i < s->n_queues; i++)
        if (strcmp(s->queues[i].id, id) == 0)
            return &s->queues[i];
    return NULL;
}

const struct service_skip *service_find_skip(const struct service *s, const char *id)
{
    for (size_t i = 0; i < s->n_skips; i++)
        if (strcmp(s->skips[i].id, id) == 0)
            return &s->skips[i];
    return NULL;
}

const struct service_skill *service_find_skill(const struct service *s, const char *id)
{
    for (size_t i = 0; i < s->n_skills; i++)
        if (strcmp(s->skills[i].id, id) == 0)
            return &s->skills[i];
    return NULL;
}

const char *service_calendar(const struct service *s, const char *class_id, enum service_way way)
{
    if (s->n_classes == 0)
        return NULL;
    const struct service_class *c = &s->classes[0];
    for (size_t i = 1; i < s->n_classes; i++)
        if (strcmp(s->classes[i].id, class_id) == 0)
            c = &s->classes[i];
    return way == SERVICE_RINGS_IN ? c->inbound : c->outbound;
}

int64_t service_lead_s(const struct service *s)
{
    return s->times.offer_s + s->times.preview_s;
}

const struct service_queue *service_language_queue(const struct service *s, enum region region,
                                                   const char *lang)
{
    for (size_t i = 0; i < s->n_queues; i++) {
        const struct service_queue *q = &s->queues[i];
        if (q->region == region && q->kind == SERVICE_QUEUE_LANGUAGE &&
            strcmp(q->language, lang) == 0)
            return q;
    }
    return NULL;
}

const struct service_queue *service_queue_for(const struct service *s, enum region region,
                                              const char *lang)
{
    const struct service_queue *own = service_language_queue(s, region, lang);
    if (own)
        return own;
    for (size_t i = 0; i < s->n_queues; i++)
        if (s->queues[i].region == region && s->queues[i].kind == SERVICE_QUEUE_LANGUAGE)
            return &s->queues[i];
    return NULL;
}

bool service_may_dial(const struct service *s, const char *number)
{
    const char *prefixes[SERVICE_PREFIXES];
    for (size_t i = 0; i < s->n_dial_prefixes; i++)
        prefixes[i] = s->dial_prefixes[i];
    return phone_may_be_dialled(number, prefixes, s->n_dial_prefixes);
}

static const char *const directions[] = {
    [SERVICE_OUTBOUND] = "outbound",
    [SERVICE_INBOUND] = "inbound",
    [SERVICE_BOTH] = "both",
};
_Static_assert(sizeof directions / sizeof directions[0] == SERVICE_DIRECTION_COUNT, "one each");

static const char *const queue_kinds[] = {
    [SERVICE_QUEUE_LANGUAGE] = "language",
    [SERVICE_QUEUE_COMPETENCE] = "competence",
};
_Static_assert(sizeof queue_kinds / sizeof queue_kinds[0] == SERVICE_QUEUE_KIND_COUNT, "one each");

static const char *const lines[] = {
    [SERVICE_LINE_FIRST] = "first",
    [SERVICE_LINE_SECOND] = "second",
    [SERVICE_LINE_THIRD] = "third",
};
_Static_assert(sizeof lines / sizeof lines[0] == SERVICE_LINE_COUNT, "one each");

static const char *const next_phones[] = {
    [SERVICE_PHONE_SAME] = "same",
    [SERVICE_PHONE_NEXT] = "next",
    [SERVICE_PHONE_DROP] = "drop",
};
_Static_assert(sizeof next_phones / sizeof next_phones[0] == SERVICE_NEXT_PHONE_COUNT, "one each");

/* The position of a name, or -1. */
static int name_find(const char *const *names, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

const char *service_direction_name(enum service_direction d)
{
    return directions[d];
}

bool service_direction_by_name(const char *name, enum service_direction *ret)
{
    const int i = name_find(directions, SERVICE_DIRECTION_COUNT, name);
    if (i >= 0)
        *ret = (enum service_direction)i;
    return i >= 0;
}

const char *service_queue_kind_name(enum service_queue_kind k)
{
    return queue_kinds[k];
}

bool service_queue_kind_by_name(const char *name, enum service_queue_kind *ret)
{
    const int i = name_find(queue_kinds, SERVICE_QUEUE_KIND_COUNT, name);
    if (i >= 0)
        *ret = (enum service_queue_kind)i;
    return i >= 0;
}

const char *service_line_name(enum service_line l)
{
    return lines[l];
}

bool service_line_by_name(const char *name, enum service_line *ret)
{
    const int i = name_find(lines, SERVICE_LINE_COUNT, name);
    if (i >= 0)
        *ret = (enum service_line)i;
    return i >= 0;
}

const char *service_next_phone_name(enum service_next_phone p)
{
    return next_phones[p];
}

bool service_next_phone_by_name(const char *name, enum service_next_phone *ret)
{
    const int i = name_find(next_phones, SERVICE_NEXT_PHONE_COUNT, name);
    if (i >= 0)
        *ret = (enum service_next_phone)i;
    return i >= 0;
}

bool service_reads_health(const struct service *s, bool is_supervisor, int line)
{
    if (is_supervisor)
        return s->health.supervisors;
    return line >= 1 && line <= SERVICE_LINE_COUNT && (s->health.lines & 1U << (line - 1)) != 0;
}
