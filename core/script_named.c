/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts and collectivities, taken from the answers by the roles of their items. */

#include "core/script_named.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/cleanup.h"
#include "core/date.h"
#include "core/i18n.h"
#include "core/script_answers.h"
#include "core/script_role.h"
#include "core/text.h"

/* One group's node, and which entry it became. */
struct entry {
    size_t node;
    size_t at;
};

struct taking {
    const struct script_answers *a;
    const char *lang;
    struct script_named *named;
    struct entry *entries; /* in document order, both kinds */
    size_t n, cap;
};

/* Grow a list by one zeroed element of `size` bytes; what it was is wiped. NULL: no memory. */
static void *grown(void *list, size_t n, size_t size)
{
    if (n & (n - 1)) /* room is a power of two */
        return list;
    void *more = calloc(n ? 2 * n : 1, size);
    if (more && n) {
        memcpy(more, list, n * size);
        explicit_bzero(list, n * size);
        free(list);
    }
    return more;
}

static void copy_line(char *ret, size_t size, size_t chars, const char *text)
{
    const size_t len = text_clean_to(ret, size, text, strlen(text));
    const char *from = ret;
    size_t n = len;
    text_trim_view(&from, &n);
    n = text_cut_chars(from, n, chars);
    memmove(ret, from, n);
    memset(ret + n, 0, size - n);
}

/* What an answer says to people: of a coding its option's text. */
static const char *words(const struct taking *t, size_t item, const struct script_value *v)
{
    const struct script_option *o =
        v->kind == SCRIPT_VALUE_CODING ? script_option_of(&t->a->script->items[item], v) : NULL;
    if (o && o->text.text)
        return script_text(&o->text, t->lang);
    if (v->kind == SCRIPT_VALUE_CODING && v->display)
        return v->display;
    return v->text ? v->text : "";
}

/* A text that cannot be read goes to what is kept as it was told, as far as there is room. */
static void keep_unread(char unread[SCRIPT_NAMED_SIZE], const char *text)
{
    char line[SCRIPT_NAMED_SIZE];
    copy_line(line, sizeof line, SCRIPT_NAMED_CHARS, text);
    const size_t had = strlen(unread);
    const char *part = had ? "; " : "";
    if (line[0] && had + strlen(part) + strlen(line) < SCRIPT_NAMED_SIZE) {
        memcpy(unread + had, part, strlen(part));
        memcpy(unread + had + strlen(part), line, strlen(line) + 1);
    }
    explicit_bzero(line, sizeof line);
}

static void take_day(char ret[DATE_TEXT_SIZE], char unread[SCRIPT_NAMED_SIZE], const char *text)
{
    struct date day;
    if (date_parse(text, &day) && day.day > 0)
        date_print(day, ret);
    else
        keep_unread(unread, text);
}

static void take_phone(struct script_contact *c, const char *text)
{
    char number[PHONE_SIZE] = "";
    if (phone_parse(text, strlen(text), number, NULL) != ERR_OK) {
        keep_unread(c->unread, text);
        return;
    }
    for (size_t i = 0; i < c->n_phones; i++)
        if (strcmp(c->phones[i], number) == 0)
            return;
    if (c->n_phones < RECORD_PHONES)
        memcpy(c->phones[c->n_phones++], number, sizeof number);
    else
        keep_unread(c->unread, number);
}

static void take_niss(struct script_contact *c, const char *text)
{
    struct niss niss;
    const char *from = text;
    size_t len = strlen(text);
    text_trim_view(&from, &len);
    if (niss_read(from, len, &niss) == NISS_OK)
        c->niss = niss;
    else
        keep_unread(c->unread, text);
    niss_wipe(&niss);
}

static void take_risk(struct script_contact *c, const char *code)
{
    for (int i = SCRIPT_NAMED_RISK_HIGH; i <= SCRIPT_NAMED_RISK_LOW; i++)
        if (strcmp(script_named_risk_name((enum script_named_risk)i), code) == 0)
            c->risk = (enum script_named_risk)i;
}

/* A list goes by kinds, so it is a word whatever the script says. */
static void take_kind(struct script_collectivity *c, const struct script_value *v, const char *text)
{
    if (v->kind != SCRIPT_VALUE_CODING) {
        keep_unread(c->unread, text);
        return;
    }
    size_t n = 0;
    for (; text[n] && n < sizeof c->kind - 1; n++) {
        const unsigned char l = (unsigned char)text[n];
        const bool letter = (l >= 'A' && l <= 'Z') || (l >= 'a' && l <= 'z');
        c->kind[n] = letter                                           ? (char)(l | 0x20)
                     : (l >= '0' && l <= '9') || l == '-' || l == '_' ? (char)l
                                                                      : '_';
    }
    c->kind[n] = '\0';
}

static void take_contact(const struct taking *t, struct script_contact *c, size_t item,
                         const struct script_value *v)
{
    const char *text = v->text ? v->text : "";
    switch (t->a->script->items[item].role) {
    case SCRIPT_ROLE_GIVEN:
        copy_line(c->given, sizeof c->given, RECORD_NAME_CHARS, text);
        break;
    case SCRIPT_ROLE_FAMILY:
        copy_line(c->family, sizeof c->family, RECORD_NAME_CHARS, text);
        break;
    case SCRIPT_ROLE_NISS:
        take_niss(c, text);
        break;
    case SCRIPT_ROLE_BIRTH_DATE:
        take_day(c->birth_date, c->unread, text);
        break;
    case SCRIPT_ROLE_PHONE:
        take_phone(c, text);
        break;
    case SCRIPT_ROLE_LANGUAGE:
        if (v->kind != SCRIPT_VALUE_CODING || !language_parse(text, strlen(text), c->language))
            keep_unread(c->unread, words(t, item, v));
        break;
    case SCRIPT_ROLE_RELATION:
        copy_line(c->relation, sizeof c->relation, SCRIPT_NAMED_CHARS, words(t, item, v));
        break;
    case SCRIPT_ROLE_LAST_CONTACT:
        take_day(c->last_contact, c->unread, text);
        break;
    case SCRIPT_ROLE_RISK:
        take_risk(c, text);
        break;
    case SCRIPT_ROLE_MAY_NAME:
        c->may_name = v->kind == SCRIPT_VALUE_BOOLEAN && v->boolean;
        break;
    case SCRIPT_ROLE_NONE:
    case SCRIPT_ROLE_CONTACT:
    case SCRIPT_ROLE_COLLECTIVITY:
    case SCRIPT_ROLE_KIND:
    case SCRIPT_ROLE_NAME:
    case SCRIPT_ROLE_PLACE:
    case SCRIPT_ROLE_LAST_PRESENCE:
    case SCRIPT_ROLE_FUNCTION:
        break;
    }
}

static void take_collectivity(const struct taking *t, struct script_collectivity *c, size_t item,
                              const struct script_value *v)
{
    const char *text = v->text ? v->text : "";
    switch (t->a->script->items[item].role) {
    case SCRIPT_ROLE_KIND:
        take_kind(c, v, text);
        break;
    case SCRIPT_ROLE_NAME:
        copy_line(c->name, sizeof c->name, SCRIPT_NAMED_CHARS, text);
        break;
    case SCRIPT_ROLE_PLACE:
        copy_line(c->place, sizeof c->place, SCRIPT_NAMED_CHARS, text);
        break;
    case SCRIPT_ROLE_LAST_PRESENCE:
        take_day(c->last_day, c->unread, text);
        break;
    case SCRIPT_ROLE_FUNCTION:
        copy_line(c->role, sizeof c->role, SCRIPT_NAMED_CHARS, words(t, item, v));
        break;
    case SCRIPT_ROLE_NONE:
    case SCRIPT_ROLE_CONTACT:
    case SCRIPT_ROLE_COLLECTIVITY:
    case SCRIPT_ROLE_GIVEN:
    case SCRIPT_ROLE_FAMILY:
    case SCRIPT_ROLE_NISS:
    case SCRIPT_ROLE_BIRTH_DATE:
    case SCRIPT_ROLE_PHONE:
    case SCRIPT_ROLE_LANGUAGE:
    case SCRIPT_ROLE_RELATION:
    case SCRIPT_ROLE_LAST_CONTACT:
    case SCRIPT_ROLE_RISK:
    case SCRIPT_ROLE_MAY_NAME:
        break;
    }
}

static enum err_code add_contact(struct script_named *named, size_t *ret_at, struct err *err)
{
    if (named->n_contacts == SCRIPT_NAMED_MAX)
        return err_set(err, ERR_TOO_LARGE, N_("More than 500 contacts are named."));
    void *list = grown(named->contacts, named->n_contacts, sizeof *named->contacts);
    if (!list)
        return err_set(err, ERR_NOMEM, NULL);
    named->contacts = list;
    *ret_at = named->n_contacts++;
    return ERR_OK;
}

static enum err_code add_collectivity(struct script_named *named, size_t *ret_at, struct err *err)
{
    if (named->n_collectivities == SCRIPT_NAMED_MAX)
        return err_set(err, ERR_TOO_LARGE, N_("More than 500 collectivities are named."));
    void *list =
        grown(named->collectivities, named->n_collectivities, sizeof *named->collectivities);
    if (!list)
        return err_set(err, ERR_NOMEM, NULL);
    named->collectivities = list;
    memcpy(named->collectivities[named->n_collectivities].kind, "other", sizeof "other");
    *ret_at = named->n_collectivities++;
    return ERR_OK;
}

/* The entry of a group's node: it comes into being with the first answer that counts below it. */
static enum err_code entry_of(struct taking *t, size_t node, bool contact, size_t *ret_at,
                              struct err *err)
{
    for (size_t i = t->n; i-- > 0;) { /* nearly always the last one */
        if (t->entries[i].node == node) {
            *ret_at = t->entries[i].at;
            return ERR_OK;
        }
    }
    struct entry *list = grown(t->entries, t->n, sizeof *list);
    if (!list)
        return err_set(err, ERR_NOMEM, NULL);
    t->entries = list;
    size_t at = 0;
    const enum err_code code =
        contact ? add_contact(t->named, &at, err) : add_collectivity(t->named, &at, err);
    if (code == ERR_OK) {
        t->entries[t->n++] = (struct entry){node, at};
        *ret_at = at;
    }
    return code;
}

static enum err_code take(struct taking *t, size_t node, struct err *err)
{
    const struct script *s = t->a->script;
    const size_t item = script_node_item(t->a, node);
    const size_t group = script_role_group(s, item);
    if (group == SCRIPT_NONE)
        return ERR_OK;
    size_t up = script_node_above(t->a, node);
    while (up != SCRIPT_NODE_NONE && script_node_item(t->a, up) != group)
        up = script_node_above(t->a, up);
    const bool contact = s->items[group].role == SCRIPT_ROLE_CONTACT;
    size_t at = 0;
    const enum err_code code = entry_of(t, up, contact, &at, err);
    for (size_t answer = script_node_answer(t->a, node);
         code == ERR_OK && answer != SCRIPT_NODE_NONE;
         answer = script_node_next_instance(t->a, answer)) {
        const struct script_value *v = script_node_value(t->a, answer);
        if (v->kind == SCRIPT_VALUE_NONE)
            continue;
        if (contact)
            take_contact(t, &t->named->contacts[at], item, v);
        else
            take_collectivity(t, &t->named->collectivities[at], item, v);
    }
    return code;
}

enum err_code script_named_read(const struct script_answers *a, const char *lang,
                                struct script_named *ret, struct err *err)
{
    struct taking t = {.a = a, .lang = lang, .named = ret};
    enum err_code code = ERR_OK;
    for (size_t node = script_node_walk(a, SCRIPT_NODE_NONE);
         code == ERR_OK && node != SCRIPT_NODE_NONE; node = script_node_walk(a, node)) {
        const struct script_item *item = &a->script->items[script_node_item(a, node)];
        if (script_role_holder(item->role) != SCRIPT_ROLE_NONE && script_node_is_kept(a, node))
            code = take(&t, node, err);
    }
    free(t.entries);
    if (code != ERR_OK)
        script_named_deinit(ret);
    return code;
}

void script_named_deinit(struct script_named *named)
{
    if (named->contacts)
        explicit_bzero(named->contacts, named->n_contacts * sizeof *named->contacts);
    if (named->collectivities)
        explicit_bzero(named->collectivities,
                       named->n_collectivities * sizeof *named->collectivities);
    free(named->contacts);
    free(named->collectivities);
    *named = (struct script_named){0};
}

bool script_names(const struct script *s)
{
    for (size_t i = 0; i < s->n_items; i++)
        if (script_role_group(s, i) != SCRIPT_NONE)
            return true;
    return false;
}

const char *script_named_risk_name(enum script_named_risk risk)
{
    static const char *const names[] = {
        [SCRIPT_NAMED_RISK_UNKNOWN] = "",
        [SCRIPT_NAMED_RISK_HIGH] = "high",
        [SCRIPT_NAMED_RISK_LOW] = "low",
    };
    return names[risk];
}
