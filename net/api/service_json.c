/* SPDX-License-Identifier: Apache-2.0 */
/* A service's definition from JSON: what each object may hold, and what has to agree across them.
 */

#include "net/api/service_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/api/service_json_parts.h"

#define AT(type, member) offsetof(struct type, member)

/* true, false, or left out. */
static void read_when(struct reader *r, const char *path, const cJSON *j,
                      const struct reader_member *m, void *base)
{
    bool is_so = false;
    const struct reader_member flag = {0};
    reader_bool(r, path, j, &flag, &is_so);
    *READER_PLACE(enum service_when) = is_so ? SERVICE_IF_SO : SERVICE_IF_NOT;
}

static void read_direction(struct reader *r, const char *path, const cJSON *j,
                           const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    if (text && !service_direction_by_name(text, READER_PLACE(enum service_direction)))
        reader_fault(r, path, "must be outbound, inbound or both");
}

static void read_queue_kind(struct reader *r, const char *path, const cJSON *j,
                            const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    if (text && !service_queue_kind_by_name(text, READER_PLACE(enum service_queue_kind)))
        reader_fault(r, path, "must be language or competence");
}

static void read_next_phone(struct reader *r, const char *path, const cJSON *j,
                            const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    if (text && !service_next_phone_by_name(text, READER_PLACE(enum service_next_phone)))
        reader_fault(r, path, "must be same, next or drop");
}

static void read_answers(struct reader *r, const char *path, const cJSON *j,
                         const struct reader_member *m, void *base)
{
    enum response_status verdict;
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    if (!response_status_parse(text, &verdict) || !response_is_verdict(verdict))
        reader_fault(r, path, "must be completed, in-progress, stopped or entered-in-error");
    else
        *READER_PLACE(enum response_status) = verdict;
}

static void read_end(struct reader *r, const char *path, const cJSON *j,
                     const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    if (text && !call_end_by_name(text, READER_PLACE(enum call_end)))
        reader_fault(r, path, "must be an end of a call");
}

static void read_sms(struct reader *r, const char *path, const cJSON *j,
                     const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    const size_t len = strlen(text);
    if (len < 3 || len >= PHONE_SIZE || strspn(text, "0123456789") != len)
        reader_fault(r, path, "must have 3 to 16 digits");
    else
        memcpy(READER_PLACE(char), text, len + 1);
}

static void read_label(struct reader *r, const char *path, const cJSON *j,
                       const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    const size_t len = strlen(text);
    if (len == 0 || text_chars(text, len) > SERVICE_LABEL_CHARS ||
        !text_is_plain(text, len, TEXT_ONE_LINE))
        reader_fault(r, path, "must have 1 to 60 characters, no control characters");
    else
        memcpy(READER_PLACE(char), text, len + 1);
}

void service_read_labels(struct reader *r, const char *path, const cJSON *j,
                         const struct reader_member *m, void *base)
{
    const struct service *s = r->whole;
    struct service_labels *labels = READER_PLACE(struct service_labels);
    struct reader_member rows[SERVICE_LANGUAGES];
    size_t n = 0;
    for (size_t i = 0; i < s->n_languages; i++) {
        if (!s->languages[i][0]) /* a fault of its own */
            continue;
        memcpy(labels->items[n].lang, s->languages[i], LANGUAGE_SIZE);
        rows[n] = (struct reader_member){.name = s->languages[i],
                                         .required = true,
                                         .read = read_label,
                                         .offset = offsetof(struct service_labels, items[n].text)};
        n++;
    }
    labels->n = n;
    reader_object(r, path, j, rows, n, labels);
}

void service_check_new_id(struct reader *r, const char *path, const void *items, size_t size,
                          const void *item)
{
    char deeper[READER_PATH_SIZE];
    for (const char *p = items; p < (const char *)item; p += size) {
        if (*p == '\0' || strcmp(p, item) != 0)
            continue;
        reader_path_name(deeper, path, "id");
        reader_fault(r, deeper, "stands twice");
        return;
    }
}

void service_fault_at(struct reader *r, const char *path, const char *name, const char *sentence)
{
    char deeper[READER_PATH_SIZE];
    reader_path_name(deeper, path, name);
    reader_fault(r, deeper, sentence);
}

static void read_own_language(struct reader *r, const char *path, const cJSON *j, void *item)
{
    static const struct reader_member here = {0};
    reader_language(r, path, j, &here, item);
}

static void read_languages(struct reader *r, const char *path, const cJSON *j,
                           const struct reader_member *m, void *base)
{
    (void)m;
    struct service *s = base;
    s->n_languages =
        reader_list(r, path, j, s->languages, LANGUAGE_SIZE, SERVICE_LANGUAGES, read_own_language);
    if (s->n_languages == 0)
        reader_fault(r, path, "must name a language");
    for (size_t i = 1; i < s->n_languages; i++)
        for (size_t k = 0; k < i; k++)
            if (s->languages[i][0] && strcmp(s->languages[i], s->languages[k]) == 0)
                reader_fault(r, path, "names a language twice");
}

static void read_own_region(struct reader *r, const char *path, const cJSON *j, void *item)
{
    (void)item;
    static const struct reader_member here = {0};
    struct service *s = r->whole;
    enum region region = REGION_COUNT;
    reader_region(r, path, j, &here, &region);
    if (region == REGION_COUNT)
        return;
    if (s->regions[region])
        reader_fault(r, path, "stands twice");
    s->regions[region] = true;
}

static void read_regions(struct reader *r, const char *path, const cJSON *j,
                         const struct reader_member *m, void *base)
{
    (void)m;
    struct service *s = base;
    if (reader_list(r, path, j, s->regions, 0, REGION_COUNT, read_own_region) == 0)
        reader_fault(r, path, "must name a region");
}

static void read_prefix(struct reader *r, const char *path, const cJSON *j, void *item)
{
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    const size_t len = strlen(text);
    if (len < 2 || len > 5 || text[0] != '+' || text[1] == '0' ||
        strspn(text + 1, "0123456789") != len - 1)
        reader_fault(r, path, "must be '+' and 1 to 4 digits");
    else
        memcpy(item, text, len + 1);
}

static void read_prefixes(struct reader *r, const char *path, const cJSON *j,
                          const struct reader_member *m, void *base)
{
    (void)m;
    struct service *s = base;
    s->n_dial_prefixes = reader_list(r, path, j, s->dial_prefixes, sizeof s->dial_prefixes[0],
                                     SERVICE_PREFIXES, read_prefix);
}

static void read_skill_ref(struct reader *r, const char *path, const cJSON *j,
                           const struct reader_member *m, void *base)
{
    const size_t before = r->faults->n;
    reader_id(r, path, j, m, base);
    if (r->faults->n == before && !service_find_skill(r->whole, READER_PLACE(char)))
        reader_fault(r, path, "is no skill of this service");
}

static void read_queue(struct reader *r, const char *path, const cJSON *j, void *item)
{
    static const struct reader_member members[] = {
        {"id",       true,  reader_id,          AT(service_queue, id),       0, 0},
        {"region",   true,  reader_region,      AT(service_queue, region),   0, 0},
        {"kind",     true,  read_queue_kind,    AT(service_queue, kind),     0, 0},
        {"language", false, reader_language,    AT(service_queue, language), 0, 0},
        {"skill",    false, read_skill_ref,     AT(service_queue, skill),    0, 0},
        {"lines",    false, service_read_lines, AT(service_queue, lines),    0, 0},
        {"priority", false, reader_int,         AT(service_queue, priority), 1, 9},
    };
    const struct service *s = r->whole;
    struct service_queue *q = item;
    const size_t before = r->faults->n;
    q->priority = SERVICE_PRIORITY;
    READER_OBJECT(r, path, j, members, q);
    service_check_new_id(r, path, s->queues, sizeof *q, q);
    if (r->faults->n != before)
        return;
    if (!s->regions[q->region])
        service_fault_at(r, path, "region", "is no region of this service");
    if (strncmp(q->id, region_name(q->region), 3) != 0 || q->id[3] != '_')
        service_fault_at(r, path, "id", "must begin with its region and '_'");
    if (q->kind == SERVICE_QUEUE_LANGUAGE && !q->language[0])
        service_fault_at(r, path, "language", "is missing");
    if (q->kind == SERVICE_QUEUE_COMPETENCE && q->language[0])
        service_fault_at(r, path, "language", "belongs to queues of a language");
}

static void read_queues(struct reader *r, const char *path, const cJSON *j,
                        const struct reader_member *m, void *base)
{
    (void)m;
    struct service *s = base;
    s->n_queues =
        reader_list(r, path, j, s->queues, sizeof s->queues[0], SERVICE_QUEUES, read_queue);
}

static void read_times(struct reader *r, const char *path, const cJSON *j,
                       const struct reader_member *m, void *base)
{
    static const struct reader_member members[] = {
        {"offer_s",        true, reader_int64, AT(service_times, offer_s),        1, 600 },
        {"preview_s",      true, reader_int64, AT(service_times, preview_s),      1, 3600},
        {"ring_limit_s",   true, reader_int64, AT(service_times, ring_limit_s),   1, 180 },
        {"acw_s",          true, reader_int64, AT(service_times, acw_s),          1, 3600},
        {"screen_grace_s", true, reader_int64, AT(service_times, screen_grace_s), 1, 600 },
        {"agent_gone_s",   true, reader_int64, AT(service_times, agent_gone_s),   2, 600 },
        {"heartbeat_s",    true, reader_int64, AT(service_times, heartbeat_s),    1, 300 },
    };
    struct service_times *t = READER_PLACE(struct service_times);
    const size_t before = r->faults->n;
    READER_OBJECT(r, path, j, members, t);
    if (r->faults->n == before && t->agent_gone_s < 2 * t->heartbeat_s)
        service_fault_at(r, path, "agent_gone_s", "must be at least twice heartbeat_s");
}

static void read_scripts(struct reader *r, const char *path, const cJSON *j,
                         const struct reader_member *m, void *base)
{
    struct reader_member members[PERSON_KIND_COUNT];
    for (unsigned i = 0; i < PERSON_KIND_COUNT; i++)
        members[i] = (struct reader_member){
            person_kind_name((enum person_kind)i), false, reader_id, i * SERVICE_ID_SIZE, 0, 0};
    READER_OBJECT(r, path, j, members, READER_PLACE(char));
}

/* What a code says about coming back has no meaning in a final one. */
static void check_code(struct reader *r, const char *path, const cJSON *j,
                       const struct wrapup_code *c)
{
    const struct service *s = r->whole;
    static const char *const coming_back[] = {"requeue_after_s",      "max_attempts_total",
                                              "max_attempts_per_day", "next_phone",
                                              "needs_callback",       "rotate"};
    for (size_t i = 0; c->final && i < sizeof coming_back / sizeof coming_back[0]; i++)
        if (cJSON_GetObjectItemCaseSensitive(j, coming_back[i]))
            service_fault_at(r, path, coming_back[i], "has no meaning in a final code");
    if (c->rotate && s->attempts.n_parts == 0)
        service_fault_at(r, path, "rotate", "needs parts of the day in attempts");
    if (c->final && c->answers == RESPONSE_IN_PROGRESS && !s->carry)
        service_fault_at(r, path, "answers", "in-progress in a final code needs carry");
    if (!c->final && !c->needs_callback && !cJSON_GetObjectItemCaseSensitive(j, "requeue_after_s"))
        service_fault_at(r, path, "requeue_after_s", "is missing");
}

static void read_code(struct reader *r, const char *path, const cJSON *j, void *item)
{
    static const struct reader_member members[] = {
        {"id",                   true,  reader_id,           AT(wrapup_code, id),                   0, 0         },
        {"labels",               true,  service_read_labels, AT(wrapup_code, labels),               0, 0         },
        {"final",                true,  reader_bool,         AT(wrapup_code, final),                0, 0         },
        {"requeue_after_s",      false, reader_int64,        AT(wrapup_code, requeue_after_s),      0, 30 * 86400},
        {"max_attempts_total",   false, reader_int,          AT(wrapup_code, max_attempts_total),   1, 100       },
        {"max_attempts_per_day", false, reader_int,          AT(wrapup_code, max_attempts_per_day), 1, 100       },
        {"next_phone",           false, read_next_phone,     AT(wrapup_code, next_phone),           0, 0         },
        {"needs_callback",       false, reader_bool,         AT(wrapup_code, needs_callback),       0, 0         },
        {"data_quality",         false, reader_bool,         AT(wrapup_code, data_quality),         0, 0         },
        {"rotate",               false, reader_bool,         AT(wrapup_code, rotate),               0, 0         },
        {"answers",              false, read_answers,        AT(wrapup_code, answers),              0, 0         },
    };
    const struct service *s = r->whole;
    const size_t before = r->faults->n;
    struct wrapup_code *c = item;
    READER_OBJECT(r, path, j, members, c);
    if (!cJSON_GetObjectItemCaseSensitive(j, "answers")) /* definitions had no such member before */
        c->answers = c->final ? RESPONSE_COMPLETED : RESPONSE_IN_PROGRESS;
    service_check_new_id(r, path, s->codes, sizeof s->codes[0], item);
    if (r->faults->n == before)
        check_code(r, path, j, item);
}

static void read_codes(struct reader *r, const char *path, const cJSON *j,
                       const struct reader_member *m, void *base)
{
    (void)m;
    struct service *s = base;
    s->n_codes = reader_list(r, path, j, s->codes, sizeof s->codes[0], SERVICE_CODES, read_code);
    if (s->n_codes == 0)
        reader_fault(r, path, "must name a code");
}

/* The id of a code that stands in the list of codes -> its index. */
static void read_code_ref(struct reader *r, const char *path, const cJSON *j,
                          const struct reader_member *m, void *base)
{
    const struct service *s = r->whole;
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    for (size_t i = 0; i < s->n_codes; i++) {
        if (strcmp(s->codes[i].id, text) != 0)
            continue;
        *READER_PLACE(size_t) = i;
        return;
    }
    reader_fault(r, path, "is no code of this service");
}

static void read_proposal(struct reader *r, const char *path, const cJSON *j, void *item)
{
    static const struct reader_member members[] = {
        {"end",             true,  read_end,      AT(service_proposal, end),             0, 0},
        {"answered",        false, read_when,     AT(service_proposal, answered),        0, 0},
        {"script_begun",    false, read_when,     AT(service_proposal, script_begun),    0, 0},
        {"script_complete", false, read_when,     AT(service_proposal, script_complete), 0, 0},
        {"consulted",       false, read_when,     AT(service_proposal, consulted),       0, 0},
        {"code",            true,  read_code_ref, AT(service_proposal, code),            0, 0},
    };
    READER_OBJECT(r, path, j, members, item);
}

static void read_proposals(struct reader *r, const char *path, const cJSON *j,
                           const struct reader_member *m, void *base)
{
    (void)m;
    struct service *s = base;
    s->n_proposals = reader_list(r, path, j, s->proposals, sizeof s->proposals[0],
                                 SERVICE_PROPOSALS, read_proposal);
}

static void read_skip(struct reader *r, const char *path, const cJSON *j, void *item)
{
    static const struct reader_member members[] = {
        {"id",     true, reader_id,           AT(service_skip, id),     0, 0    },
        {"labels", true, service_read_labels, AT(service_skip, labels), 0, 0    },
        {"rest_s", true, reader_int64,        AT(service_skip, rest_s), 1, 86400},
    };
    const struct service *s = r->whole;
    READER_OBJECT(r, path, j, members, item);
    service_check_new_id(r, path, s->skips, sizeof s->skips[0], item);
}

static void read_skips(struct reader *r, const char *path, const cJSON *j,
                       const struct reader_member *m, void *base)
{
    (void)m;
    struct service *s = base;
    s->n_skips = reader_list(r, path, j, s->skips, sizeof s->skips[0], SERVICE_SKIPS, read_skip);
    if (s->n_skips == 0)
        reader_fault(r, path, "must name a reason");
}

static void read_service(struct reader *r, const cJSON *j, struct service *s)
{
    /* Whoever is referred to stands before whoever refers. */
    /* clang-format off */
    static const struct reader_member members[] = {
        {"id",            true,  reader_id,               AT(service, id),            0, 0},
        {"version",       true,  reader_int64,            AT(service, version),       1, 1000000000},
        {"languages",     true,  read_languages,          0,                          0, 0},
        {"title",         true,  service_read_labels,     AT(service, title),         0, 0},
        {"direction",     true,  read_direction,          AT(service, direction),     0, 0},
        {"public_number", true,  reader_phone,            AT(service, public_number), 0, 0},
        {"sms_number",    false, read_sms,                AT(service, sms_number),    0, 0},
        {"dial_prefixes", false, read_prefixes,           0,                          0, 0},
        {"regions",       true,  read_regions,            0,                          0, 0},
        {"skills",        false, service_read_skills,     0,                          0, 0},
        {"queues",        true,  read_queues,             0,                          0, 0},
        {"zone",          false, service_read_zone,       AT(service, zone),          0, 0},
        {"hours",         false, service_read_hours,      0,                          0, 0},
        {"times",         true,  read_times,              AT(service, times),         0, 0},
        {"scripts",       true,  read_scripts,            AT(service, scripts),       0, 0},
        {"durations",     false, service_read_durations,  0,                          0, 0},
        {"carry",         false, reader_bool,             AT(service, carry),         0, 0},
        {"attempts",      false, service_read_attempts,   AT(service, attempts),      0, 0},
        {"callbacks",     false, service_read_callbacks,  AT(service, callbacks),     0, 0},
        {"overload",      false, service_read_overload,   AT(service, overload),      0, 0},
        {"purge",         false, service_read_purge,      AT(service, purge),         0, 0},
        {"contacts",      false, service_read_contacts,   AT(service, contacts),      0, 0},
        {"health_answers", false, service_read_health,    AT(service, health),        0, 0},
        {"codes",         true,  read_codes,              0,                          0, 0},
        {"proposals",     true,  read_proposals,          0,                          0, 0},
        {"skips",         true,  read_skips,              0,                          0, 0},
    };
    /* clang-format on */
    READER_OBJECT(r, "", j, members, s);
}

enum err_code service_json_read(const char *text, size_t len, struct service **ret,
                                struct service_faults *faults, struct err *err)
{
    CLEANUP_JSON cJSON *j = NULL;
    faults->n = 0;
    const enum err_code code = json_parse(text, len, &json_limits_api, &j, err);
    if (code)
        return code;
    struct service *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, ERR_NOMEM, NULL);
    struct reader r = {.faults = faults, .whole = s};
    read_service(&r, j, s);
    *ret = s;
    return ERR_OK;
}

/* As things were before a definition could say so. */
static void complete(struct service *s)
{
    if (!s->zone[0])
        snprintf(s->zone, sizeof s->zone, "Europe/Brussels");
    if (s->callbacks.missed_after_s == 0)
        s->callbacks = (struct service_callbacks){
            .same_day = true, .inside_hours = true, .fallback_s = 300, .missed_after_s = 900};
}

enum err_code service_json_load(const char *text, size_t len, struct service **ret,
                                struct service_faults *faults, struct err *err)
{
    CLEANUP_FREE struct service *s = NULL;
    CLEANUP_FREE struct service_faults *own = NULL;
    if (!faults)
        faults = own = calloc(1, sizeof *own);
    if (!faults)
        return err_set(err, ERR_NOMEM, NULL);
    const enum err_code code = service_json_read(text, len, &s, faults, err);
    if (code)
        return code;
    if (faults->n)
        return err_field(err, ERR_INVALID, faults->items[0].path, "%s %s.", faults->items[0].path,
                         faults->items[0].sentence);
    complete(s);
    *ret = s;
    s = NULL;
    return ERR_OK;
}
