/* SPDX-License-Identifier: Apache-2.0 */
/* The sound of a desk (net/desk/desk_sound.h). */

#include "net/desk/desk_sound.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/sound_level.h"
#include "core/text.h"
#include "net/api/json.h"
#include "net/desk/desk.h"
#include "net/host/whole_file.h"

#define VOLUME_STANDARD 50
#define FILE_MAX 2048
#define LEVEL_STEP_DB 2 /* less is no news: the line to the screen may be slow */

const char *const desk_sound_ways[DESK_SOUND_WAYS] = {
    [DESK_INPUT] = "input", [DESK_OUTPUT] = "output"};

/* --- remembering --- */

static void take_way(const cJSON *j, char device[VOICE_DEVICE_SIZE], int *volume)
{
    const char *name = json_str(j, "device", "");
    const int64_t number = json_int(j, "volume", VOLUME_STANDARD);
    if (strlen(name) < VOICE_DEVICE_SIZE && text_is_plain(name, strlen(name), TEXT_ONE_LINE))
        (void)snprintf(device, VOICE_DEVICE_SIZE, "%s", name);
    if (number >= 0 && number <= 100)
        *volume = (int)number;
}

static void recall(struct desk_sound *s)
{
    char text[FILE_MAX];
    struct err err;
    CLEANUP_JSON cJSON *j = NULL;
    const int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    const ssize_t n = read(fd, text, sizeof text);
    (void)close(fd);
    if (n <= 0 || json_parse(text, (size_t)n, &json_limits_api, &j, &err))
        return;
    take_way(json_obj(j, "input"), s->choice.input, &s->choice.input_volume);
    take_way(json_obj(j, "output"), s->choice.output, &s->choice.output_volume);
}

void desk_sound_init(struct desk_sound *s, const char *instance)
{
    char name[64];
    *s = (struct desk_sound){
        .choice = {.input_volume = VOLUME_STANDARD, .output_volume = VOLUME_STANDARD}
    };
    for (int way = DESK_INPUT; way < DESK_SOUND_WAYS; way++)
        s->in_use[way].works = true;
    (void)snprintf(name, sizeof name, "sound-%s", instance);
    if (xdg_path(XDG_STATE, name, s->path, sizeof s->path))
        recall(s);
}

void desk_sound_deinit(struct desk_sound *s)
{
    s->found = json_free(s->found);
}

static cJSON *way_json(const char *device, int volume)
{
    cJSON *j = cJSON_CreateObject();
    if (cJSON_AddStringToObject(j, "device", device) &&
        cJSON_AddNumberToObject(j, "volume", volume))
        return j;
    return json_free(j);
}

bool desk_sound_remember(const struct desk_sound *s)
{
    char folder[XDG_PATH_MAX];
    CLEANUP_BUF struct buf text = {.limit = FILE_MAX - 1};
    CLEANUP_JSON cJSON *j = cJSON_CreateObject();
    const struct voice_choice *c = &s->choice;
    if (!*s->path || !xdg_path(XDG_STATE, "", folder, sizeof folder) ||
        !cJSON_AddItemToObject(j, "input", way_json(c->input, c->input_volume)) ||
        !cJSON_AddItemToObject(j, "output", way_json(c->output, c->output_volume)))
        return false;
    json_print(j, &text);
    xdg_make(folder);
    return !text.failed && whole_file_write(s->path, text.data, text.len, false, NULL) == ERR_OK;
}

/* --- telling the screen --- */

cJSON *desk_sound_json(const struct desk_sound *s, enum desk_sound_way way)
{
    const bool in = way == DESK_INPUT;
    cJSON *j = cJSON_CreateObject();
    if (cJSON_AddStringToObject(j, "chosen", in ? s->choice.input : s->choice.output) &&
        cJSON_AddNumberToObject(j, "volume",
                                in ? s->choice.input_volume : s->choice.output_volume) &&
        cJSON_AddStringToObject(j, "in_use", s->in_use[way].name) &&
        cJSON_AddStringToObject(j, "label", s->in_use[way].label) &&
        cJSON_AddBoolToObject(j, "works", s->in_use[way].works))
        return j;
    return json_free(j);
}

static void tell(struct desk *d)
{
    struct desk_sound *s = &d->sound_state;
    cJSON *j = cJSON_CreateObject();
    bool ok = cJSON_AddStringToObject(j, "event", "sound") &&
              cJSON_AddBoolToObject(j, "silent", s->told_silent);
    for (int way = DESK_INPUT; ok && way < DESK_SOUND_WAYS; way++) {
        cJSON *side = cJSON_AddObjectToObject(j, desk_sound_ways[way]);
        ok = side && cJSON_AddBoolToObject(side, "works", s->in_use[way].works) &&
             cJSON_AddStringToObject(side, "label", s->in_use[way].label);
    }
    if (ok)
        desk_server_send(d->server, desk_server_screen(d->server), j);
    else
        json_free(j);
}

static bool agent_speaks(const struct desk *d)
{
    for (size_t i = 0; i < LEG_COUNT; i++) {
        const struct call *call = &d->legs[i].call.call;
        if (call->state == CALL_TALKING && !call->muted)
            return true;
    }
    return false;
}

void desk_sound_follow(struct desk *d)
{
    struct desk_sound *s = &d->sound_state;
    const bool silent = s->mic_silent && agent_speaks(d);
    if (silent == s->told_silent)
        return;
    s->told_silent = silent;
    tell(d);
}

void desk_sound_greet(struct desk *d)
{
    const struct desk_sound *s = &d->sound_state;
    if (*s->in_use[DESK_INPUT].name || *s->in_use[DESK_OUTPUT].name || s->told_silent)
        tell(d);
}

static void tell_level(struct desk *d, int level_db)
{
    struct desk_sound *s = &d->sound_state;
    cJSON *j = cJSON_CreateObject();
    s->told_level_db = level_db;
    if (cJSON_AddStringToObject(j, "event", "level") &&
        cJSON_AddBoolToObject(j, "on", s->testing) &&
        cJSON_AddNumberToObject(j, "level_db", level_db))
        desk_server_send(d->server, desk_server_screen(d->server), j);
    else
        json_free(j);
}

void desk_sound_end_test(struct desk *d, bool say)
{
    struct desk_sound *s = &d->sound_state;
    tmr_cancel(&d->sound_test);
    if (!s->testing)
        return;
    s->testing = false;
    (void)!voice_command(d->voice, "test", "on", "no", "tone", "no", NULL, NULL, NULL);
    if (say)
        tell_level(d, SOUND_LEVEL_MIN);
}

/* --- what the module says --- */

static bool way_of(const cJSON *m, enum desk_sound_way *ret)
{
    for (int way = DESK_INPUT; way < DESK_SOUND_WAYS; way++)
        if (strcmp(json_str(m, "way", ""), desk_sound_ways[way]) == 0) {
            *ret = (enum desk_sound_way)way;
            return true;
        }
    return false;
}

/* Names and labels come from drivers and configuration files: cleaned once more. */
static void on_found(struct desk_sound *s, const cJSON *m)
{
    enum desk_sound_way way;
    char label[VOICE_DEVICE_SIZE];
    const char *name = json_str(m, "name", "");
    const char *text = json_str(m, "label", "");
    if (!s->found || !way_of(m, &way) || !*name || strlen(name) >= VOICE_DEVICE_SIZE ||
        !text_is_plain(name, strlen(name), TEXT_ONE_LINE))
        return;
    (void)text_clean_to(label, sizeof label, text, strlen(text));
    cJSON *list = cJSON_GetObjectItemCaseSensitive(s->found, desk_sound_ways[way]);
    cJSON *row = cJSON_CreateObject();
    if (!cJSON_AddStringToObject(row, "name", name) ||
        !cJSON_AddStringToObject(row, "label", *label ? label : name) ||
        !cJSON_AddItemToArray(list, row))
        json_free(row);
}

static void on_device(struct desk *d, const cJSON *m)
{
    struct desk_sound *s = &d->sound_state;
    enum desk_sound_way way;
    if (!way_of(m, &way))
        return;
    const char *name = json_str(m, "name", "");
    const char *label = json_str(m, "label", "");
    s->in_use[way].works = strcmp(json_str(m, "works", "yes"), "yes") == 0;
    (void)text_clean_to(s->in_use[way].name, VOICE_DEVICE_SIZE, name, strlen(name));
    (void)text_clean_to(s->in_use[way].label, VOICE_DEVICE_SIZE, label, strlen(label));
    tell(d);
}

static void on_level(struct desk *d, const cJSON *m)
{
    const struct desk_sound *s = &d->sound_state;
    const int level_db = sound_level_db((int)strtol(json_str(m, "peak", "0"), NULL, 10));
    const int step = level_db - s->told_level_db;
    if (s->testing && (step >= LEVEL_STEP_DB || step <= -LEVEL_STEP_DB))
        tell_level(d, level_db);
}

void desk_sound_heard(struct desk *d, const char *event, const cJSON *m)
{
    if (strcmp(event, "found") == 0) {
        on_found(&d->sound_state, m);
    } else if (strcmp(event, "device") == 0) {
        on_device(d, m);
    } else if (strcmp(event, "level") == 0) {
        on_level(d, m);
    } else if (strcmp(event, "microphone") == 0) {
        d->sound_state.mic_silent = strcmp(json_str(m, "silent", "no"), "yes") == 0;
        desk_sound_follow(d);
    }
}

void desk_sound_lost(struct desk *d)
{
    struct desk_sound *s = &d->sound_state;
    for (int way = DESK_INPUT; way < DESK_SOUND_WAYS; way++) {
        s->in_use[way].works = true;
        s->in_use[way].name[0] = s->in_use[way].label[0] = '\0';
    }
    s->mic_silent = false;
    desk_sound_end_test(d, true);
    s->told_silent = false;
    tell(d);
}
