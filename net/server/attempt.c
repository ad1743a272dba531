/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts and lines of them. */

#include "net/server/attempt.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/api/json.h"
#include "net/server/request.h"

_Static_assert(ATTEMPT_ID_BYTES == crypto_generichash_BYTES_MIN, "a hash of that size");

struct attempt *attempt_new(struct logins *l, const struct request *req)
{
    struct attempt *a = calloc(1, sizeof *a);
    char *password = strdup(json_str(req->json, "password", ""));
    if (!a || !password) {
        free(password);
        free(a);
        return NULL;
    }
    a->logins = l;
    a->password = password;
    attempt_id(req, a->id);
    snprintf(a->login, sizeof a->login, "%s", json_str(req->json, "login", ""));
    snprintf(a->address, sizeof a->address, "%s", req->address);
    return a;
}

struct attempt *attempt_free(struct attempt *a)
{
    if (!a)
        return NULL;
    sodium_memzero(a->password, strlen(a->password));
    free(a->password);
    sodium_memzero(a, sizeof *a);
    free(a);
    return NULL;
}

void attempt_id(const struct request *req, uint8_t ret[ATTEMPT_ID_BYTES])
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, ATTEMPT_ID_BYTES);
    (void)crypto_generichash_update(&state, (const unsigned char *)req->key, strlen(req->key) + 1);
    (void)crypto_generichash_update(&state, (const unsigned char *)req->body.data, req->body.len);
    (void)crypto_generichash_final(&state, ret, ATTEMPT_ID_BYTES);
}

void line_init(struct line *l)
{
    l->head = NULL;
    l->tail = &l->head;
}

void line_push(struct line *l, struct attempt *a)
{
    a->next = NULL;
    *l->tail = a;
    l->tail = &a->next;
}

struct attempt *line_pop(struct line *l)
{
    struct attempt *a = l->head;
    if (a) {
        l->head = a->next;
        if (!l->head)
            l->tail = &l->head;
    }
    return a;
}
