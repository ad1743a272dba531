/* SPDX-License-Identifier: Apache-2.0 */
/* Placeholders in the texts of a script: each must be closed, and known. */

#include <string.h>

#include "core/placeholder.h"
#include "core/script_strings.h"
#include "core/service.h"
#include "net/api/questionnaire.h"
#include "net/api/questionnaire_parts.h"

struct looking {
    const struct script *script;
    struct findings *findings;
    const struct service *service; /* NULL: durations are good by their form */
    const char *at;
};

/* Of what stands between braces, only what is a name is repeated. */
static void tell(struct looking *l, const char *name, size_t len, const char *rule)
{
    const int shown = len <= PLACEHOLDER_NAME_CHARS ? (int)len : PLACEHOLDER_NAME_CHARS;
    findings_add(l->findings, true, "placeholder", l->at, "{{%.*s}} %s", shown, name, rule);
}

static bool is_date_question(const struct script *s, const char *link_id)
{
    const size_t item = script_find(s, link_id);
    return item != SCRIPT_NONE && s->items[item].type == SCRIPT_DATE;
}

static bool has_from(const struct script *s, const struct duration *d)
{
    for (size_t i = 0; i < d->n_froms; i++)
        if (duration_from_by_name(d->froms[i]) != DURATION_FROM_QUESTION ||
            is_date_question(s, d->froms[i]))
            return true;
    return false;
}

static void check_duration(struct looking *l, const char *name, size_t len, size_t own_len,
                           bool is_end)
{
    for (size_t i = 0; i < l->service->n_durations; i++) {
        const struct duration *d = &l->service->durations[i];
        if (strlen(d->name) != own_len || memcmp(d->name, name, own_len) != 0)
            continue;
        if (is_end && !has_from(l->script, d))
            tell(l, name, len, "is counted from a question about a date that is not in the script");
        return;
    }
    tell(l, name, len, "is of a duration that the service does not define");
}

static void check_name(struct looking *l, const char *name, size_t len)
{
    size_t own_len = 0;
    const enum placeholder_kind kind = placeholder_kind(name, len, &own_len);
    switch (kind) {
    case PLACEHOLDER_VALUE:
        return;
    case PLACEHOLDER_UNKNOWN:
        tell(l, name, len, "is no name that is known");
        return;
    case PLACEHOLDER_FORBIDDEN:
        tell(l, name, len, "is not read aloud: who is called has to say it");
        return;
    case PLACEHOLDER_DAYS:
    case PLACEHOLDER_END:
        if (l->service)
            check_duration(l, name, len, own_len, kind == PLACEHOLDER_END);
        return;
    }
}

static const char *broken(enum placeholder_found found)
{
    switch (found) {
    case PLACEHOLDER_UNCLOSED:
        return "{{ is not closed by }} in the same line";
    case PLACEHOLDER_NESTED:
        return "{{ stands within another {{";
    case PLACEHOLDER_UNOPENED:
        return "}} closes nothing";
    case PLACEHOLDER_FORM:
        return "what stands between {{ and }} is no name";
    case PLACEHOLDER_NONE:
    case PLACEHOLDER_FOUND:
        break;
    }
    return NULL;
}

static void check_text(struct looking *l, const char *text)
{
    size_t at = 0, len = 0;
    const char *name = NULL;
    enum placeholder_found found;
    while ((found = placeholder_next(text, &at, &name, &len)) != PLACEHOLDER_NONE) {
        if (found == PLACEHOLDER_FOUND) {
            check_name(l, name, len);
            continue;
        }
        if (!l->service) /* told once, when the script itself was looked at */
            findings_add(l->findings, true, "placeholder", l->at, "%s", broken(found));
        return; /* what follows is a consequence */
    }
}

static void check_string(void *arg, size_t item, const char *what, const struct script_string *s)
{
    struct looking *l = arg;
    (void)what;
    l->at = item == SCRIPT_NONE ? NULL : l->script->items[item].link_id;
    if (s->text)
        check_text(l, s->text);
    for (size_t i = 0; i < s->n; i++)
        check_text(l, s->translations[i].text);
}

void check_placeholders(const struct script *s, struct findings *findings)
{
    struct looking l = {.script = s, .findings = findings};
    script_each_string(s, check_string, &l);
}

enum err_code questionnaire_check_durations(const struct script *s, const struct service *service,
                                            const char *file, struct err *err)
{
    CLEANUP_FINDINGS struct findings findings = {0};
    struct looking l = {.script = s, .findings = &findings, .service = service};
    script_each_string(s, check_string, &l);
    return findings_tell(&findings, file, err);
}
