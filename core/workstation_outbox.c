/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox: what must not be lost, on its way to the backend.
 *
 * A write is made durable by the journal first, then sent; one at a time, and those of one offer in
 * the order of making, because a wrap-up means nothing before the end of its call. It leaves when
 * the backend took it. One that the backend fails at holds up those of its own offer only. A write
 * that the journal could not keep is sent all the same. A newer response of an offer makes
 * the older ones that were not sent yet superfluous.
 *
 * The fence that goes with a write is that of the newest snapshot of the same offer: the same agent
 * who logged in anew holds the same offer under a new number, and his words are still his. */

#include "core/workstation_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#define RETRY_FIRST_MS 500
#define RETRY_MAX_MS 15000
#define ONE_RETRY_MAX_MS 60000
#define ASKED_MAX_S 60 /* the backend may ask for more */
#define PASSED_AFTER 5 /* failures, before what needs it least goes on without it */
#define COMPARE_AGAIN_MS 3000
#define KEEP_PATIENCE_MS 10000
#define DISK_PATIENCE_MS 10000
#define SLOW_AFTER_MS 1000 /* most writes take milliseconds: a word at each would only flicker */

static void free_text(char **p)
{
    if (*p)
        ws_wipe(*p, strlen(*p));
    free(*p);
    *p = NULL;
}

void ws_write_deinit(struct ws_write *w)
{
    free_text(&w->note);
    free_text(&w->response);
    ws_wipe(w, sizeof *w);
}

static struct ws_outgoing *free_entry(struct ws_outgoing *o)
{
    ws_write_deinit(&o->write);
    free(o);
    return NULL;
}

static struct ws_outgoing *find(struct ws_outbox *box, uint64_t id)
{
    for (struct ws_outgoing *o = box->first; o; o = o->next)
        if (o->write.id == id)
            return o;
    return NULL;
}

static void remove_entry(struct ws_outbox *box, struct ws_outgoing *gone)
{
    struct ws_outgoing **at = &box->first;
    while (*at != gone)
        at = &(*at)->next;
    *at = gone->next;
    free_entry(gone);
}

/* An entry, or a list of them. */
static void append(struct ws_outbox *box, struct ws_outgoing *o)
{
    struct ws_outgoing **at = &box->first;
    while (*at)
        at = &(*at)->next;
    *at = o;
}

static void give_to_journal(struct workstation *ws, struct ws_outgoing *o)
{
    o->given = o->asked = true;
    ws->ports.journal(ws->ports.arg, &o->write);
}

/* The write's members are moved into a new entry, which is not in the list yet. */
static struct ws_outgoing *new_entry(struct workstation *ws, struct ws_write *take)
{
    struct ws_outgoing *o = calloc(1, sizeof *o);
    if (!o) {
        ws_write_deinit(take);
        return NULL;
    }
    o->write = *take;
    o->write.id = ++ws->outbox.last_id;
    o->made_ms = ws_now_ms(ws);
    take->note = NULL;
    take->response = NULL;
    return o;
}

enum err_code ws_outbox_add(struct workstation *ws, struct ws_write *take, struct err *err)
{
    ws_new_key(ws, take->key);
    struct ws_outgoing *o = new_entry(ws, take);
    if (!o)
        return err_set(err, ERR_NOMEM, NULL);
    append(&ws->outbox, o);
    if (!ws->outbox.restoring)
        give_to_journal(ws, o);
    return ERR_OK;
}

/* What leads to what within one offer. */
static unsigned rank(const struct ws_write *w)
{
    static const unsigned ranks[] = {
        [WS_WRITE_CALL_EVENT] = 0, [WS_WRITE_RESPONSE] = 0, [WS_WRITE_WRAPUP] = 1,
        [WS_WRITE_END] = 2,        [WS_WRITE_INCIDENT] = 0, [WS_WRITE_WISH] = 1,
        [WS_WRITE_CORRECT] = 3,
    };
    _Static_assert(sizeof ranks / sizeof ranks[0] == WS_WRITE_KIND_COUNT, "one rank a kind");
    return ranks[w->kind];
}

/* Where a write belongs: behind what its offer had before, but a journal that failed for a while
 * may hold a wrap-up before the end of its call, or without it. */
static struct ws_outgoing **place_of(struct ws_outgoing **first, const struct ws_write *w)
{
    struct ws_outgoing **at = first;
    while (*at &&
           !(strcmp((*at)->write.offer_id, w->offer_id) == 0 && rank(&(*at)->write) > rank(w)))
        at = &(*at)->next;
    return at;
}

static void put(struct ws_outbox *box, struct ws_outgoing *o)
{
    struct ws_outgoing **at = place_of(&box->first, &o->write);
    o->next = *at;
    *at = o;
}

/* The restored ones in their order, then what was made meanwhile: the call of a restored wrap-up
 * may be told by the desk only. */
static void put_first(struct workstation *ws, struct ws_write *writes, size_t n)
{
    struct ws_outgoing *made = ws->outbox.first;
    ws->outbox.first = NULL;
    for (size_t i = 0; i < n; i++) {
        struct ws_outgoing *o = new_entry(ws, &writes[i]);
        if (!o) {
            ws_notice(ws, WS_NOTICE_ERROR, N_("Out of memory."));
            continue;
        }
        put(&ws->outbox, o);
    }
    while (made) {
        struct ws_outgoing *next = made->next;
        put(&ws->outbox, made);
        made = next;
    }
    for (struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (!o->given)
            give_to_journal(ws, o);
}

static bool is_newer(const struct workstation *ws, const char *response, const char *than)
{
    return ws->ports.is_newer && ws->ports.is_newer(ws->ports.arg, response, than);
}

static bool journal_has_newer(const struct workstation *ws, const char *word)
{
    const struct ws_outgoing *last = NULL;
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (o->write.id == ws->here.response_id)
            last = o;
    return last && is_newer(ws, last->write.response, word);
}

void workstation_restore_writes(struct workstation *ws, struct ws_write *writes, size_t n)
{
    char *word = NULL;
    bool completed = false;
    ws->outbox.restoring = false;
    if (ws->desk_has_word) {
        word = strdup(ws->response ? ws->response : ws->draft);
        completed = ws->response ? ws->here.submitted : ws->draft_completed;
        ws->desk_has_word = false;
    }
    put_first(ws, writes, n);
    ws_facts_recall(ws);
    /* The journal is on this machine; the desk may be behind a line that told it late. */
    if (word && !journal_has_newer(ws, word)) {
        ws_answers_keep_word(ws, word, completed);
        ws->desk_word_id = ws->here.response_id;
    }
    free_text(&word);
    ws_settle(ws);
}

/* Older responses of the same offer that nobody sent say less than this one. */
static void supersede(struct workstation *ws, const struct ws_outgoing *newer)
{
    struct ws_outgoing *o = ws->outbox.first;
    while (o && o != newer) {
        struct ws_outgoing *next = o->next;
        if (o->write.kind == WS_WRITE_RESPONSE && !o->flying && !o->refused &&
            strcmp(o->write.offer_id, newer->write.offer_id) == 0) {
            ws->ports.forget(ws->ports.arg, o->write.id);
            remove_entry(&ws->outbox, o);
        }
        o = next;
    }
}

/* The disk has room again: what it could not keep, and nobody else has yet, goes there now. */
static void journal_again(struct workstation *ws)
{
    for (struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (o->settled && !o->durable && !o->refused && !o->asked)
            give_to_journal(ws, o);
}

void workstation_journaled(struct workstation *ws, uint64_t write_id, bool ok)
{
    struct ws_outgoing *o = find(&ws->outbox, write_id);
    if (!o)
        return;
    const bool again = ok && ws->view.journal_fails;
    o->settled = true;
    o->asked = false;
    o->durable = ok;
    ws->view.journal_fails = !ok;
    if (ok && o->write.kind == WS_WRITE_RESPONSE) {
        supersede(ws, o);
        if (ws->here.response_id == write_id)
            ws->here.saved = WS_SAVED_JOURNAL;
    }
    if (ok && o->write.kind == WS_WRITE_INCIDENT) /* not before: it is as safe as it says */
        ws_notice(ws, WS_NOTICE_INFO, N_("Your report is kept, and goes to the supervisors."));
    if (ok && o->write.kind == WS_WRITE_WISH)
        ws_wish_kept(ws);
    if (ok && o->write.kind == WS_WRITE_CORRECT)
        ws_correct_kept(ws);
    if (ok && o->write.kind == WS_WRITE_CALL_EVENT)
        ws_call_ack(ws, o->write.call_id, o->write.event.seq);
    if (again)
        journal_again(ws);
    ws_settle(ws);
}

/* Trying again may help. */
static bool is_passing(enum err_code code)
{
    return code == ERR_UNAVAILABLE || code == ERR_THROTTLED || code == ERR_STORE ||
           code == ERR_IO || code == ERR_NOMEM || code == ERR_INTERNAL;
}

/* The thing it was about went on without it: keeping the write would not help anybody. Not found is
 * something else: a backend of another version says so of everything. */
static bool is_too_late(enum err_code code)
{
    return code == ERR_STALE || code == ERR_STATE;
}

/* Nor would it for a correction that the agent was told of: the code from before counts. */
static bool is_settled(const struct ws_write *w, enum err_code code)
{
    return is_too_late(code) ||
           (w->kind == WS_WRITE_CORRECT && (code == ERR_INVALID || code == ERR_CONFLICT));
}

static int64_t pause_ms(struct workstation *ws, unsigned failures, int64_t max_ms)
{
    int64_t wait = RETRY_FIRST_MS;
    for (unsigned i = 0; i < failures && wait < max_ms; i++)
        wait *= 2;
    if (wait > max_ms)
        wait = max_ms;
    uint16_t jitter;
    ws->random.fill(ws->random.arg, &jitter, sizeof jitter);
    return wait / 2 + jitter % (wait / 2 + 1);
}

/* All wait a little, in case the backend is in trouble; this one longer and longer. */
static void back_off(struct workstation *ws, struct ws_outgoing *o, int64_t retry_after_s)
{
    struct ws_outbox *box = &ws->outbox;
    const int64_t asked_ms =
        retry_after_s < 0 ? 0 : (retry_after_s > ASKED_MAX_S ? ASKED_MAX_S : retry_after_s) * 1000;
    const int64_t wait = pause_ms(ws, box->failures++, RETRY_MAX_MS);
    box->retry_at_ms = ws_now_ms(ws) + (wait < asked_ms ? asked_ms : wait);
    o->retry_at_ms = ws_now_ms(ws) + pause_ms(ws, o->failures++, ONE_RETRY_MAX_MS);
}

static void accepted(struct workstation *ws, const struct ws_write *w,
                     const struct ws_write_result *r)
{
    struct ws_facts *here = &ws->here;
    bool present = strcmp(w->offer_id, here->offer_id) == 0 && here->offer_id[0];
    if (w->kind == WS_WRITE_RESPONSE) {
        ws_copy(ws->outbox.version_offer, WS_ID_MAX, w->offer_id);
        ws->outbox.version = r->has_version ? r->version : 0;
        if (present && here->response_id == w->id)
            here->saved = WS_SAVED_BACKEND;
    }
    if (w->kind == WS_WRITE_WRAPUP && present) {
        here->code_accepted = true;
        here->late = r->late;
    }
    if (w->kind == WS_WRITE_WRAPUP || w->kind == WS_WRITE_END)
        ws->lists_stale = true;
    if (w->kind == WS_WRITE_INCIDENT)
        ws_notice(ws, WS_NOTICE_INFO, N_("The supervisors have your report."));
    if (w->kind == WS_WRITE_WISH)
        ws_wish_accepted(ws, w);
    if (w->kind == WS_WRITE_CORRECT)
        ws_correct_accepted(ws);
}

/* The backend will never take it: what the agent sees must not claim otherwise. */
static void take_back(struct workstation *ws, const struct ws_write *w, const struct err *err,
                      enum err_code code)
{
    struct ws_facts *here = &ws->here;
    bool present = strcmp(w->offer_id, here->offer_id) == 0 && here->offer_id[0];
    if (w->kind == WS_WRITE_WRAPUP && present && !here->code_accepted)
        here->code[0] = '\0';
    if (w->kind == WS_WRITE_RESPONSE && present && here->response_id == w->id)
        here->saved = WS_SAVED_NOTHING;
    if (w->kind == WS_WRITE_WISH && present)
        ws_wish_take_back(ws);
    if (w->kind == WS_WRITE_END && strcmp(ws->left_offer, w->offer_id) == 0) {
        ws->left_offer[0] = '\0';
        if (ws->has_work)
            ws_offer_adopt(ws);
    }
    if (w->kind == WS_WRITE_CORRECT)
        ws_correct_take_back(ws, err, code);
    else if (w->kind != WS_WRITE_END)
        ws_notice(ws, WS_NOTICE_ERROR, err_sentence(err, ERR_STALE));
}

static void finish(struct workstation *ws, struct ws_outgoing *o, bool forget)
{
    if (!forget) {
        o->refused = true;
        return;
    }
    ws->ports.forget(ws->ports.arg, o->write.id);
    remove_entry(&ws->outbox, o);
}

/* It says again what the desk kept, and the backend has something else. */
static bool is_to_compare(const struct workstation *ws, const struct ws_outgoing *o)
{
    return ws->ports.is_newer && o->write.id == ws->desk_word_id &&
           strcmp(o->write.offer_id, ws->here.offer_id) == 0;
}

void workstation_sent(struct workstation *ws, uint64_t write_id, const struct ws_write_result *r)
{
    struct ws_outgoing *o = find(&ws->outbox, write_id);
    if (!o || !o->flying)
        return;
    o->flying = false;
    ws->view.store_fails = r->code == ERR_STORE || r->code == ERR_IO || r->code == ERR_NOMEM ||
                           r->code == ERR_INTERNAL;
    if (r->code == ERR_OK) {
        ws->outbox.failures = 0;
        ws->outbox.retry_at_ms = 0;
        accepted(ws, &o->write, r);
        finish(ws, o, true);
    } else if (r->code == ERR_UNAUTHENTICATED) {
        ws_session_drop(ws, WS_SIGNED_OUT, N_("Your session has ended. Please log in again."));
    } else if (is_passing(r->code)) {
        back_off(ws, o, r->retry_after_s);
    } else if (r->code == ERR_CONFLICT && is_to_compare(ws, o)) {
        (void)ws_answers_ask_draft(ws);
        o->retry_at_ms = ws_now_ms(ws) + COMPARE_AGAIN_MS;
    } else if (r->code == ERR_CONFLICT && o->write.kind == WS_WRITE_RESPONSE && r->has_version) {
        /* Only this agent writes these answers: the store has an earlier word of ours whose
         * acceptance never arrived here. */
        ws_copy(ws->outbox.version_offer, WS_ID_MAX, o->write.offer_id);
        ws->outbox.version = r->version;
        if (ws->outbox.failures++)
            back_off(ws, o, 0);
    } else {
        take_back(ws, &o->write, r->err, r->code);
        finish(ws, o, is_settled(&o->write, r->code));
    }
    ws_settle(ws);
}

void ws_outbox_compare(struct workstation *ws, const struct ws_answer *a)
{
    struct ws_outgoing *o = find(&ws->outbox, ws->desk_word_id);
    if (is_passing(a->code))
        return; /* asked again with the next conflict */
    ws->desk_word_id = 0;
    if (o)
        o->retry_at_ms = 0;
    if (a->code != ERR_OK || (o && strcmp(o->write.offer_id, ws->here.offer_id) != 0))
        return; /* what the desk kept is what there is */
    ws_copy(ws->outbox.version_offer, WS_ID_MAX, ws->here.offer_id);
    ws->outbox.version = a->version;
    if (!o || !a->response || !is_newer(ws, a->response, o->write.response))
        return;
    if (ws->here.response_id == o->write.id) {
        ws_answers_take_draft(ws, a->response, a->completed);
        ws->here.saved = WS_SAVED_BACKEND;
        ws->keep_stale = true;
    }
    finish(ws, o, true);
}

/* Does this one have to wait for an earlier one of its offer? Answers that the backend fails at
 * again and again hold up no call and no code: those are right without them. */
static bool waits_for(const struct ws_outgoing *o, const struct ws_outgoing *earlier)
{
    const bool passable = earlier->write.kind == WS_WRITE_RESPONSE &&
                          earlier->failures >= PASSED_AFTER && o->write.kind != WS_WRITE_RESPONSE;
    return !earlier->refused && !passable &&
           strcmp(o->write.offer_id, earlier->write.offer_id) == 0;
}

/* The first that may be sent now; NULL = none, or one is on its way. */
static struct ws_outgoing *choose(struct workstation *ws)
{
    struct ws_outbox *box = &ws->outbox;
    struct ws_outgoing *chosen = NULL;
    for (struct ws_outgoing *o = box->first; o; o = o->next) {
        if (o->flying)
            return NULL;
        if (chosen || o->refused)
            continue;
        bool waits = !o->settled || ws_now_ms(ws) < o->retry_at_ms;
        for (const struct ws_outgoing *e = box->first; e != o && !waits; e = e->next)
            waits = waits_for(o, e);
        if (!waits)
            chosen = o;
    }
    return chosen;
}

static void send_next(struct workstation *ws)
{
    struct ws_outbox *box = &ws->outbox;
    struct ws_outgoing *o = choose(ws);
    if (!o)
        return;
    /* The desk's picture is never older than what the backend took: a new screen trusts it. */
    if (o->write.kind == WS_WRITE_RESPONSE && ws->keeping_ms &&
        ws_now_ms(ws) - ws->keeping_ms < KEEP_PATIENCE_MS)
        return;
    const struct ws_work_offer *held = &ws->work.offer;
    bool same =
        ws->has_work && o->write.offer_id[0] && strcmp(held->offer_id, o->write.offer_id) == 0;
    unsigned version = strcmp(box->version_offer, o->write.offer_id) == 0 ? box->version : 0;
    o->flying = true;
    ws->ports.send(ws->ports.arg, &o->write, same ? held->fence : o->write.fence, version);
}

/* A disk that hangs must not keep from the backend what is said. */
static void lose_patience(struct workstation *ws)
{
    struct ws_outbox *box = &ws->outbox;
    const int64_t now = ws_now_ms(ws);
    if (box->restoring && now - box->restoring_ms >= DISK_PATIENCE_MS) {
        box->restoring = false;
        put_first(ws, NULL, 0);
    }
    for (struct ws_outgoing *o = box->first; o; o = o->next)
        if (o->given && !o->settled && now - o->made_ms >= DISK_PATIENCE_MS)
            o->settled = ws->view.journal_fails = true;
}

static void count_unsent(struct workstation *ws)
{
    struct workstation_view *v = &ws->view;
    v->unsent = 0;
    v->sending_is_slow = false;
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next) {
        if (o->refused)
            continue;
        v->unsent++;
        v->sending_is_slow |= ws_now_ms(ws) - o->made_ms >= SLOW_AFTER_MS;
    }
}

void ws_outbox_settle(struct workstation *ws)
{
    struct ws_outbox *box = &ws->outbox;
    lose_patience(ws);
    if (ws->view.login == WS_SIGNED_IN && ws->view.backend == WS_BACKEND_OK && ws->work_fresh &&
        ws_now_ms(ws) >= box->retry_at_ms)
        send_next(ws);
    count_unsent(ws);
}

void ws_outbox_clear(struct workstation *ws)
{
    while (ws->outbox.first)
        remove_entry(&ws->outbox, ws->outbox.first);
    uint64_t last_id = ws->outbox.last_id;
    ws->outbox = (struct ws_outbox){.last_id = last_id};
    ws->view.journal_fails = ws->view.store_fails = false;
}

void ws_outbox_try_now(struct workstation *ws)
{
    ws->outbox.retry_at_ms = 0;
    ws->outbox.failures = 0;
    for (struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        o->retry_at_ms = 0;
}

bool ws_outbox_has_kept_code(const struct workstation *ws, const char *offer_id)
{
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (o->write.kind == WS_WRITE_WRAPUP && o->durable && !o->refused &&
            strcmp(o->write.offer_id, offer_id) == 0)
            return true;
    return false;
}

bool ws_outbox_has_wish(const struct workstation *ws, const char *offer_id)
{
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (o->write.kind == WS_WRITE_WISH && !o->refused &&
            strcmp(o->write.offer_id, offer_id) == 0)
            return true;
    return false;
}

const char *ws_outbox_corrected_code(const struct workstation *ws, const char *offer_id)
{
    const char *code = NULL;
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (o->write.kind == WS_WRITE_CORRECT && !o->refused &&
            strcmp(o->write.offer_id, offer_id) == 0)
            code = o->write.code;
    return code;
}

bool ws_outbox_has_any(const struct workstation *ws, const char *offer_id)
{
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (!o->refused && strcmp(o->write.offer_id, offer_id) == 0)
            return true;
    return false;
}
