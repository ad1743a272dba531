/* SPDX-License-Identifier: Apache-2.0 */
/* What of a picture is new (net/desk/picture.h). */

#include "net/desk/picture.h"

#include <string.h>

#include <sodium.h>

#include "core/buf.h"
#include "net/api/json.h"

static const struct picture_part *find(const struct picture *p, const char *key)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->parts[i].key, key) == 0)
            return &p->parts[i];
    return NULL;
}

static bool hash_of(const cJSON *member, struct picture_part *ret)
{
    struct buf text = {0};
    json_print(member, &text);
    const bool ok = !text.failed && strlen(member->string) < sizeof ret->key;
    if (ok) {
        memset(ret, 0, sizeof *ret);
        memcpy(ret->key, member->string, strlen(member->string) + 1);
        crypto_generichash(ret->hash, sizeof ret->hash, (const unsigned char *)buf_text(&text),
                           text.len, NULL, 0);
    }
    buf_free(&text);
    return ok;
}

static bool look(const cJSON *keep, struct picture *ret)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, keep)
    {
        if (ret->n == PICTURE_PARTS_MAX || !hash_of(member, &ret->parts[ret->n]))
            return false;
        ret->n++;
    }
    return true;
}

bool picture_reduce(const struct picture *known, cJSON *keep, struct picture *ret)
{
    struct picture now = {0};
    *ret = (struct picture){0};
    if (!look(keep, &now))
        return false;
    /* What is gone first: these are added, and can fail before anything is taken away. */
    for (size_t i = 0; i < known->n; i++)
        if (!find(&now, known->parts[i].key) && !cJSON_AddNullToObject(keep, known->parts[i].key))
            return false;
    for (size_t i = 0; i < now.n; i++) {
        const struct picture_part *before = find(known, now.parts[i].key);
        if (before && memcmp(before->hash, now.parts[i].hash, sizeof before->hash) == 0)
            cJSON_DeleteItemFromObjectCaseSensitive(keep, now.parts[i].key);
    }
    *ret = now;
    return true;
}
