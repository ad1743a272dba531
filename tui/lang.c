/* SPDX-License-Identifier: Apache-2.0 */
/* The language of the screen.
 *
 * gettext looks at LANGUAGE only when LC_MESSAGES is not "C"; and a locale that was never generated
 * on this machine counts as "C". So LC_MESSAGES is always C.UTF-8, which every Debian has, and
 * LANGUAGE alone decides. */

#include "tui/lang.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/language.h"
#include "tui/tui.h"

static const struct lang langs[] = {
    {"en", "English"  },
    {"fr", "Français"},
};
#define LANG_COUNT (sizeof langs / sizeof langs[0])

const struct lang *lang_all(size_t *ret_n)
{
    *ret_n = LANG_COUNT;
    return langs;
}

/* The first variable that is set, in the order of POSIX and gettext. */
static const char *first_set(const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return "";
}

const char *lang_of_environment(void)
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    const char *wanted = first_set(names, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < LANG_COUNT; i++)
        if (strncmp(wanted, langs[i].code, 2) == 0)
            return langs[i].code;
    return langs[0].code;
}

const char *lang_use(const char *code)
{
    /* gettext's documented way to say that LANGUAGE has changed (gettext manual 11.2.7). */
    extern int _nl_msg_cat_cntr;
    const struct lang *found = &langs[0];
    for (size_t i = 0; i < LANG_COUNT; i++)
        if (strcmp(code, langs[i].code) == 0)
            found = &langs[i];
    setenv("LANGUAGE", found->code, 1);
    _nl_msg_cat_cntr++;
    return found->code;
}

bool lang_is_unicode(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool lang_is_typed_in_utf8(void)
{
    /* A locale of ASCII says nothing about the bytes beyond it; nearly every terminal sends UTF-8.
     */
    return lang_is_unicode() || strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0;
}

void tui_locale(const char *localedir)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    if (!setlocale(LC_ALL, "")) {
        /* Not generated here; its name still says whether the terminal is UTF-8. */
        const char *wanted = first_set(names, sizeof names / sizeof names[0]);
        const char *codeset = strchr(wanted, '.');
        bool utf8 =
            codeset && (strcasecmp(codeset, ".UTF-8") == 0 || strcasecmp(codeset, ".utf8") == 0);
        setlocale(LC_ALL, utf8 ? "C.UTF-8" : "C");
    }
    setlocale(LC_MESSAGES, "C.UTF-8");
    setlocale(LC_NUMERIC, "C");
    if (localedir && *localedir)
        bindtextdomain("pupitre", localedir);
    bind_textdomain_codeset("pupitre", "UTF-8");
    textdomain("pupitre");
}

const char *lang_name(const char *code)
{
    return *code ? gettext(language_name(code)) : ""; /* gettext says something else for "" */
}
