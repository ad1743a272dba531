/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is kept of one person, as JSON (GDPR art. 15), and finding that person. */

#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "core/time_text.h"
#include "net/store/blind.h"
#include "net/store/person_read.h"
#include "net/store/seal.h"
#include "net/store/store_purge.h"

enum kind {
    NUMBER,
    TEXT,
    TIME,
    SEALED,      /* a text */
    SEALED_JSON, /* JSON as it is */
};

/* A column of a part, in the order of its statement. */
struct column {
    const char *name;
    enum kind kind;
    const char *table, *group; /* SEALED: where it was sealed, and which column holds the id */
    int id;
};

/* clang-format off */
static const struct column state[] = {
    {"person_id", NUMBER, 0, 0, 0}, {"service", TEXT, 0, 0, 0}, {"state", TEXT, 0, 0, 0},
    {"state_since", TIME, 0, 0, 0}, {"due_at", TIME, 0, 0, 0}, {"attempts", NUMBER, 0, 0, 0},
    {"not_reached", NUMBER, 0, 0, 0}, {"created_at", TIME, 0, 0, 0}, {"updated_at", TIME, 0, 0, 0},
    {"withdrawn_at", TIME, 0, 0, 0},
};
static const struct column offers[] = {
    {"offer_id", NUMBER, 0, 0, 0}, {"agent", TEXT, 0, 0, 0}, {"region", TEXT, 0, 0, 0},
    {"state", TEXT, 0, 0, 0}, {"made_at", TIME, 0, 0, 0}, {"accepted_at", TIME, 0, 0, 0},
    {"ended_at", TIME, 0, 0, 0}, {"end_event", TEXT, 0, 0, 0}, {"skip_reason", TEXT, 0, 0, 0},
    {"release_reason", SEALED, "offer", "release", 0}, {"after_offer_id", NUMBER, 0, 0, 0},
    {"party_relation", TEXT, 0, 0, 0}, {"party_name", SEALED, "offer", "party_name", 0},
    {"party_phone", SEALED, "offer", "party_phone", 0},
};
static const struct column calls[] = {
    {"call_id", NUMBER, 0, 0, 0}, {"offer_id", NUMBER, 0, 0, 0}, {"agent", TEXT, 0, 0, 0},
    {"phone", SEALED, "call", "phone", 0}, {"permitted_at", TIME, 0, 0, 0},
    {"rang_at", TIME, 0, 0, 0}, {"answered_at", TIME, 0, 0, 0}, {"ended_at", TIME, 0, 0, 0},
    {"end", TEXT, 0, 0, 0}, {"role", TEXT, 0, 0, 0}, {"target_kind", TEXT, 0, 0, 0},
    {"target", TEXT, 0, 0, 0}, {"transfer_phone", SEALED, "call", "transfer", 0},
};
static const struct column events[] = {
    {"call_id", NUMBER, 0, 0, 0}, {"seq", NUMBER, 0, 0, 0}, {"at", TIME, 0, 0, 0},
    {"event", TEXT, 0, 0, 0}, {"sip_status", NUMBER, 0, 0, 0},
    {"text", SEALED, "call_event", "text", 0},
};
static const struct column wrapups[] = {
    {"offer_id", NUMBER, 0, 0, 0}, {"revision", NUMBER, 0, 0, 0}, {"agent", TEXT, 0, 0, 0},
    {"code", TEXT, 0, 0, 0}, {"late", NUMBER, 0, 0, 0}, {"chosen_at", TIME, 0, 0, 0},
    {"person_state", TEXT, 0, 0, 0}, {"note", SEALED, "wrapup", "note", 0},
};
static const struct column answers[] = {
    {"offer_id", NUMBER, 0, 0, 0}, {"version", NUMBER, 0, 0, 0}, {"status", TEXT, 0, 0, 0},
    {"updated_at", TIME, 0, 0, 0}, {"response", SEALED_JSON, "response", "body", 0},
};
static const struct column drafts[] = {
    {"offer_id", NUMBER, 0, 0, 0}, {"agent", TEXT, 0, 0, 0}, {"received_at", TIME, 0, 0, 0},
    {"response", SEALED_JSON, "late_draft", "body", 0},
};
static const struct column callbacks[] = {
    {"callback_id", NUMBER, 0, 0, 0}, {"agent", TEXT, 0, 0, 0}, {"at", TIME, 0, 0, 0},
    {"state", TEXT, 0, 0, 0}, {"created_at", TIME, 0, 0, 0}, {"closed_at", TIME, 0, 0, 0},
    {"phone", SEALED, "callback", "phone", 0},
};
static const struct column wishes[] = {{"at", TIME, 0, 0, 0}, {"one_number", NUMBER, 0, 0, 0}};
static const struct column wrong[] = {{"phone_position", NUMBER, 0, 0, 0}, {"at", TIME, 0, 0, 0}};
static const struct column places[] = {
    {"collectivity_id", NUMBER, 0, 0, 0}, {"kind", TEXT, 0, 0, 0}, {"at", TIME, 0, 0, 0},
    {"entry", SEALED, "collectivity", "entry", 0}, {"withdrawn_at", TIME, 0, 0, 0},
};
static const struct column named[] = {
    {"named_contact_id", NUMBER, 0, 0, 0}, {"offer_id", NUMBER, 0, 0, 0}, {"at", TIME, 0, 0, 0},
    {"entry", SEALED, "named_contact", "entry", 0}, {"withdrawn_at", TIME, 0, 0, 0},
};
static const struct column named_by[] = {
    {"named_contact_id", NUMBER, 0, 0, 0}, {"at", TIME, 0, 0, 0},
    {"last_contact", SEALED, "named_contact", "told", 0}, {"withdrawn_at", TIME, 0, 0, 0},
};
static const struct column incidents[] = {
    {"incident_id", NUMBER, 0, 0, 0}, {"happened_at", TIME, 0, 0, 0},
    {"reported_at", TIME, 0, 0, 0}, {"what", SEALED, "incident", "what", 0},
};
static const struct column sent[] = {
    {"offer_id", NUMBER, 0, 0, 0}, {"resource_id", TEXT, 0, 0, 0}, {"state", TEXT, 0, 0, 0},
    {"sent_at", TIME, 0, 0, 0},
};
static const struct column looks[] = {
    {"at", TIME, 0, 0, 0}, {"agent", TEXT, 0, 0, 0}, {"action", TEXT, 0, 0, 0},
    {"subject", TEXT, 0, 0, 0}, {"offer_id", NUMBER, 0, 0, 0},
};
/* clang-format on */

#define ROWS(t) t, sizeof(t) / sizeof((t)[0])
static const struct part {
    const char *name;
    enum sql_id sql;
    const struct column *columns;
    size_t n;
} parts[] = {
    {"state",          SQL_ALL_STATE,     ROWS(state)    },
    {"offers",         SQL_ALL_OFFERS,    ROWS(offers)   },
    {"calls",          SQL_ALL_CALLS,     ROWS(calls)    },
    {"call_events",    SQL_ALL_EVENTS,    ROWS(events)   },
    {"wrapups",        SQL_ALL_WRAPUPS,   ROWS(wrapups)  },
    {"answers",        SQL_ALL_ANSWERS,   ROWS(answers)  },
    {"late_drafts",    SQL_ALL_DRAFTS,    ROWS(drafts)   },
    {"forwarded",      SQL_ALL_SENT,      ROWS(sent)     },
    {"callbacks",      SQL_ALL_CALLBACKS, ROWS(callbacks)},
    {"wishes",         SQL_ALL_WISHES,    ROWS(wishes)   },
    {"wrong_numbers",  SQL_ALL_WRONG,     ROWS(wrong)    },
    {"collectivities", SQL_ALL_PLACES,    ROWS(places)   },
    {"named_contacts", SQL_ALL_NAMED,     ROWS(named)    },
    {"named_by",       SQL_ALL_NAMED_BY,  ROWS(named_by) },
    {"incidents",      SQL_ALL_INCIDENTS, ROWS(incidents)},
    {"looks",          SQL_ALL_LOOKS,     ROWS(looks)    },
};

/* Values of a group are closed by NULs: shown as parts of one text. */
static void put_string(struct buf *out, const char *text, size_t len)
{
    buf_char(out, '"');
    while (len > 0 && text[len - 1] == '\0') {
        len--;
    }
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c == '\0') {
            buf_str(out, " | ");
        } else if (c == '"' || c == '\\') {
            buf_char(out, '\\');
            buf_char(out, text[i]);
        } else if (c < 0x20 || c == 0x7f) {
            buf_printf(out, "\\u%04x", c);
        } else {
            buf_char(out, text[i]);
        }
    }
    buf_char(out, '"');
}

static enum err_code put_sealed(struct store *st, struct sql_rows *q, int at,
                                const struct column *c, struct buf *out, struct err *err)
{
    CLEANUP_BUF struct buf plain = {0};
    const struct seal_place place = {c->table, c->group, sql_col_int(q, c->id)};
    size_t len;
    const void *blob = sql_col_blob(q, at, &len);
    enum err_code code = unseal(st->keys, &place, blob, len, &plain, err);
    if (!code && c->kind == SEALED_JSON) {
        buf_add(out, plain.data, plain.len);
    } else if (!code) {
        put_string(out, buf_text(&plain), plain.len);
    }
    return code;
}

static enum err_code put_cell(struct store *st, struct sql_rows *q, int at, const struct column *c,
                              struct buf *out, struct err *err)
{
    char time[TIME_TEXT_SIZE];
    size_t len;
    if (sql_col_is_null(q, at) || (c->kind == TIME && sql_col_int(q, at) == 0)) {
        buf_str(out, "null");
        return ERR_OK;
    }
    switch (c->kind) {
    case NUMBER:
        buf_printf(out, "%" PRId64, sql_col_int(q, at));
        break;
    case TIME:
        time_text_print(sql_col_int(q, at), time);
        put_string(out, time, strlen(time));
        break;
    case TEXT: {
        const void *text = sql_col_blob(q, at, &len);
        put_string(out, text, len);
        break;
    }
    case SEALED:
    case SEALED_JSON:
        return put_sealed(st, q, at, c, out, err);
    }
    return ERR_OK;
}

static enum err_code put_part(struct store *st, const struct part *p, int64_t person_id,
                              struct buf *out, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = true;
    bool first = true;
    enum err_code code = sql_each(st, p->sql, &q, err, sql_int(person_id));
    buf_printf(out, ",\n \"%s\": [", p->name);
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        buf_str(out, first ? "" : ",\n  ");
        first = false;
        for (size_t i = 0; !code && i < p->n; i++) {
            buf_printf(out, "%s\"%s\": ", i ? ", " : "{", p->columns[i].name);
            code = put_cell(st, q, (int)i, &p->columns[i], out, err);
        }
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return code;
}

static enum err_code put_record(struct store *st, int64_t person_id, struct buf *out,
                                struct err *err)
{
    char name[8];
    enum region region = REGION_VLG;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_ALL_REGION, &q, err, sql_int(person_id));
        if (code) {
            return code;
        }
        sql_col_text(q, 0, name, sizeof name);
    }
    CLEANUP_PERSON struct person_row row = {0};
    enum err_code code = region_by_name(name, strlen(name), &region)
                             ? person_read(st, person_id, region, &row, err)
                             : err_set(err, ERR_STORE, "a person in the database is broken");
    for (unsigned i = 0; !code && i < RECORD_COLUMN_COUNT; i++) {
        CLEANUP_BUF struct buf value = {0};
        record_get_field(&row.record, (enum record_column)i, &value);
        buf_printf(out, "%s\"%s\": ", i ? ", " : "{\"record\": {",
                   record_field((enum record_column)i)->name);
        put_string(out, buf_text(&value), value.len);
    }
    buf_char(out, '}');
    return code;
}

enum err_code store_person_export(struct store *st, int64_t person_id, struct buf *out,
                                  struct err *err)
{
    enum err_code code = put_record(st, person_id, out, err);
    for (size_t i = 0; !code && i < sizeof parts / sizeof parts[0]; i++) {
        code = put_part(st, &parts[i], person_id, out, err);
    }
    buf_str(out, "}\n");
    return code || !out->failed ? code : err_set(err, ERR_NOMEM, NULL);
}

static enum err_code find(struct store *st, enum sql_id id, const uint8_t index[BLIND_BYTES],
                          int64_t *ids, size_t cap, size_t *ret_n, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, id, &q, err, sql_blob(index, BLIND_BYTES), sql_int((int64_t)cap));
    return code ? code : sql_ids(st, q, ids, cap, ret_n, err);
}

enum err_code store_person_by_ticket(struct store *st, const char *ticket, int64_t *ids, size_t cap,
                                     size_t *ret_n, struct err *err)
{
    uint8_t index[BLIND_BYTES];
    enum err_code code = blind_ticket(st, ticket, index, err);
    return code ? code : find(st, SQL_ALL_BY_TICKET, index, ids, cap, ret_n, err);
}

enum err_code store_person_by_niss(struct store *st, const struct niss *niss, int64_t *ids,
                                   size_t cap, size_t *ret_n, struct err *err)
{
    uint8_t index[BLIND_BYTES];
    enum err_code code = blind_niss(st, niss, index, err);
    return code ? code : find(st, SQL_ALL_BY_NISS, index, ids, cap, ret_n, err);
}
