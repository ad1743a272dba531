/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment lists: rows of CSV as agents, and everything that is wrong with them. */

#include "net/ctl/enrolment.h"

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/csv.h"
#include "net/ctl/agent_fields.h"

struct reading {
    struct enrolment *e;
    struct store *st;
    const struct enrolment_defaults *defaults;
    int fields[CSV_COLUMNS_MAX]; /* enum agent_field at each place of a row */
    bool has_header;
};

void enrolment_deinit(struct enrolment *e)
{
    free(e->rows);
    free(e->faults);
    *e = (struct enrolment){0};
}

static void tell(struct enrolment *e, uint64_t line, const char *column, const char *rule)
{
    e->n_bad++;
    if (e->n_faults == ENROLMENT_FAULTS) {
        return;
    }
    if (!e->faults) {
        e->faults = calloc(ENROLMENT_FAULTS, sizeof *e->faults);
    }
    if (e->faults) { /* else counted, at least */
        struct enrolment_fault *f = &e->faults[e->n_faults++];
        f->line = line;
        snprintf(f->column, sizeof f->column, "%s", column);
        snprintf(f->rule, sizeof f->rule, "%s", gettext(rule));
    }
}

static struct enrolment_row *add_row(struct enrolment *e)
{
    if ((e->n & (e->n - 1)) == 0) { /* full at each power of two */
        struct enrolment_row *rows = realloc(e->rows, (e->n ? 2 * e->n : 1) * sizeof *rows);
        if (!rows) {
            return NULL;
        }
        e->rows = rows;
    }
    struct enrolment_row *row = &e->rows[e->n++];
    *row = (struct enrolment_row){0};
    return row;
}

static enum err_code read_header(struct reading *r, const struct csv_row *row, struct err *err)
{
    unsigned seen = 0;
    for (size_t i = 0; i < row->n; i++) {
        enum agent_field field;
        if (!agent_field_by_column(row->fields[i].text, row->fields[i].len, &field)) {
            return err_set(err, ERR_INVALID,
                           gettext("line %" PRIu64 ", column %zu: this is no column of agents"),
                           row->line, i + 1);
        }
        if (seen & 1u << field) {
            return err_field(err, ERR_INVALID, agent_field_column(field),
                             gettext("the column is there twice"));
        }
        seen |= 1u << field;
        r->fields[i] = (int)field;
    }
    for (int i = 0; i < AGENT_FIELD_COUNT; i++) {
        if (agent_field_is_required((enum agent_field)i) && !(seen & 1u << i)) {
            return err_field(err, ERR_INVALID, agent_field_column((enum agent_field)i),
                             gettext("the column is missing"));
        }
    }
    r->has_header = true;
    return ERR_OK;
}

/* Is the login another row's, or stored? */
static enum err_code check_login(struct reading *r, const struct enrolment_row *row, bool *ret_good,
                                 struct err *err)
{
    struct store_agent stored;
    struct err none = {0};
    const struct enrolment *e = r->e;
    for (size_t i = 0; i < e->n; i++) {
        if (&e->rows[i] != row && strcmp(e->rows[i].agent.login, row->agent.login) == 0) {
            tell(r->e, row->line, "login", N_("this login stands in another row too"));
            *ret_good = false;
            return ERR_OK;
        }
    }
    enum err_code code = store_agent_find(r->st, row->agent.login, &stored, &none);
    if (code && code != ERR_NOT_FOUND) {
        *err = none;
        return code;
    }
    *ret_good = code == ERR_NOT_FOUND;
    if (!*ret_good) {
        tell(r->e, row->line, "login", N_("there is an agent with this login"));
    }
    return ERR_OK;
}

/* The row as a whole: *ret_good false when a fault was told. */
static enum err_code check_row(struct reading *r, struct enrolment_row *row, bool *ret_good,
                               struct err *err)
{
    struct err fault = {0};
    if (row->agent.services.n == 0) {
        row->agent.services = r->defaults->services;
    }
    if (!row->agent.employer[0]) {
        memcpy(row->agent.employer, r->defaults->employer, sizeof row->agent.employer);
    }
    enum err_code code = store_agent_check(r->st, &row->agent, &fault);
    if (code == ERR_INVALID || code == ERR_NOT_FOUND) {
        tell(r->e, row->line, fault.field, fault.sentence);
        *ret_good = false;
        return ERR_OK;
    }
    if (code) {
        *err = fault;
        return code;
    }
    return check_login(r, row, ret_good, err);
}

static enum err_code take_row(struct reading *r, const struct csv_row *row, struct err *err)
{
    if (!r->has_header) {
        return read_header(r, row, err);
    }
    if (r->e->n == ENROLMENT_ROWS) {
        return err_set(err, ERR_TOO_LARGE, gettext("more than %d rows"), ENROLMENT_ROWS);
    }
    struct enrolment_row *to = add_row(r->e);
    if (!to) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    to->line = row->line;
    bool good = true;
    for (size_t i = 0; i < row->n; i++) {
        struct err fault = {0};
        if (agent_field_set(&to->agent, (enum agent_field)r->fields[i], row->fields[i].text,
                            row->fields[i].len, &fault)) {
            tell(r->e, row->line, fault.field, fault.sentence);
            good = false;
        }
    }
    enum err_code code = good ? check_row(r, to, &good, err) : ERR_OK;
    if (!code && !good) {
        r->e->n--;
    }
    return code;
}

/* A fault of the CSV itself: told, and on with the next row, unless the reader gave up. */
static enum err_code take_fault(struct reading *r, const struct csv_reader *csv,
                                const struct err *fault, struct err *err)
{
    if (csv_is_dead(csv) || !r->has_header) {
        *err = *fault;
        return fault->code;
    }
    tell(r->e, csv_fault_line(csv), fault->field, csv_fault_rule(csv));
    return ERR_OK;
}

static enum err_code read_rows(struct reading *r, struct csv_reader *csv, const char *text,
                               size_t len, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t used = 0, n = 0; !code && used <= len; used += n) {
        const struct csv_row *row = NULL;
        struct err fault = {0};
        const bool last = used == len;
        n = 0;
        const enum err_code read = last ? csv_finish(csv, &row, &fault)
                                        : csv_feed(csv, text + used, len - used, &n, &row, &fault);
        code = read ? take_fault(r, csv, &fault, err) : row ? take_row(r, row, err) : ERR_OK;
        if (last) {
            break;
        }
    }
    return code;
}

enum err_code enrolment_read(struct enrolment *e, struct store *st, const char *text, size_t len,
                             const struct enrolment_defaults *defaults, struct err *err)
{
    struct reading r = {.e = e, .st = st, .defaults = defaults};
    struct csv_reader *csv = csv_reader_new();
    enum err_code code = csv ? read_rows(&r, csv, text, len, err) : err_set(err, ERR_NOMEM, NULL);
    csv_reader_free(csv);
    return code;
}
