/* SPDX-License-Identifier: Apache-2.0 */
/* The script itself: its texts in a language, its items by linkId, and letting go of it. */

#include "core/script.h"

#include <stdlib.h>
#include <string.h>

#include "core/script_value.h"

static void string_deinit(struct script_string *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->translations[i].lang);
        free(s->translations[i].text);
    }
    free(s->translations);
    free(s->text);
}

static void options_deinit(struct script_option *options, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        script_value_deinit(&options[i].value);
        string_deinit(&options[i].text);
    }
    free(options);
}

static void item_deinit(struct script_item *item)
{
    options_deinit(item->options, item->n_options);
    options_deinit(item->units, item->n_units);
    for (size_t i = 0; i < item->n_initials; i++)
        script_value_deinit(&item->initials[i]);
    free(item->initials);
    script_value_deinit(&item->min_value);
    script_value_deinit(&item->max_value);
    free(item->regex);
    for (size_t i = 0; i < item->n_conditions; i++)
        script_value_deinit(&item->conditions[i].value);
    free(item->conditions);
    free(item->link_id);
    string_deinit(&item->text);
    string_deinit(&item->hint);
    string_deinit(&item->label);
    string_deinit(&item->prefix);
}

void script_deinit(struct script *s)
{
    for (size_t i = 0; i < s->n_items; i++)
        item_deinit(&s->items[i]);
    free(s->items);
    free(s->by_link_id);
    free(s->id);
    free(s->url);
    free(s->version);
    free(s->language);
    string_deinit(&s->title);
    *s = (struct script){0};
}

/* Language tags compare without case (RFC 5646 section 2.1.1). */
static bool same_tag(const char *tag, const char *lang, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const char a = tag[i], b = lang[i];
        if ((a >= 'A' && a <= 'Z' ? a | 0x20 : a) != (b >= 'A' && b <= 'Z' ? b | 0x20 : b))
            return false;
    }
    return tag[len] == '\0';
}

static const struct script_translation *translation(const struct script_string *s, const char *lang,
                                                    size_t len)
{
    for (size_t i = 0; i < s->n; i++)
        if (same_tag(s->translations[i].lang, lang, len))
            return &s->translations[i];
    return NULL;
}

const char *script_text_in(const struct script_string *s, const char *lang, const char **ret_lang)
{
    const struct script_translation *t = NULL;
    if (lang) {
        t = translation(s, lang, strlen(lang));
        if (!t)
            t = translation(s, lang, strcspn(lang, "-"));
    }
    *ret_lang = t ? t->lang : NULL;
    const char *text = t ? t->text : s->text;
    return text ? text : "";
}

const char *script_text(const struct script_string *s, const char *lang)
{
    const char *found;
    return script_text_in(s, lang, &found);
}

bool script_is_question(const struct script_item *item)
{
    return item->type != SCRIPT_GROUP && item->type != SCRIPT_DISPLAY;
}

/* ---- items by linkId ---- */

struct entry {
    const char *link_id;
    size_t item;
};

static int by_link_id(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    const int order = strcmp(a->link_id, b->link_id);
    return order ? order : a->item < b->item ? -1 : 1;
}

bool script_index(struct script *s)
{
    struct entry *entries = calloc(s->n_items + 1, sizeof *entries);
    size_t *sorted = calloc(s->n_items + 1, sizeof *sorted);
    if (entries && sorted) {
        for (size_t i = 0; i < s->n_items; i++)
            entries[i] = (struct entry){s->items[i].link_id, i};
        qsort(entries, s->n_items, sizeof *entries, by_link_id);
        for (size_t i = 0; i < s->n_items; i++)
            sorted[i] = entries[i].item;
    }
    free(entries);
    if (!entries || !sorted) {
        free(sorted);
        return false;
    }
    free(s->by_link_id);
    s->by_link_id = sorted;
    return true;
}

/* The first row of by_link_id whose id is not less. */
static size_t find_row(const struct script *s, const char *link_id)
{
    size_t low = 0, high = s->n_items;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (strcmp(s->items[s->by_link_id[mid]].link_id, link_id) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Is it the one that is looked for? parent NULL: wherever it stands. */
static bool is_found(const struct script_item *item, const size_t *parent, const char *link_id)
{
    return strcmp(item->link_id, link_id) == 0 && (!parent || item->parent == *parent);
}

static size_t find(const struct script *s, const size_t *parent, const char *link_id)
{
    if (!s->by_link_id) {
        for (size_t i = 0; i < s->n_items; i++)
            if (is_found(&s->items[i], parent, link_id))
                return i;
        return SCRIPT_NONE;
    }
    for (size_t row = find_row(s, link_id); row < s->n_items; row++) {
        const size_t i = s->by_link_id[row];
        if (is_found(&s->items[i], parent, link_id))
            return i;
        if (strcmp(s->items[i].link_id, link_id) != 0)
            break;
    }
    return SCRIPT_NONE;
}

size_t script_find(const struct script *s, const char *link_id)
{
    return find(s, NULL, link_id);
}

size_t script_find_below(const struct script *s, size_t parent, const char *link_id)
{
    return find(s, &parent, link_id);
}
