/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/script_text.h"

#include <string.h>

#include "core/placeholder.h"
#include "core/script_tree.h"
#include "core/text.h"
#include "tui/script_place.h"
#include "tui/when.h"

struct asked {
    const struct ws_offer *offer;
};

/* The first answer to a question about a date, if it counts. */
static bool answered_date(void *arg, const char *link_id, struct date *ret)
{
    const struct ws_offer *o = ((const struct asked *)arg)->offer;
    const size_t item = script_find(o->script, link_id);
    if (!o->answers || item == SCRIPT_NONE || o->script->items[item].type != SCRIPT_DATE)
        return false;
    const size_t node = script_node_first(o->answers, item);
    if (node == SCRIPT_NODE_NONE || !script_node_is_kept(o->answers, node))
        return false;
    const struct script_value *v =
        script_node_value(o->answers, script_node_answer(o->answers, node));
    return v->kind == SCRIPT_VALUE_TEXT && date_parse(v->text, ret);
}

const char *script_text_said(const struct tui *t, const struct script_string *s, const char *lang,
                             char *ret, size_t size)
{
    const char *text = script_text(s, lang);
    if (!placeholder_is_in(text))
        return text;
    const struct ws_offer *o = &t->view->offer;
    struct asked asked = {o};
    struct placeholder_values values = {.record = o->record,
                                        .service = t->view->service,
                                        .agent = t->view->agent_name,
                                        .answer = answered_date,
                                        .arg = &asked};
    int minute;
    when_day_and_minute(t->view->now_utc_s, &values.today, &minute);
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
