/* SPDX-License-Identifier: Apache-2.0 */
/* The throttle: three kinds of cells. A cell's value is the number of failures, at_ms the last. */

#include "net/server/throttle.h"

#include <stdlib.h>

#include "net/server/cells.h"

enum kind { BOTH, NAME, ADDRESS };

static const struct rule {
    char letter;
    int free, wait_max_s;
} rules[] = {
    [BOTH] = {'b', THROTTLE_FREE,         THROTTLE_WAIT_MAX_S        },
    [NAME] = {'n', THROTTLE_NAME_FREE,    THROTTLE_NAME_WAIT_MAX_S   },
    [ADDRESS] = {'a', THROTTLE_ADDRESS_FREE, THROTTLE_ADDRESS_WAIT_MAX_S},
};

struct throttle {
    struct cells *cells;
};

struct throttle *throttle_new(void)
{
    struct throttle *t = calloc(1, sizeof *t);
    if (t && !(t->cells = cells_new(THROTTLE_CELLS)))
        return throttle_free(t);
    return t;
}

struct throttle *throttle_free(struct throttle *t)
{
    if (t)
        cells_free(t->cells);
    free(t);
    return NULL;
}

static struct cell *take(struct throttle *t, enum kind kind, const char *login, const char *address,
                         int64_t now_s)
{
    struct cell *cell = cells_take(t->cells, rules[kind].letter, kind == ADDRESS ? "" : login,
                                   kind == NAME ? "" : address, now_s * 1000);
    if (now_s - cell->at_ms / 1000 > THROTTLE_FORGET_S)
        cell->value = 0;
    return cell;
}

static int64_t wait_after(const struct rule *rule, int64_t failures)
{
    if (failures < rule->free)
        return 0;
    int64_t wait_s = 1;
    for (int64_t i = rule->free; i < failures && wait_s < rule->wait_max_s; i++)
        wait_s *= 2;
    return wait_s < rule->wait_max_s ? wait_s : rule->wait_max_s;
}

static int64_t wait_of(const struct cell *cell, enum kind kind, int64_t now_s)
{
    const int64_t wait_s = wait_after(&rules[kind], cell->value);
    return wait_s ? cell->at_ms / 1000 + wait_s - now_s : 0;
}

static void count(struct cell *cell, int64_t now_s)
{
    cell->value++;
    cell->at_ms = now_s * 1000;
}

int throttle_try(struct throttle *t, const char *login, const char *address, int64_t now_s)
{
    struct cell *both = take(t, BOTH, login, address, now_s);
    const bool is_known = both->is_worth;
    int64_t wait_s = wait_of(both, BOTH, now_s);
    for (enum kind kind = NAME; kind <= ADDRESS && !is_known; kind++) {
        const int64_t more_s = wait_of(take(t, kind, login, address, now_s), kind, now_s);
        wait_s = more_s > wait_s ? more_s : wait_s;
    }
    if (wait_s > 0)
        return (int)wait_s;
    count(take(t, BOTH, login, address, now_s), now_s);
    if (!is_known)
        count(take(t, NAME, login, address, now_s), now_s);
    return 0;
}

void throttle_right(struct throttle *t, const char *login, const char *address, int64_t now_s)
{
    struct cell *both = take(t, BOTH, login, address, now_s);
    const bool was_known = both->is_worth;
    both->is_worth = true;
    both->value = 0;
    struct cell *name = take(t, NAME, login, address, now_s);
    if (!was_known && name->value > 0)
        name->value--; /* what the try had counted; the rest are others' */
}

void throttle_wrong(struct throttle *t, const char *login, const char *address, int64_t now_s)
{
    count(take(t, ADDRESS, login, address, now_s), now_s);
}

bool throttle_knows(struct throttle *t, const char *login, const char *address)
{
    const struct cell *both = cells_find(t->cells, rules[BOTH].letter, login, address);
    return both && both->is_worth;
}
