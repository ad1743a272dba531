/* SPDX-License-Identifier: Apache-2.0 */
/* The client and its journal: what earlier processes left, and what this one keeps. */

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "net/client/client_state.h"
#include "net/client/write_json.h"

static void on_leftover(const char *text, size_t len, void *arg)
{
    struct client *c = arg;
    struct ws_write w;
    if (write_json_read(text, len, &w, NULL) != ERR_OK) {
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

void client_open_journal(struct client *c)
{
    const struct journal_handlers handlers = {on_written, c};
    struct journal_leftovers found = {0};
    struct err err = {0};
    c->leftovers_failed = false;
    if (journal_new(&c->journal, c->journal_dir, c->session->journal_key_bytes, &handlers, &err) !=
            ERR_OK ||
        journal_read_leftovers(c->journal, on_leftover, c, &found, &err) != ERR_OK) {
        client_say(c, err.sentence);
        c->handlers.warn(c->handlers.arg, err.sentence);
        c->leftovers_failed = true;
    }
    if (found.n_foreign)
        c->handlers.warn(c->handlers.arg,
                         N_("This machine holds unsent answers of another login. They are kept."));
    if (found.n_damaged)
        client_say(c, "journal: a segment ended with a torn frame");
}

void client_restore(struct client *c)
{
    size_t n = c->n_leftovers;
    struct ws_write *writes = c->leftovers;
    c->leftovers = NULL;
    c->n_leftovers = 0;
    c->handlers.restored(c->handlers.arg, writes, n); /* also with none: the desk may know more */
    free(writes);
    /* Everything is on its way into the new segment; what could not be read stays where it is. */
    if (c->journal && !c->leftovers_failed)
        journal_forget_leftovers(c->journal);
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
