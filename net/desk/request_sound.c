/* SPDX-License-Identifier: Apache-2.0 */
/* What a screen asks about the sound: which devices, how loud, and whether it works. */

#include "net/desk/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/api/json.h"

/* A test that nobody ends: the screen asks again while somebody looks. */
#define TEST_MS (60 * 1000)

static void on_devices(const cJSON *reply, void *arg)
{
    struct waiting *w = arg;
    struct desk *d = w->desk;
    struct desk_sound *s = &d->sound_state;
    cJSON *j = reply ? request_answer(&w->asker, true) : NULL;
    if (!j) {
        request_refuse(d, &w->asker, ERR_UNAVAILABLE, N_("The telephone program stopped."));
    } else {
        for (int way = DESK_INPUT; way < DESK_SOUND_WAYS; way++) {
            static const char *const lists[] = {[DESK_INPUT] = "inputs", [DESK_OUTPUT] = "outputs"};
            cJSON *list = cJSON_DetachItemFromObjectCaseSensitive(s->found, desk_sound_ways[way]);
            (void)cJSON_AddItemToObject(j, lists[way], list ? list : cJSON_CreateArray());
            (void)cJSON_AddItemToObject(j, desk_sound_ways[way],
                                        desk_sound_json(s, (enum desk_sound_way)way));
        }
        desk_server_send(d->server, w->asker.peer, j);
    }
    s->found = json_free(s->found);
    free(w);
}

/* One question at a time: the rows come before the answer to it. */
void request_devices(struct desk *d, const struct asker *a, const cJSON *r)
{
    (void)r;
    struct desk_sound *s = &d->sound_state;
    if (s->found) {
        request_refuse(d, a, ERR_STATE, N_("The devices are being looked for already."));
        return;
    }
    struct waiting *w = waiting_new(d, a, CALL_EV_DIAL);
    if (!w)
        return;
    s->found = cJSON_CreateObject();
    for (int way = DESK_INPUT; way < DESK_SOUND_WAYS; way++)
        (void)cJSON_AddArrayToObject(s->found, desk_sound_ways[way]);
    if (!waiting_command(w, "devices", NULL, NULL, NULL, NULL, on_devices))
        s->found = json_free(s->found);
}

/* The choice counts at once; that it could not be written down is worth a word. */
static void take(struct desk *d, const struct asker *a)
{
    voice_choose(d->voice);
    if (desk_sound_remember(&d->sound_state))
        request_ok(d, a);
    else
        request_refuse(d, a, ERR_IO, N_("The choice counts, but it cannot be remembered here."));
}

static bool device_is_plain(const char *name)
{
    return !name || text_is_plain(name, strlen(name), TEXT_ONE_LINE);
}

void request_choose(struct desk *d, const struct asker *a, const cJSON *r)
{
    struct voice_choice *c = &d->sound_state.choice;
    const char *input = json_str(r, "input", NULL);
    const char *output = json_str(r, "output", NULL);
    if (!device_is_plain(input) || !device_is_plain(output)) {
        request_refuse(d, a, ERR_INVALID, N_("The sound device is not valid."));
        return;
    }
    if (input)
        (void)snprintf(c->input, sizeof c->input, "%s", input);
    if (output)
        (void)snprintf(c->output, sizeof c->output, "%s", output);
    take(d, a);
}

void request_volume(struct desk *d, const struct asker *a, const cJSON *r)
{
    struct voice_choice *c = &d->sound_state.choice;
    c->input_volume = (int)json_int(r, "input", c->input_volume);
    c->output_volume = (int)json_int(r, "output", c->output_volume);
    take(d, a);
}

static void on_test_over(void *arg)
{
    desk_sound_end_test(arg, true);
}

static void on_tested(const cJSON *reply, void *arg)
{
    struct waiting *w = arg;
    struct desk *d = w->desk;
    if (reply && strcmp(json_str(reply, "ok", "no"), "yes") == 0) {
        request_ok(d, &w->asker);
    } else {
        d->sound_state.testing = false;
        request_refuse(d, &w->asker, ERR_UNAVAILABLE,
                       reply ? json_str(reply, "message", NULL)
                             : N_("The telephone program stopped."));
    }
    free(w);
}

void request_sound_test(struct desk *d, const struct asker *a, const cJSON *r)
{
    struct desk_sound *s = &d->sound_state;
    if (!json_bool(r, "on", false)) {
        desk_sound_end_test(d, false);
        request_ok(d, a);
        return;
    }
    struct waiting *w = waiting_new(d, a, CALL_EV_DIAL);
    if (!w || !waiting_command(w, "test", "on", "yes", "tone",
                               json_bool(r, "tone", false) ? "yes" : "no", on_tested))
        return;
    if (!s->testing)
        s->told_level_db = 1; /* no level: the first one is news */
    s->testing = true;
    tmr_start(&d->sound_test, TEST_MS, on_test_over, d);
}
