/* SPDX-License-Identifier: Apache-2.0 */
#include "core/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/demo_record.h"
#include "core/i18n.h"
#include "core/placeholder.h"
#include "core/script_carry.h"
#include "core/script_change.h"
#include "core/script_fault.h"
#include "core/script_play.h"
#include "core/script_tree.h"

struct demo {
    struct workstation_view screen;
    struct demo_view view;
    struct demo_setup setup;
    struct script *script; /* NULL = none yet */
    struct script_answers *answers;
    struct script_answers *said; /* by the simulated person; NULL = nothing */
    struct script_coverage coverage;
    char lang[8]; /* spoken, as the screen told last */
    struct record record;
    struct service service; /* made up; unused where one was given */
    unsigned walks;         /* each is a person of its own for the screen */
};

/* --- problems --- */

void demo_problems_deinit(struct demo_problems *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free(p->rows[i].code);
        free(p->rows[i].at);
        free(p->rows[i].message);
    }
    free(p->rows);
    *p = (struct demo_problems){0};
}

struct demo_problem *demo_problems_add(struct demo_problems *p, bool is_error, const char *code,
                                       const char *at, const char *message)
{
    struct demo_problem *rows = reallocarray(p->rows, p->n + 1, sizeof *rows);
    if (!rows)
        return NULL;
    p->rows = rows;
    struct demo_problem *row = &rows[p->n++];
    *row = (struct demo_problem){.is_error = is_error,
                                 .code = strdup(code),
                                 .at = strdup(at ? at : ""),
                                 .message = strdup(message)};
    p->n_errors += is_error;
    return row->code && row->at && row->message ? row : NULL;
}

static void take_problems(struct demo *d, struct demo_problems *problems)
{
    demo_problems_deinit(&d->view.problems);
    d->view.problems = *problems;
    *problems = (struct demo_problems){0};
}

/* --- life --- */

/* Signed in, in a call that has no telephone: the step of the work that shows a script. */
static void dress(struct demo *d)
{
    struct workstation_view *v = &d->screen;
    struct ws_offer *o = &v->offer;
    v->login = WS_SIGNED_IN;
    v->backend = WS_BACKEND_OK;
    v->phone = WS_PHONE_READY;
    v->region = d->record.region;
    v->now_utc_s = d->setup.now_utc_s;
    v->alarms_raised = v->alarms_seen = -1;
    snprintf(v->agent_name, sizeof v->agent_name, "%s", DEMO_AGENT);
    o->state = HOLD_CALL;
    o->call.state = CALL_ENDED;
    o->kind = d->record.kind;
    o->record = &d->record;
    snprintf(o->language, sizeof o->language, "%s", d->setup.language ? d->setup.language : "");
    snprintf(o->call_phone, sizeof o->call_phone, "%s", d->record.phones[0].number);
}

struct demo *demo_new(const struct demo_setup *setup)
{
    struct demo *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->setup = *setup;
    d->view.file = setup->file;
    d->view.watches = setup->watches;
    d->view.coverage = &d->coverage;
    d->view.play = setup->play;
    d->view.pace_s = setup->pace_s;
    demo_record_make(setup->language ? setup->language : "fr", setup->today, setup->now_utc_s,
                     &d->record);
    dress(d);
    return d;
}

static void drop_said(struct demo *d)
{
    d->said = script_answers_free(d->said);
    d->view.said = NULL;
}

static void drop_script(struct demo *d)
{
    drop_said(d);
    d->answers = script_answers_free(d->answers);
    if (d->script)
        script_deinit(d->script);
    free(d->script);
    d->script = NULL;
}

struct demo *demo_free(struct demo *d)
{
    if (!d)
        return NULL;
    drop_script(d);
    script_coverage_deinit(&d->coverage);
    demo_problems_deinit(&d->view.problems);
    free(d);
    return NULL;
}

const struct workstation_view *demo_screen(const struct demo *d)
{
    return &d->screen;
}

const struct demo_view *demo_view(const struct demo *d)
{
    return &d->view;
}

void demo_tick(struct demo *d, int64_t now_utc_s)
{
    d->screen.now_utc_s = now_utc_s;
}

void demo_say(struct demo *d, int kind, const char *text)
{
    struct ws_notice *n = &d->screen.notice;
    snprintf(n->text, sizeof n->text, "%s", text);
    n->kind = kind;
    n->at_utc_s = d->screen.now_utc_s;
}

/* --- walks --- */

void demo_at(struct demo *d, size_t node, const char *lang)
{
    snprintf(d->lang, sizeof d->lang, "%s", lang);
    script_coverage_reach(&d->coverage, d->answers, node);
}

void demo_end_walk(struct demo *d)
{
    if (!d->answers)
        return;
    if (d->setup.walk_ends && script_coverage_is_walk(&d->coverage))
        d->setup.walk_ends(d->setup.arg);
    script_coverage_end_walk(&d->coverage);
    if (d->setup.walk_counted)
        d->setup.walk_counted(d->setup.arg);
}

static bool was_said(void *arg, size_t node)
{
    const struct demo *d = arg;
    return d->coverage.rows[script_node_item(d->answers, node)].reached_now;
}

void demo_transcript(struct demo *d, enum script_transcript_form form, unsigned number,
                     struct buf *out)
{
    if (!d->answers)
        return;
    const struct placeholder_values values = {.record = &d->record,
                                              .service = d->screen.service,
                                              .agent = d->screen.agent_name,
                                              .today = d->setup.today,
                                              .answer = script_words_date,
                                              .arg = d->answers};
    const struct script_transcript t = {
        .form = form,
        .words = {.lang = d->lang,
                  .values = &values,
                  .translate = script_words_spoken,
                  .arg = d->lang},
        .note = script_words_spoken(d->lang, N_("Demonstration: the person is made up.")),
        .day = d->setup.today,
        .number = number,
        .was_said = was_said,
        .arg = d,
    };
    script_transcript_print(d->answers, &t, out);
}

struct script_coverage *demo_coverage(struct demo *d)
{
    return &d->coverage;
}

/* --- the script --- */

static void show(struct demo *d)
{
    struct ws_offer *o = &d->screen.offer;
    o->script = d->script;
    o->answers = d->answers;
    demo_record_be(&d->record, demo_kind_of(d->script));
    o->kind = d->record.kind;
    if (d->setup.service) {
        d->screen.service = d->setup.service;
        return;
    }
    demo_service_make(d->script, &d->service);
    d->screen.service = &d->service;
}

/* For the screen another walk is another person: it forgets where it was. */
static void next_walk(struct demo *d)
{
    struct ws_offer *o = &d->screen.offer;
    snprintf(o->offer_id, sizeof o->offer_id, "demo-%u", ++d->walks);
    o->submitted = false;
}

/* The answers to a script that was just read: those of a beginning, and of the same script's former
 * state what was answered. */
static struct script_answers *begin(struct demo *d, const struct script *s, bool same,
                                    struct err *err)
{
    struct script_answers *a = script_answers_new(s);
    if (!a) {
        err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    script_answers_use_regex(a, d->setup.regex);
    enum err_code code = script_answers_start(a, err);
    if (code == ERR_OK && same && d->answers)
        code = script_carry(d->answers, a, err);
    return code == ERR_OK ? a : script_answers_free(a);
}

enum err_code demo_take(struct demo *d, struct script *script, struct demo_problems *problems,
                        struct err *err)
{
    struct script *content = malloc(sizeof *content);
    if (!content)
        return err_set(err, ERR_NOMEM, NULL);
    const bool same = d->script && script_is_same(d->script, script);
    *content = *script;
    struct script_answers *answers = begin(d, content, same, err);
    if (!answers) {
        free(content);
        return ERR_NOMEM;
    }
    if (!same) {
        demo_end_walk(d);
        script_coverage_deinit(&d->coverage);
    }
    if (!script_coverage_follow(&d->coverage, content)) {
        script_answers_free(answers);
        free(content);
        return err_set(err, ERR_NOMEM, NULL);
    }
    *script = (struct script){0};
    take_problems(d, problems);
    drop_script(d);
    d->script = content;
    d->answers = answers;
    d->view.is_broken = false;
    d->view.scripts++;
    show(d);
    if (!same)
        next_walk(d);
    return ERR_OK;
}

void demo_take_broken(struct demo *d, struct demo_problems *problems)
{
    take_problems(d, problems);
    d->view.is_broken = true;
}

enum err_code demo_restart(struct demo *d, struct err *err)
{
    if (!d->answers)
        return err_set(err, ERR_STATE, N_("There is no script now."));
    demo_end_walk(d);
    script_answers_clear(d->answers);
    next_walk(d);
    return script_answers_start(d->answers, err);
}

/* --- the simulated person --- */

static bool append_problems(struct demo_problems *to, struct demo_problems *from)
{
    struct demo_problem *rows = reallocarray(to->rows, to->n + from->n + 1, sizeof *rows);
    if (!rows)
        return false;
    to->rows = rows;
    for (size_t i = 0; i < from->n; i++)
        rows[to->n++] = from->rows[i];
    to->n_errors += from->n_errors;
    free(from->rows);
    *from = (struct demo_problems){0};
    return true;
}

enum err_code demo_take_play(struct demo *d, struct script_answers *said,
                             struct demo_problems *problems, struct err *err)
{
    drop_said(d);
    if (!append_problems(&d->view.problems, problems)) {
        demo_problems_deinit(problems);
        script_answers_free(said);
        return err_set(err, ERR_NOMEM, NULL);
    }
    d->said = said;
    d->view.said = said;
    return ERR_OK;
}

/* --- commands --- */

static enum err_code check_open(const struct demo *d, struct err *err)
{
    if (!d->answers)
        return err_set(err, ERR_STATE, N_("There is no script now."));
    if (d->screen.offer.submitted)
        return err_set(err, ERR_STATE, N_("The script was submitted already."));
    return ERR_OK;
}

static enum err_code give(void *arg, size_t answer, const struct script_value *value,
                          struct err *err)
{
    struct demo *d = arg;
    enum err_code code = check_open(d, err);
    if (code == ERR_OK)
        code = script_change_answer(d->answers, answer, value, err);
    return code;
}

static enum err_code repeat(void *arg, size_t node, enum ws_repeat how, size_t *ret,
                            struct err *err)
{
    struct demo *d = arg;
    enum err_code code = check_open(d, err);
    if (code == ERR_OK)
        code = script_change_repeat(d->answers, node, how, ret, err);
    return code;
}

static enum err_code submit(void *arg, struct err *err)
{
    struct demo *d = arg;
    const enum err_code code = check_open(d, err);
    if (code != ERR_OK)
        return code;
    if (script_missing_nodes(d->answers, NULL, 0) > 0)
        return err_set(err, ERR_STATE, N_("Some answers are missing."));
    d->screen.offer.submitted = true;
    return ERR_OK;
}

enum err_code demo_say_answer(struct demo *d, size_t question, struct err *err)
{
    const enum err_code code = check_open(d, err);
    if (code != ERR_OK)
        return code;
    if (!d->said || !script_node_exists(d->answers, question))
        return err_set(err, ERR_STATE, N_("The person has no answer to that."));
    return script_play_give(d->answers, d->said, question, err);
}

enum err_code demo_grow(struct demo *d, size_t from, size_t to, bool *ret, struct err *err)
{
    *ret = false;
    if (!d->said || !script_node_exists(d->answers, from))
        return ERR_OK;
    return script_play_grow(d->answers, d->said, from, to, ret, err);
}

struct workstation_commands demo_commands(struct demo *d)
{
    return (struct workstation_commands){
        .answer = give, .repeat = repeat, .submit = submit, .arg = d};
}
