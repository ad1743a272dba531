/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What would end each call that is up, as the module told it: said by the next process when this
 * one dies (net/voice/module_goodbye.c). */

#include <stdbool.h>

#include <cjson/cJSON.h>

#define VOICE_GOODBYES_MAX 4 /* more than a desk has calls */

struct voice_goodbyes {
    cJSON *kept[VOICE_GOODBYES_MAX]; /* commands; NULL = free */
};

/* Keep the module's event as the command that it becomes. A later one of the same call is right. */
void voice_goodbyes_keep(struct voice_goodbyes *g, const cJSON *event);
/* The call is over. */
void voice_goodbyes_drop(struct voice_goodbyes *g, const char *call);
/* Take one out, to be said; the caller owns it. NULL = there is none. */
cJSON *voice_goodbyes_take(struct voice_goodbyes *g);
bool voice_goodbyes_are_open(const struct voice_goodbyes *g);
void voice_goodbyes_clear(struct voice_goodbyes *g);
