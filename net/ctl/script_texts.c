/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl script texts, script languages: what is read aloud, and what is not there in every
 * language. */

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/script_strings.h"
#include "core/text.h"
#include "net/api/json.h"
#include "net/ctl/commands.h"
#include "net/ctl/script_file.h"

static const char *const languages[] = {"fr", "nl", "de", "en"}; /* that people are called in */

static const struct ctl_option texts_options[] = {
    {"--lang", N_("TAG"), N_("the language, such as nl"), true},
};

/* Items with one linkId: the first has the name. */
static bool is_first(const struct script *s, size_t i)
{
    return script_find(s, s->items[i].link_id) == i;
}

static cJSON *texts_of(const struct script *s, const char *lang)
{
    cJSON *texts = cJSON_CreateObject();
    for (size_t i = 0; texts && i < s->n_items; i++) {
        const char *text = script_text(&s->items[i].text, lang);
        if (text[0] && is_first(s, i) &&
            !cJSON_AddStringToObject(texts, s->items[i].link_id, text)) {
            cJSON_Delete(texts);
            return NULL;
        }
    }
    return texts;
}

static cJSON *options_of(const struct script_item *item, const char *lang)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t k = 0; list && k < item->n_options; k++) {
        cJSON *text = cJSON_CreateString(script_text(&item->options[k].text, lang));
        if (!text || !cJSON_AddItemToArray(list, text)) {
            cJSON_Delete(text);
            cJSON_Delete(list);
            return NULL;
        }
    }
    return list;
}

static cJSON *all_options(const struct script *s, const char *lang)
{
    cJSON *options = cJSON_CreateObject();
    for (size_t i = 0; options && i < s->n_items; i++) {
        if (s->items[i].n_options == 0 || !is_first(s, i))
            continue;
        cJSON *list = options_of(&s->items[i], lang);
        if (!list || !cJSON_AddItemToObject(options, s->items[i].link_id, list)) {
            cJSON_Delete(list);
            cJSON_Delete(options);
            return NULL;
        }
    }
    return options;
}

static enum err_code texts(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)ctl;
    const char *lang = ctl_option(&command_script_texts, args, "--lang");
    CLEANUP(script_deinit) struct script script = {0};
    CLEANUP_BUF struct buf out = {0};
    CLEANUP_JSON cJSON *all = NULL;
    CLEANUP_JSON cJSON *options = NULL;
    const enum err_code code = ctl_script_file(args->operands[0], &script, err);
    if (code != ERR_OK)
        return code;
    all = texts_of(&script, lang);
    options = all_options(&script, lang);
    if (!all || !options)
        return err_set(err, ERR_NOMEM, NULL);
    buf_str(&out, "{\"texts\":");
    json_print(all, &out);
    buf_str(&out, ",\"options\":");
    json_print(options, &out);
    buf_str(&out, "}\n");
    if (out.failed)
        return err_set(err, ERR_NOMEM, NULL);
    fputs(buf_text(&out), stdout);
    return ERR_OK;
}

struct lacking {
    const struct script *script;
    const char *file;
};

/* "FILE: linkId: option: lacks nl, de: the text" */
static void tell_lacking(void *arg, size_t item, const char *what, const struct script_string *s)
{
    const struct lacking *l = arg;
    char link_id[256] = "";
    bool lacks = false;
    if (item != SCRIPT_NONE)
        (void)text_clean_to(link_id, sizeof link_id, l->script->items[item].link_id,
                            strlen(l->script->items[item].link_id));
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        if (script_string_has(l->script, s, languages[i]))
            continue;
        if (lacks)
            printf(", %s", languages[i]);
        else if (item == SCRIPT_NONE)
            printf("%s: %s: lacks %s", l->file, what, languages[i]);
        else
            printf("%s: %s: %s: lacks %s", l->file, link_id, what, languages[i]);
        lacks = true;
    }
    char start[61];
    const char *text = script_text(s, NULL);
    (void)text_clean_to(start, sizeof start, text, strlen(text));
    if (lacks)
        printf(": %s\n", start);
}

static enum err_code list_lacking(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)ctl;
    CLEANUP(script_deinit) struct script script = {0};
    const enum err_code code = ctl_script_file(args->operands[0], &script, err);
    if (code == ERR_OK)
        script_each_string(&script, tell_lacking,
                           &(struct lacking){.script = &script, .file = args->operands[0]});
    return code;
}

const struct ctl_command command_script_texts = {
    .name = "script texts",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("print the texts and options of a script in a language, as JSON"),
    .options = texts_options,
    .n_options = 1,
    .run = texts,
};

const struct ctl_command command_script_languages = {
    .name = "script languages",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("list the strings of a script that are not there in fr, nl, de and en"),
    .run = list_lacking,
};
