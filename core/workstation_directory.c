/* SPDX-License-Identifier: Apache-2.0 */
/* Searching whom a call can be handed to. One question is under way at a time: what is typed
 * meanwhile is asked when its answer is here, so a slow line is not filled with half words. */

#include "core/workstation_state.h"

#include <string.h>

#include "core/i18n.h"
#include "core/text.h"

enum err_code ws_search(void *arg, const char *typed, struct err *err)
{
    struct workstation *ws = arg;
    const enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    const size_t len = strlen(typed);
    if (len >= sizeof ws->wanted || !text_is_plain(typed, len, TEXT_ONE_LINE))
        return err_set(err, ERR_INVALID, N_("This is too long to be searched."));
    ws_copy(ws->wanted, sizeof ws->wanted, typed);
    ws->directory_stale = true;
    ws_settle(ws);
    return ERR_OK;
}

void ws_directory_settle(struct workstation *ws)
{
    struct ws_directory *d = &ws->view.directory;
    if (!ws->directory_stale || ws->in_flight[WS_REQ_DIRECTORY] || ws->view.login != WS_SIGNED_IN)
        return;
    ws->directory_stale = false;
    if (ws->view.backend != WS_BACKEND_OK) {
        d->fails = true;
        return;
    }
    struct ws_request req = {.kind = WS_REQ_DIRECTORY, .typed = ws->wanted};
    ws_copy(d->typed, sizeof d->typed, ws->wanted);
    (void)ws_ask(ws, &req);
}

void ws_directory_answered(struct workstation *ws, const struct ws_answer *a)
{
    struct ws_directory *d = &ws->view.directory;
    d->fails = a->code != ERR_OK || !a->directory;
    if (d->fails)
        return;
    char typed[sizeof d->typed];
    memcpy(typed, d->typed, sizeof typed);
    *d = *a->directory;
    memcpy(d->typed, typed, sizeof typed);
    d->known = true;
    d->fails = false;
}
