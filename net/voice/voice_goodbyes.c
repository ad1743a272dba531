/* SPDX-License-Identifier: Apache-2.0 */
#include "net/voice/voice_goodbyes.h"

#include <string.h>

#include "net/api/json.h"

static void forget(cJSON **kept)
{
    cJSON_Delete(*kept);
    *kept = NULL;
}

void voice_goodbyes_drop(struct voice_goodbyes *g, const char *call)
{
    for (size_t i = 0; i < VOICE_GOODBYES_MAX; i++)
        if (g->kept[i] && strcmp(json_str(g->kept[i], "call", ""), call) == 0)
            forget(&g->kept[i]);
}

void voice_goodbyes_keep(struct voice_goodbyes *g, const cJSON *event)
{
    voice_goodbyes_drop(g, json_str(event, "call", ""));
    cJSON *command = cJSON_Duplicate(event, true);
    cJSON_DeleteItemFromObjectCaseSensitive(command, "event");
    if (!command || !cJSON_AddStringToObject(command, "cmd", "goodbye")) {
        cJSON_Delete(command);
        return;
    }
    size_t i = 0;
    while (i < VOICE_GOODBYES_MAX && g->kept[i])
        i++;
    if (i == VOICE_GOODBYES_MAX) { /* the oldest: a call that never was may have left it */
        forget(&g->kept[0]);
        memmove(&g->kept[0], &g->kept[1], (--i) * sizeof g->kept[0]);
    }
    g->kept[i] = command;
}

cJSON *voice_goodbyes_take(struct voice_goodbyes *g)
{
    for (size_t i = 0; i < VOICE_GOODBYES_MAX; i++)
        if (g->kept[i]) {
            cJSON *command = g->kept[i];
            g->kept[i] = NULL;
            return command;
        }
    return NULL;
}

bool voice_goodbyes_are_open(const struct voice_goodbyes *g)
{
    for (size_t i = 0; i < VOICE_GOODBYES_MAX; i++)
        if (g->kept[i])
            return true;
    return false;
}

void voice_goodbyes_clear(struct voice_goodbyes *g)
{
    for (size_t i = 0; i < VOICE_GOODBYES_MAX; i++)
        forget(&g->kept[i]);
}
