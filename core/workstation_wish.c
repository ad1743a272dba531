/* SPDX-License-Identifier: Apache-2.0 */
/* A wish not to be called again. What the person said is as safe as a code from the journal on, and
 * goes out before the preview's end, behind which the backend would not take it. */

#include <string.h>

#include "core/i18n.h"
#include "core/workstation_state.h"

enum err_code ws_wish(void *arg, const char *offer_id, enum ws_wish wish, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code ret = ws_check_signed_in(ws, err);
    if (ret != ERR_OK)
        return ret;
    if (!ws->here.offer_id[0] || strcmp(offer_id, ws->here.offer_id) != 0)
        return err_set(err, ERR_STATE, N_("This person is no longer with you."));
    if (!hold_shows_record(ws->view.offer.state))
        return err_set(err, ERR_STATE, N_("Nobody has been called yet."));
    if (wish == WS_WISH_NONE)
        return err_set(err, ERR_INVALID, NULL);
    if (wish <= ws->here.wish)
        return err_set(err, ERR_STATE, N_("That is recorded already."));
    struct ws_write w = {.kind = WS_WRITE_WISH,
                         .fence = ws->work.offer.fence,
                         .chosen_utc_s = ws->view.now_utc_s,
                         .wish = wish};
    ws_copy(w.offer_id, sizeof w.offer_id, ws->here.offer_id);
    ret = ws_outbox_add(ws, &w, err);
    if (ret != ERR_OK)
        return ret;
    ws->here.wish = wish;
    ws_settle(ws);
    return ERR_OK;
}

void ws_wish_settle(struct workstation *ws)
{
    struct ws_offer *v = &ws->view.offer;
    v->wish = ws->here.wish;
    v->wish_pending = v->wish != WS_WISH_NONE && ws_outbox_has_wish(ws, ws->here.offer_id);
    v->preview.unwanted_phones = ws->work.offer.person.unwanted_phones;
    for (size_t i = 0; i < v->preview.n_phones; i++)
        if (v->wish == WS_WISH_ANY ||
            (v->wish == WS_WISH_NUMBER && strcmp(v->preview.phones[i], v->call_phone) == 0))
            v->preview.unwanted_phones |= 1U << i;
}

void ws_wish_kept(struct workstation *ws)
{
    ws_notice(ws, WS_NOTICE_INFO, N_("The person's wish is kept, and goes to the backend."));
}

void ws_wish_accepted(struct workstation *ws, const struct ws_write *w)
{
    ws_notice(ws, WS_NOTICE_INFO,
              w->wish == WS_WISH_ANY ? N_("Recorded: this person is not called again.")
                                     : N_("Recorded: this number is not called again."));
}

/* What the backend never took is asked for anew, if need be; a narrower wish that it has stays in
 * its own word. */
void ws_wish_take_back(struct workstation *ws)
{
    ws->here.wish = WS_WISH_NONE;
}
