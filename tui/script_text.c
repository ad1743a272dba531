/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/script_text.h"

#include <string.h>

#include "core/placeholder.h"
#include "core/script_words.h"
#include "core/text.h"
#include "tui/panes.h"
#include "tui/script_place.h"
#include "tui/when.h"

const char *script_text_said(const struct tui *t, const struct script_string *s, const char *lang,
                             char *ret, size_t size)
{
    const char *text = script_text(s, lang);
    if (!placeholder_is_in(text))
        return text;
    const struct ws_offer *o = &t->view->offer;
    struct placeholder_values values = {.record = o->record,
                                        .service = t->view->service,
                                        .agent = t->view->agent_name,
                                        .answer = o->answers ? script_words_date : NULL,
                                        .arg = o->answers};
    int minute;
    when_there(tui_zone(t), t->view->now_utc_s, &values.today, &minute);
    CLEANUP_BUF struct buf b = {0};
    placeholder_script_text(o->script, s, lang, &values, &b);
    if (b.failed)
        return text;
    const size_t len = text_cut(buf_text(&b), b.len, size - 1);
    memcpy(ret, buf_text(&b), len);
    ret[len] = '\0';
    return ret;
}

const char *script_text_spoken(const struct tui *t, const struct script_string *s, char *ret,
                               size_t size)
{
    return script_text_said(t, s, script_language(t), ret, size);
}

const char *script_text_of(const struct tui *t, const struct script_item *it,
                           const struct script_string *s, char *ret, size_t size)
{
    return script_text_said(t, s, it->for_agent ? t->lang : script_language(t), ret, size);
}

const char *script_text_ours(void *arg, const char *msgid)
{
    (void)arg;
    return gettext(msgid);
}
