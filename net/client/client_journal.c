/* SPDX-License-Identifier: Apache-2.0 */
/* The client and its journal: what earlier processes left, and what this one keeps. */

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "net/client/client_state.h"
#include "net/client/write_json.h"

static void take_leftover(struct client *c, const struct journal_entry *e)
{
    struct ws_write w;
    if (write_json_read(e->text, e->len, &w, NULL) != ERR_OK) {
        c->leftovers_failed = true;
        return;
    }
    /* A process that died while it moved writes leaves them twice. */
    for (size_t i = 0; i < c->n_leftovers; i++)
        if (strcmp(c->leftovers[i].key, w.key) == 0) {
            ws_write_deinit(&w);
            return;
        }
    struct ws_write *more = realloc(c->leftovers, (c->n_leftovers + 1) * sizeof *more);
    if (!more) {
        ws_write_deinit(&w);
        c->leftovers_failed = true;
        return;
    }
    c->leftovers = more;
    c->leftovers[c->n_leftovers++] = w;
}

static void on_written(uint64_t id, bool ok, void *arg)
{
    struct client *c = arg;
    c->handlers.journaled(c->handlers.arg, id, ok);
}

/* Everything is on its way into the new segment; what could not be read stays where it is. */
static void give_restored(struct client *c)
{
    size_t n = c->n_leftovers;
    struct ws_write *writes = c->leftovers;
    c->restore_wanted = false;
    c->leftovers = NULL;
    c->n_leftovers = 0;
    c->handlers.restored(c->handlers.arg, writes, n); /* also with none: the desk may know more */
    free(writes);
    if (c->journal && !c->leftovers_failed)
        journal_forget_leftovers(c->journal);
}

static void on_opened(const struct journal_opened *o, void *arg)
{
    struct client *c = arg;
    c->journal_is_open = true;
    for (size_t i = 0; i < o->n_entries; i++)
        take_leftover(c, &o->entries[i]);
    if (o->code != ERR_OK) {
        client_say(c, o->err.sentence);
        c->handlers.warn(c->handlers.arg, o->err.sentence);
        c->leftovers_failed = true;
    }
    if (o->n_foreign)
        c->handlers.warn(c->handlers.arg,
                         N_("This machine holds unsent answers of another login. They are kept."));
    if (o->n_damaged)
        client_say(c, "journal: a segment ended with a torn frame");
    if (c->restore_wanted)
        give_restored(c);
}

void client_open_journal(struct client *c)
{
    const struct journal_handlers handlers = {on_opened, on_written, c};
    struct err err = {0};
    struct journal *before = c->closing;
    c->closing = NULL;
    c->leftovers_failed = c->journal_is_open = c->restore_wanted = false;
    if (journal_new(&c->journal, c->journal_dir, c->session->journal_key_bytes, &handlers, before,
                    &err) != ERR_OK) {
        client_say(c, err.sentence);
        c->handlers.warn(c->handlers.arg, err.sentence);
        c->leftovers_failed = c->journal_is_open = true;
    }
}

void client_close_journal(struct client *c)
{
    if (c->journal)
        c->closing = journal_close(c->journal);
    c->journal = NULL;
    for (size_t i = 0; i < c->n_leftovers; i++)
        ws_write_deinit(&c->leftovers[i]);
    free(c->leftovers);
    c->leftovers = NULL;
    c->n_leftovers = 0;
    c->restore_wanted = false;
}

void client_restore(struct client *c)
{
    c->restore_wanted = true;
    if (c->journal_is_open)
        give_restored(c);
}

void client_journal(void *client, const struct ws_write *w)
{
    struct client *c = client;
    struct buf frame = {0};
    write_json_frame(w, &frame);
    if (c->journal && !frame.failed)
        journal_write(c->journal, w->id, buf_text(&frame), frame.len);
    else if (client_begin(c, PENDING_JOURNAL, w->id))
        client_answer_later(c);
    buf_free(&frame);
}

void client_forget(void *client, uint64_t write_id)
{
    struct client *c = client;
    if (c->journal)
        journal_done(c->journal, write_id);
}
