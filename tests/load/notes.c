/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/load/notes.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/harness/die.h"

struct note *notes_of(struct notes *n, int64_t offer_id)
{
    for (size_t i = n->n; i > 0; i--) /* mostly the last one */
        if (n->rows[i - 1].offer_id == offer_id)
            return &n->rows[i - 1];
    if (n->n == n->cap) {
        n->cap = n->cap ? n->cap * 2 : 16;
        n->rows = realloc(n->rows, n->cap * sizeof *n->rows);
        if (!n->rows)
            die("load", "memory");
    }
    n->rows[n->n] = (struct note){.offer_id = offer_id};
    return &n->rows[n->n++];
}

void notes_late(struct note *note, const char *words)
{
    struct note_late *late = calloc(1, sizeof *late);
    if (!late)
        die("load", "memory");
    (void)snprintf(late->words, sizeof late->words, "%s", words);
    late->next = note->late;
    note->late = late;
}

void notes_free(struct notes *n)
{
    for (size_t i = 0; i < n->n; i++) {
        while (n->rows[i].late) {
            struct note_late *next = n->rows[i].late->next;
            free(n->rows[i].late);
            n->rows[i].late = next;
        }
    }
    free(n->rows);
    *n = (struct notes){0};
}
