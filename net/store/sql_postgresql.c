/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL: several processes write at the same time. A transaction is READ COMMITTED; what it
 * changes by what it read, it locked when it read it (STATEMENT_LOCK), so that two nodes never
 * decide about the same person, agent or call at once. Where that goes wrong (two wait for each
 * other) one is told so, and st->retry says that the same job may be done again. */

#include "net/store/sql_postgresql.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>
#include <sodium.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "core/text.h"
#include "net/store/internal.h"
#include "net/store/sql_engine.h"
#include "net/store/store_backup.h"

#include "net/store/migrations_postgresql.inc"

#define ROWS_AT_ONCE "500"
#define PARAMETERS 24
#define PART_SIZE 32
#define NODES "1000" /* at once */
#define CHECK_AGAIN_MS 100
#define CHECK_TIMES 100

/* pg_type.dat: what our statements have. */
#define OID_BOOL 16
#define OID_BYTEA 17
#define OID_INT8 20
#define OID_INT2 21
#define OID_INT4 23
#define OID_TEXT 25
#define OID_NUMERIC 1700

static const struct statement {
    const char *text;
    bool many;
} statements[] = {
#define ROW(id, sqlite, postgresql, many) [SQL_##id] = {(postgresql), (many)},
#include "net/store/statements.def"
};
_Static_assert(sizeof statements / sizeof statements[0] == SQL_COUNT, "one text a statement");

struct pg_rows {
    struct sql_rows base;
    bool prepared; /* on this connection */
    bool open;     /* a cursor is */
    bool own;      /* and a transaction for it alone */
    int n_params;
    Oid params[PARAMETERS];
    PGresult *res; /* the rows that are here */
    int row;       /* the one that is looked at; -1 = none yet */
};

struct pg_db {
    PGconn *conn;
    char *url;
    bool reads;
    int64_t changes;
    struct pg_rows rows[SQL_COUNT];
};

static struct pg_db *pg(struct store *st)
{
    return st->db;
}

/* SQLSTATE (PostgreSQL's appendix A) -> what it means for who asked. */
static const struct {
    const char *state; /* its beginning */
    enum err_code code;
    bool retry;
    const char *sentence;
} states[] = {
    {"40001", ERR_UNAVAILABLE, true,  "the database is busy"                        },
    {"40P01", ERR_UNAVAILABLE, true,  "the database is busy"                        },
    {"55P03", ERR_UNAVAILABLE, true,  "the database is busy"                        },
    {"57014", ERR_UNAVAILABLE, false, "it was broken off"                           },
    {"57P",   ERR_UNAVAILABLE, true,  "the database is stopping or starting"        },
    {"08",    ERR_UNAVAILABLE, true,  "the database does not answer"                },
    {"53100", ERR_STORE,       false, "the disk is full"                            },
    {"53200", ERR_NOMEM,       false, NULL                                          },
    {"53",    ERR_UNAVAILABLE, false, "the database has no place for more"          },
    {"25006", ERR_UNAVAILABLE, true,  "the database may only be read now"           },
    {"28",    ERR_FORBIDDEN,   false, "the database does not let us in"             },
    {"42501", ERR_FORBIDDEN,   false, "the database does not allow this to its user"},
    {"3D000", ERR_NOT_FOUND,   false, "there is no such database"                   },
    {"XX001", ERR_STORE,       false, "the database is damaged"                     },
    {"XX002", ERR_STORE,       false, "the database is damaged"                     },
};

/* PostgreSQL's sentences may quote values; of its own parts (classes 42, 57, XX) they do not. */
static bool sentence_is_plain(const char *state)
{
    return strncmp(state, "42", 2) == 0 || strncmp(state, "57", 2) == 0 ||
           strncmp(state, "XX", 2) == 0 || strncmp(state, "P0", 2) == 0;
}

static enum err_code lost(struct store *st, struct err *err)
{
    st->retry = true;
    return err_set(err, ERR_UNAVAILABLE, "the database does not answer");
}

static const char *field(const PGresult *res, int which)
{
    const char *text = PQresultErrorField(res, which);
    return text ? text : "";
}

static enum err_code error(struct store *st, const PGresult *res, struct err *err)
{
    const char *state = res ? field(res, PG_DIAG_SQLSTATE) : "";
    if (PQstatus(pg(st)->conn) != CONNECTION_OK && !*state) {
        return lost(st, err);
    }
    enum err_code code = ERR_STORE;
    const char *sentence = NULL;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strncmp(state, states[i].state, strlen(states[i].state)) == 0) {
            code = states[i].code;
            sentence = states[i].sentence;
            st->retry = st->retry || states[i].retry;
            break;
        }
    }
    code = sentence ? err_set(err, code, "%s", sentence) : err_set(err, code, NULL);
    err_detail(err, "postgresql %s: %s%s %s %s", state,
               sentence_is_plain(state) ? field(res, PG_DIAG_MESSAGE_PRIMARY) : "",
               field(res, PG_DIAG_TABLE_NAME), field(res, PG_DIAG_CONSTRAINT_NAME),
               field(res, PG_DIAG_COLUMN_NAME));
    return code;
}

static bool went_well(const PGresult *res)
{
    const ExecStatusType status = PQresultStatus(res);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

static enum err_code simple(struct store *st, const char *sql, struct err *err)
{
    PGresult *res = PQexec(pg(st)->conn, sql);
    enum err_code code = went_well(res) ? ERR_OK : error(st, res, err);
    PQclear(res);
    return code;
}

static bool in_transaction(struct store *st)
{
    const PGTransactionStatusType t = PQtransactionStatus(pg(st)->conn);
    return t == PQTRANS_INTRANS || t == PQTRANS_INERROR || t == PQTRANS_ACTIVE;
}

static const char *text(enum sql_id id)
{
    return statements[id].text;
}

/* ?1 -> $1; no text of ours has a question mark of its own. */
static void dollars(struct buf *out, const char *sql)
{
    for (const char *c = sql; *c; c++) {
        buf_add(out, *c == '?' ? "$" : c, 1);
    }
}

/* PostgreSQL says of which types it takes the values to be. */
static enum err_code describe(struct store *st, struct pg_rows *q, const char *name,
                              struct err *err)
{
    PGresult *res = PQdescribePrepared(pg(st)->conn, name);
    enum err_code code = ERR_OK;
    if (PQresultStatus(res) != PGRES_COMMAND_OK) {
        code = error(st, res, err);
    } else {
        q->n_params = PQnparams(res);
        for (int i = 0; i < q->n_params && i < PARAMETERS; i++) {
            q->params[i] = PQparamtype(res, i);
        }
        q->prepared = true;
    }
    PQclear(res);
    return code;
}

static void statement_name(enum sql_id id, char ret[PART_SIZE])
{
    snprintf(ret, PART_SIZE, "s%d", (int)id);
}

static enum err_code prepare(struct store *st, enum sql_id id, struct pg_rows *q, struct err *err)
{
    char name[PART_SIZE];
    CLEANUP_BUF struct buf sql = {0};
    if (q->prepared) {
        return ERR_OK;
    }
    q->base.st = st;
    dollars(&sql, statements[id].text);
    if (sql.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    statement_name(id, name);
    PGresult *res = PQprepare(pg(st)->conn, name, buf_text(&sql), 0, NULL);
    enum err_code code = went_well(res) ? ERR_OK : error(st, res, err);
    PQclear(res);
    return code ? code : describe(st, q, name, err);
}

/* Values in the form that the wire has. */
struct values {
    const char *p[PARAMETERS];
    int len[PARAMETERS];
    int binary[PARAMETERS];
    char room[PARAMETERS][PART_SIZE];
};

static void big_endian(uint64_t v, char *ret, int n)
{
    for (int i = n - 1; i >= 0; i--, v >>= 8) {
        ret[i] = (char)(v & 0xff);
    }
}

static void encode_int(struct values *v, size_t i, Oid type, int64_t n)
{
    v->p[i] = v->room[i];
    if (type == OID_INT8 || type == OID_INT4) {
        v->len[i] = type == OID_INT8 ? 8 : 4;
        big_endian((uint64_t)n, v->room[i], v->len[i]);
        v->binary[i] = 1;
    } else {
        snprintf(v->room[i], PART_SIZE, "%" PRId64, n);
    }
}

static enum err_code encode(const struct pg_rows *q, const struct sql_arg *args, size_t n,
                            struct values *v, struct err *err)
{
    if ((size_t)q->n_params != n || n > PARAMETERS) {
        err_set(err, ERR_INTERNAL, NULL);
        err_detail(err, "a statement wants %d values and got %zu", q->n_params, n);
        return ERR_INTERNAL;
    }
    for (size_t i = 0; i < n; i++) {
        const struct sql_arg *a = &args[i];
        v->p[i] = NULL;
        v->len[i] = v->binary[i] = 0;
        switch (a->kind) {
        case SQL_ARG_INT:
            encode_int(v, i, q->params[i], a->i);
            break;
        case SQL_ARG_TEXT:
        case SQL_ARG_BLOB:
            v->p[i] = a->p;
            v->len[i] = (int)(a->len == SIZE_MAX ? strlen(a->p) : a->len);
            v->binary[i] = 1; /* the bytes of a text are the same */
            break;
        case SQL_ARG_NULL:
            break;
        }
    }
    return ERR_OK;
}

static void take_changes(struct pg_db *d, PGresult *res)
{
    if (PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK) {
        int64_t n = 0;
        const char *said = PQcmdTuples(res);
        d->changes = *said && text_to_int(said, strlen(said), 0, INT64_MAX, &n) ? n : 0;
    }
}

static enum err_code run_prepared(struct store *st, enum sql_id id, struct pg_rows *q,
                                  const struct sql_arg *args, size_t n, struct err *err)
{
    struct values v;
    char name[PART_SIZE];
    enum err_code code = encode(q, args, n, &v, err);
    if (code) {
        return code;
    }
    statement_name(id, name);
    q->res = PQexecPrepared(pg(st)->conn, name, (int)n, v.p, v.len, v.binary, 1);
    if (!went_well(q->res)) {
        code = error(st, q->res, err);
    } else {
        take_changes(pg(st), q->res);
    }
    return code;
}

/* Rows that may be very many come through a cursor, which needs a transaction. */
static enum err_code open_cursor(struct store *st, enum sql_id id, struct pg_rows *q,
                                 const struct sql_arg *args, size_t n, struct err *err)
{
    struct values v;
    CLEANUP_BUF struct buf sql = {0};
    enum err_code code = encode(q, args, n, &v, err);
    if (!code && !in_transaction(st)) {
        code = simple(st, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", err);
        q->own = code == ERR_OK;
    }
    if (code) {
        return code;
    }
    buf_printf(&sql, "DECLARE c%d NO SCROLL CURSOR FOR ", (int)id);
    dollars(&sql, statements[id].text);
    if (sql.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    PGresult *res =
        PQexecParams(pg(st)->conn, buf_text(&sql), (int)n, q->params, v.p, v.len, v.binary, 1);
    q->open = went_well(res);
    code = q->open ? ERR_OK : error(st, res, err);
    PQclear(res);
    return code;
}

static enum sql_id id_of(struct pg_rows *q)
{
    return (enum sql_id)(q - pg(q->base.st)->rows);
}

static enum err_code fetch(struct pg_rows *q, struct err *err)
{
    char sql[64];
    struct store *st = q->base.st;
    if (st->go_on && !st->go_on(st->go_on_arg)) {
        return err_set(err, ERR_UNAVAILABLE, "it was broken off");
    }
    PQclear(q->res);
    snprintf(sql, sizeof sql, "FETCH " ROWS_AT_ONCE " FROM c%d", (int)id_of(q));
    q->res = PQexecParams(pg(st)->conn, sql, 0, NULL, NULL, NULL, NULL, 1);
    q->row = -1;
    return went_well(q->res) ? ERR_OK : error(st, q->res, err);
}

static void reset(struct sql_rows *base)
{
    struct pg_rows *q = (struct pg_rows *)base;
    PQclear(q->res);
    q->res = NULL;
    if (q->open || q->own) {
        char sql[32];
        struct err err;
        snprintf(sql, sizeof sql, "CLOSE c%d", (int)id_of(q));
        /* In a transaction that failed it is closed already. */
        if (simple(base->st, q->own ? "ROLLBACK" : sql, &err) != ERR_OK) {
            q->open = false;
        }
        q->open = q->own = false;
    }
}

/* A transaction's own words are not prepared: they also go where nothing else does any more. */
static bool is_control(enum sql_id id)
{
    return id <= SQL_BEGIN_READING;
}

static enum err_code start(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                           struct sql_rows **ret, struct err *err)
{
    struct pg_rows *q = &pg(st)->rows[id];
    if (PQstatus(pg(st)->conn) != CONNECTION_OK) {
        return lost(st, err);
    }
    enum err_code code = ERR_OK;
    q->base.st = st;
    if (q->res || q->open) {
        reset(&q->base); /* an error of ours, as in SQLite: the same statement inside itself */
    }
    q->row = -1;
    if (is_control(id)) {
        code = simple(st, statements[id].text, err);
    } else if (!(code = prepare(st, id, q, err))) {
        code = statements[id].many ? open_cursor(st, id, q, args, n, err)
                                   : run_prepared(st, id, q, args, n, err);
    }
    if (code) {
        reset(&q->base);
        return code;
    }
    *ret = &q->base;
    return ERR_OK;
}

static enum err_code next(struct sql_rows *base, bool *ret_row, struct err *err)
{
    struct pg_rows *q = (struct pg_rows *)base;
    if (q->open && (!q->res || q->row + 1 >= PQntuples(q->res))) {
        enum err_code code = fetch(q, err);
        if (code) {
            return code;
        }
    }
    *ret_row = q->res && q->row + 1 < PQntuples(q->res);
    q->row += *ret_row;
    return ERR_OK;
}

static int64_t changes(struct store *st)
{
    return pg(st)->changes;
}

static bool is_null(const struct pg_rows *q, int column)
{
    return q->row < 0 || PQgetisnull(q->res, q->row, column);
}

static int64_t read_signed(const char *p, int n)
{
    uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < n; i++) {
        v = v << 8 | (uint8_t)p[i];
    }
    return (int64_t)v;
}

/* Whole numbers only: sums. src/backend/utils/adt/numeric.c, numeric_send: how many digits of base
 * 10000 follow, the power of the first, sign, scale, digits. */
static int64_t read_numeric(const char *p, int len)
{
    if (len < 8) {
        return 0;
    }
    const int n = (int)read_signed(p, 2);
    const int weight = (int)read_signed(p + 2, 2);
    const bool negative = (uint8_t)p[4] == 0x40;
    int64_t v = 0;
    for (int i = 0; i <= weight; i++) {
        v = v * 10000 + (i < n && 8 + 2 * i + 2 <= len ? read_signed(p + 8 + 2 * i, 2) : 0);
    }
    return negative ? -v : v;
}

static int64_t col_int(struct sql_rows *base, int column)
{
    const struct pg_rows *q = (const struct pg_rows *)base;
    if (is_null(q, column)) {
        return 0;
    }
    const char *p = PQgetvalue(q->res, q->row, column);
    const int len = PQgetlength(q->res, q->row, column);
    int64_t v = 0;
    switch (PQftype(q->res, column)) {
    case OID_BOOL:
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        return read_signed(p, len);
    case OID_NUMERIC:
        return read_numeric(p, len);
    default:
        return text_to_int(p, (size_t)len, INT64_MIN, INT64_MAX, &v) ? v : 0;
    }
}

static bool is_number(Oid type)
{
    return type == OID_BOOL || type == OID_INT2 || type == OID_INT4 || type == OID_INT8 ||
           type == OID_NUMERIC;
}

static void col_text(struct sql_rows *base, int column, char *ret, size_t size)
{
    const struct pg_rows *q = (const struct pg_rows *)base;
    *ret = '\0';
    if (is_null(q, column)) {
        return;
    }
    if (is_number(PQftype(q->res, column))) {
        snprintf(ret, size, "%" PRId64, col_int(base, column));
        return;
    }
    const char *p = PQgetvalue(q->res, q->row, column);
    const size_t len = text_cut(p, (size_t)PQgetlength(q->res, q->row, column), size - 1);
    memcpy(ret, p, len);
    ret[len] = '\0';
}

static const void *col_blob(struct sql_rows *base, int column, size_t *ret_len)
{
    const struct pg_rows *q = (const struct pg_rows *)base;
    *ret_len = 0;
    if (is_null(q, column)) {
        return NULL;
    }
    *ret_len = (size_t)PQgetlength(q->res, q->row, column);
    return PQgetvalue(q->res, q->row, column);
}

static bool col_is_null(struct sql_rows *base, int column)
{
    return is_null((const struct pg_rows *)base, column);
}

static enum err_code script(struct store *st, const char *sql, struct err *err)
{
    return simple(st, sql, err);
}

/* One value of one row, as text; *ret "" when there is none. */
static enum err_code ask(struct store *st, const char *sql, const char *value, char *ret,
                         size_t size, struct err *err)
{
    const char *values[] = {value};
    PGresult *res = PQexecParams(pg(st)->conn, sql, value != NULL, NULL, values, NULL, NULL, 0);
    enum err_code code = went_well(res) ? ERR_OK : error(st, res, err);
    *ret = '\0';
    if (!code && PQntuples(res) > 0 && !PQgetisnull(res, 0, 0)) {
        snprintf(ret, size, "%s", PQgetvalue(res, 0, 0));
    }
    PQclear(res);
    return code;
}

static const char settings[] =
    "SET client_min_messages = warning; SET lock_timeout = '10s';"
    "SET idle_in_transaction_session_timeout = '120s'; SET jit = off;"
    "SET default_transaction_isolation = 'read committed'; SET standard_conforming_strings = on;"
    /* What is accepted is on the disk, whatever the server's default. */
    "DO $$ BEGIN IF current_setting('synchronous_commit') = 'off' THEN"
    " PERFORM set_config('synchronous_commit', 'on', false); END IF; END $$;";

/* A number that nobody else has as long as this session lives: its audit chain and its counters.
 * The server takes it back when the session ends, in whatever way. */
static enum err_code take_node(struct store *st, struct err *err)
{
    char number[24];
    enum err_code code =
        ask(st,
            "SELECT n FROM generate_series(1, " NODES ") n WHERE pg_try_advisory_lock("
            "hashtext('pupitre node ' || coalesce(current_schema(), '')), n::int) LIMIT 1",
            NULL, number, sizeof number, err);
    if (!code && !text_to_int(number, strlen(number), 1, INT64_MAX, &st->node)) {
        code = err_set(err, ERR_UNAVAILABLE, "the database serves too many programs");
    }
    char sql[64];
    snprintf(sql, sizeof sql, "SET pupitre.node = '%" PRId64 "'", st->node);
    return code ? code : simple(st, sql, err);
}

static enum err_code check_server(struct store *st, struct err *err)
{
    char encoding[24];
    if (PQserverVersion(pg(st)->conn) < 130000) {
        return err_set(err, ERR_STORE, "PostgreSQL 13 is the least");
    }
    enum err_code code = ask(st, "SHOW server_encoding", NULL, encoding, sizeof encoding, err);
    if (!code && strcmp(encoding, "UTF8") != 0) {
        code = err_set(err, ERR_STORE, "the database's encoding must be UTF8");
    }
    return code;
}

/* Anything but its own words may hold the password of the URL. */
static enum err_code refused(PGconn *conn, struct err *err)
{
    const char *said = conn ? PQerrorMessage(conn) : "";
    if (strstr(said, "password") || strstr(said, "authentication") || strstr(said, "role ") ||
        strstr(said, "pg_hba")) {
        return err_set(err, ERR_FORBIDDEN, "the database does not let us in");
    }
    if (strstr(said, "database ") && strstr(said, "does not exist")) {
        return err_set(err, ERR_NOT_FOUND, "there is no such PostgreSQL database");
    }
    return err_set(err, ERR_UNAVAILABLE, "the database does not answer");
}

/* What the URL says counts: it is expanded after the rest. */
static PGconn *connect_by(const char *url)
{
    static const char *const names[] = {
        "connect_timeout",  "keepalives_idle",  "keepalives_interval",
        "keepalives_count", "tcp_user_timeout", "fallback_application_name",
        "dbname",           "client_encoding",  NULL};
    const char *const values[] = {"5", "10", "3", "3", "15000", "pupitre", url, "UTF8", NULL};
    return PQconnectdbParams(names, values, 1);
}

PGconn *postgresql_listen(const char *url)
{
    PGconn *conn = connect_by(url);
    if (conn && PQstatus(conn) == CONNECTION_OK) {
        PGresult *res = PQexec(conn, "DO $$ BEGIN EXECUTE format('LISTEN %I', 'pupitre '"
                                     " || coalesce(current_schema(), '')); END $$");
        const bool listens = went_well(res);
        PQclear(res);
        if (listens) {
            return conn;
        }
    }
    PQfinish(conn);
    return NULL;
}

static enum err_code connect_to(struct store *st, struct err *err)
{
    struct pg_db *d = pg(st);
    PQfinish(d->conn);
    st->chain = 0; /* of the number that this session had */
    for (size_t i = 0; i < SQL_COUNT; i++) {
        PQclear(d->rows[i].res);
        d->rows[i] = (struct pg_rows){.base = {st}, .row = -1};
    }
    d->conn = connect_by(d->url);
    if (!d->conn || PQstatus(d->conn) != CONNECTION_OK) {
        return refused(d->conn, err);
    }
    enum err_code code = check_server(st, err);
    if (!code) {
        code = simple(st, settings, err);
    }
    if (!code && d->reads) {
        code = simple(st, "SET default_transaction_read_only = on", err);
    }
    return code || d->reads ? code : take_node(st, err);
}

static enum err_code begin(struct store *st, struct err *err)
{
    st->retry = false;
    if (PQstatus(pg(st)->conn) != CONNECTION_OK) {
        enum err_code code = connect_to(st, err);
        if (code) {
            return code;
        }
    }
    enum err_code code = simple(st, "BEGIN", err);
    if (code && PQstatus(pg(st)->conn) != CONNECTION_OK) { /* it went while nobody looked */
        code = connect_to(st, err);
        if (!code) {
            st->retry = false;
            code = simple(st, "BEGIN", err);
        }
    }
    return code;
}

/* The connection broke while the answer to COMMIT was on its way. The server knows how it ended. */
static enum err_code ask_outcome(struct store *st, const char *xid, struct err *err)
{
    char how[24] = "";
    for (int i = 0; i < CHECK_TIMES; i++) {
        struct err reason;
        if (i > 0) {
            (void)poll(NULL, 0, CHECK_AGAIN_MS);
        }
        if (PQstatus(pg(st)->conn) != CONNECTION_OK && connect_to(st, &reason) != ERR_OK) {
            continue;
        }
        if (ask(st, "SELECT pg_xact_status($1::xid8)", xid, how, sizeof how, &reason) != ERR_OK) {
            continue;
        }
        if (strcmp(how, "committed") == 0) {
            st->retry = false;
            return ERR_OK;
        }
        if (strcmp(how, "aborted") == 0) {
            st->retry = true;
            return err_set(err, ERR_UNAVAILABLE, "the database was away for a moment");
        }
    }
    st->retry = false; /* nobody knows: it must not be done twice */
    return err_set(err, ERR_UNAVAILABLE, "the database does not answer");
}

static enum err_code commit(struct store *st, struct err *err)
{
    char xid[24];
    enum err_code code =
        ask(st, "SELECT pg_current_xact_id_if_assigned()::text", NULL, xid, sizeof xid, err);
    if (code) {
        return code; /* an error before has ended the transaction, or the connection */
    }
    PGresult *res = PQexec(pg(st)->conn, "COMMIT");
    if (!went_well(res)) {
        code = error(st, res, err);
    } else if (strcmp(PQcmdStatus(res), "COMMIT") != 0) {
        code = err_set(err, ERR_STORE, "the transaction had failed");
    }
    PQclear(res);
    if (code && PQstatus(pg(st)->conn) != CONNECTION_OK && *xid) {
        code = ask_outcome(st, xid, err);
    }
    return code;
}

static int schema_version(struct store *st)
{
    struct err err;
    char there[24];
    if (ask(st, "SELECT to_regclass('migration')::text", NULL, there, sizeof there, &err)) {
        return -1;
    }
    if (!*there) {
        return 0;
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    return sql_one_args(st, SQL_SCHEMA_VERSION, NULL, 0, &q, &err) ? -1 : (int)sql_col_int(q, 0);
}

static enum err_code schema_lock(struct store *st, struct err *err)
{
    return simple(st,
                  "SELECT pg_advisory_xact_lock(hashtext('pupitre schema ' || "
                  "coalesce(current_schema(), '')))",
                  err);
}

/* The row of the migration says it. */
static enum err_code schema_set(struct store *st, int version, struct err *err)
{
    (void)st;
    (void)version;
    (void)err;
    return ERR_OK;
}

static enum err_code hurry(struct store *st, bool on, struct err *err)
{
    return simple(st, on ? "SET synchronous_commit = off" : "SET synchronous_commit = on", err);
}

/* Looked at between the parts of a long answer. */
static void watch(struct store *st)
{
    (void)st;
}

static void close_db(struct store *st)
{
    struct pg_db *d = pg(st);
    if (!d) {
        return;
    }
    for (size_t i = 0; i < SQL_COUNT; i++) {
        PQclear(d->rows[i].res);
    }
    PQfinish(d->conn);
    free(d->url);
    free(d);
    st->db = NULL;
}

const char *store_url_fault(const char *url)
{
    char *why = NULL;
    const char *rule = NULL;
    PQconninfoOption *options = store_is_url(url) ? PQconninfoParse(url, &why) : NULL;
    if (!options) {
        rule = N_("postgresql://[USER@]HOST[:PORT]/DATABASE is expected");
    }
    for (PQconninfoOption *o = options; o && o->keyword; o++) {
        if (o->val && o->val[0] &&
            (strcmp(o->keyword, "password") == 0 || strcmp(o->keyword, "sslpassword") == 0)) {
            rule = N_("a password does not belong here, where others can read it: put it into "
                      "~/.pgpass (PGPASSFILE) or a service file");
        }
    }
    PQconninfoFree(options);
    PQfreemem(why);
    return rule;
}

enum err_code postgresql_open(struct store *st, const char *url, bool reads, struct err *err)
{
    struct pg_db *d = calloc(1, sizeof *d);
    if (!d || !(d->url = strdup(url))) {
        free(d);
        return err_set(err, ERR_NOMEM, NULL);
    }
    d->reads = reads;
    snprintf(st->instance, sizeof st->instance, "%08" PRIx32 "%08" PRIx32, randombytes_random(),
             randombytes_random());
    st->engine = &sql_postgresql;
    st->db = d;
    return connect_to(st, err);
}

/* ---- the schema as a whole, for restoring ---- */

/* Run it in a session of its own; %1$I is the schema, %2$L and %2$I the value. */
static enum err_code on_schema(const char *url, const char *sql, const char *value, char *ret,
                               size_t size, struct err *err)
{
    PGconn *conn = connect_by(url);
    if (!conn || PQstatus(conn) != CONNECTION_OK) {
        enum err_code code = refused(conn, err);
        PQfinish(conn);
        return code;
    }
    const char *values[] = {value};
    enum err_code code = ERR_OK;
    PGresult *text =
        PQexecParams(conn, "SELECT set_config('client_min_messages', 'warning', false)", 0, NULL,
                     NULL, NULL, NULL, 0);
    PQclear(text);
    text = PQexecParams(conn, sql, 1, NULL, values, NULL, NULL, 0);
    if (went_well(text) && PQntuples(text) == 1) {
        snprintf(ret, size, "%s", PQgetvalue(text, 0, 0));
    } else {
        code = err_set(err, ERR_STORE, NULL);
        err_detail(err, "postgresql %s", field(text, PG_DIAG_SQLSTATE));
    }
    PQclear(text);
    PQfinish(conn);
    return code;
}

static enum err_code do_on_schema(const char *url, const char *sql, const char *value,
                                  struct err *err)
{
    char made[1024];
    enum err_code code = on_schema(url, sql, value, made, sizeof made, err);
    PGconn *conn = code ? NULL : connect_by(url);
    if (!code) {
        PGresult *res = PQexec(conn, made);
        if (!went_well(res)) {
            code = err_set(err, ERR_STORE, NULL);
            err_detail(err, "postgresql %s", field(res, PG_DIAG_SQLSTATE));
        }
        PQclear(res);
    }
    PQfinish(conn);
    return code;
}

enum err_code store_schema_name(const char *url, char ret[STORE_SCHEMA_SIZE], struct err *err)
{
    return on_schema(url, "SELECT CASE WHEN $1::text = '' THEN current_schema() END", "", ret,
                     STORE_SCHEMA_SIZE, err);
}

enum err_code store_schema_aside(const char *url, bool replace, const char *aside, bool *ret_had,
                                 struct err *err)
{
    char is[32];
    enum err_code code =
        on_schema(url,
                  "SELECT CASE WHEN to_regclass($1) IS NULL THEN 'empty' WHEN (SELECT count(*) FROM"
                  " pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                  " AND application_name = 'pupitre') > 0 THEN 'busy' ELSE 'full' END",
                  "migration", is, sizeof is, err);
    if (code) {
        return code;
    }
    *ret_had = strcmp(is, "empty") != 0;
    if (!*ret_had) {
        return ERR_OK;
    }
    if (!replace) {
        return err_set(err, ERR_CONFLICT,
                       N_("There is a database: --replace keeps it aside and takes the backup."));
    }
    if (strcmp(is, "busy") == 0) {
        return err_set(err, ERR_UNAVAILABLE, N_("pupitred is running on it: stop it first."));
    }
    return do_on_schema(url,
                        "SELECT format('BEGIN; ALTER SCHEMA %1$I RENAME TO %2$I; CREATE SCHEMA"
                        " %1$I; COMMIT', current_schema(), $1::text)",
                        aside, err);
}

enum err_code store_schema_back(const char *url, const char *aside, bool had, struct err *err)
{
    return do_on_schema(url,
                        had ? "SELECT format('BEGIN; DROP SCHEMA %1$I CASCADE; ALTER SCHEMA %2$I"
                              " RENAME TO %1$I; COMMIT', current_schema(), $1::text)"
                            : "SELECT format('BEGIN; DROP SCHEMA %1$I CASCADE; CREATE SCHEMA %1$I;"
                              " COMMIT', current_schema(), $1::text)",
                        aside, err);
}

const struct sql_engine sql_postgresql = {
    .name = "PostgreSQL",
    .migrations = migrations,
    .n_migrations = sizeof migrations / sizeof migrations[0],
    .close = close_db,
    .text = text,
    .start = start,
    .next = next,
    .reset = reset,
    .changes = changes,
    .col_int = col_int,
    .col_text = col_text,
    .col_blob = col_blob,
    .col_is_null = col_is_null,
    .script = script,
    .in_transaction = in_transaction,
    .begin = begin,
    .commit = commit,
    .schema_version = schema_version,
    .schema_lock = schema_lock,
    .schema_set = schema_set,
    .hurry = hurry,
    .watch = watch,
};
