/* SPDX-License-Identifier: Apache-2.0 */
#include "core/script_strings.h"

#include <string.h>

/* A letter of any script: beyond ASCII everything counts. */
static bool has_letters(const struct script_string *s)
{
    for (const char *c = s->text ? s->text : ""; *c; c++)
        if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (unsigned char)*c >= 0x80)
            return true;
    return s->n > 0;
}

static void tell(script_string_fn *fn, void *arg, size_t item, const char *what,
                 const struct script_string *s)
{
    if (has_letters(s))
        fn(arg, item, what, s);
}

static void tell_options(script_string_fn *fn, void *arg, size_t item, const char *what,
                         const struct script_option *options, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tell(fn, arg, item, what, &options[i].text);
}

void script_each_string(const struct script *s, script_string_fn *fn, void *arg)
{
    tell(fn, arg, SCRIPT_NONE, "title", &s->title);
    for (size_t i = 0; i < s->n_items; i++) {
        const struct script_item *it = &s->items[i];
        tell(fn, arg, i, "prefix", &it->prefix);
        tell(fn, arg, i, "text", &it->text);
        tell(fn, arg, i, "label", &it->label);
        tell(fn, arg, i, "hint", &it->hint);
        tell_options(fn, arg, i, "option", it->options, it->n_options);
        tell_options(fn, arg, i, "unit", it->units, it->n_units);
    }
}

static bool is_tag(const char *tag, const char *lang)
{
    const size_t len = strlen(lang);
    return tag && strncmp(tag, lang, len) == 0 && (tag[len] == '\0' || tag[len] == '-');
}

bool script_string_has(const struct script *s, const struct script_string *string, const char *lang)
{
    if (string->text && is_tag(s->language, lang))
        return true;
    for (size_t i = 0; i < string->n; i++)
        if (is_tag(string->translations[i].lang, lang))
            return true;
    return false;
}
