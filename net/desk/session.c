/* SPDX-License-Identifier: Apache-2.0 */
/* The signed-in agent's secrets (net/desk/session.h). */

#include "net/desk/session.h"

#include <malloc.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <sodium.h>

struct desk_session *desk_session_new(void)
{
    struct desk_session *s = sodium_malloc(sizeof *s);
    if (s)
        sodium_memzero(s, sizeof *s);
    return s;
}

void desk_session_clear(struct desk_session *s)
{
    sodium_memzero(s, sizeof *s);
}

struct desk_session *desk_session_free(struct desk_session *s)
{
    sodium_free(s); /* wipes; accepts NULL */
    return NULL;
}

static void wipe_and_free(void *p)
{
    if (p)
        sodium_memzero(p, malloc_usable_size(p));
    free(p);
}

void desk_session_wipe_json(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = malloc, .free_fn = wipe_and_free});
}
