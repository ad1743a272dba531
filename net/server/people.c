/* SPDX-License-Identifier: Apache-2.0 */
/* One import of the server at a time, and what has to be cleared before and after it. */

#include "net/server/people.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/host/log.h"
#include "net/import/import.h"
#include "net/server/http.h"
#include "net/server/options.h"
#include "net/server/people_parts.h"
#include "net/server/pipeline.h"
#include "net/server/server.h"
#include "net/server/writer.h"

#define CLEAR_ROWS 200 /* a job: agents wait no longer */

struct people {
    struct server *server;
    struct upload *owner; /* who imports, or waits for the clearing */
    int lock;             /* -1 = not held */
    struct job clear;
    bool clearing;
    bool left; /* to be cleared; the writer thread's while clearing */
};

struct people *people_new(struct server *server)
{
    struct people *p = calloc(1, sizeof *p);
    if (p) {
        p->server = server;
        p->lock = -1;
    }
    return p;
}

struct people *people_free(struct people *p)
{
    if (p && p->lock >= 0)
        close(p->lock);
    free(p);
    return NULL;
}

static struct people *people_of(struct job *job)
{
    return (struct people *)((char *)job - offsetof(struct people, clear));
}

static void unlock(struct people *p)
{
    close(p->lock);
    p->lock = -1;
}

static enum err_code clear_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    return import_clear(store, CLEAR_ROWS, now_utc_s, &people_of(job)->left, &job->err);
}

static void clear_done(struct job *job)
{
    struct people *p = people_of(job);
    struct upload *owner = p->owner;
    p->clearing = false;
    if (job->err.code != ERR_OK) {
        log_line(p->server->log, LOG_ERROR, "fault", "op=import_clear code=%s %s %s",
                 err_info(job->err.code)->name, job->err.sentence, job->err.detail);
        p->owner = NULL;
        unlock(p);
        if (owner)
            upload_refuse(owner, &job->err);
    } else if (p->left && !p->server->stopping) {
        p->clearing = true;
        writer_submit(p->server->writer, &p->clear);
    } else if (owner) {
        upload_go(owner);
    } else {
        unlock(p);
    }
}

static void clear(struct people *p)
{
    if (p->clearing)
        return;
    p->clearing = true;
    p->clear.run = clear_run;
    p->clear.done = clear_done;
    writer_submit(p->server->writer, &p->clear);
}

enum err_code people_claim(struct people *p, struct upload *u, struct err *err)
{
    if (p->owner)
        return err_set(err, ERR_UNAVAILABLE, "Another import is running.");
    if (p->lock < 0) {
        const enum err_code code = import_lock(p->server->options->data, &p->lock, err);
        if (code != ERR_OK)
            return code;
    }
    p->owner = u;
    clear(p);
    return ERR_OK;
}

void people_release(struct people *p, const struct upload *u)
{
    if (p->owner != u)
        return;
    p->owner = NULL;
    if (p->server->stopping)
        unlock(p); /* the next import clears up */
    else
        clear(p);
}
