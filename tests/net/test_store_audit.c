/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: chains, checkpoints, and what tampering is found. Rows are changed behind the
 * store's back, as somebody with the file but without the key would. */

#include "net/store/store_audit.h"
#include "tests/net/store_world.h"

static void look(struct world *w, const char *action)
{
    const struct store_audit e = {.at_utc_s = ++w->now,
                                  .agent_id = 7,
                                  .action = action,
                                  .subject = "niss",
                                  .person_id = 11,
                                  .offer_id = 12,
                                  .call_id = 13};
    MUST(w, store_audit_append(w->st, &e, &w->err));
}

static int64_t checkpoint(struct world *w)
{
    int64_t number = 0;
    MUST(w, store_checkpoint_make(w->st, ++w->now, NULL, &number, &w->err));
    return number;
}

/* Three writers, two checkpoints, and entries after the last. */
static void fill(struct world *w)
{
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 4; i++) {
            store_audit_writer(w->st, "pupitred", i % 2 ? "north" : "south");
            look(w, "record_read");
        }
        store_audit_writer(w->st, "pupitrectl", "north");
        look(w, "export");
        checkpoint(w);
    }
    look(w, "export");
}

static enum err_code verify(struct world *w, const char *outside, size_t len,
                            struct store_audit_report *r)
{
    return store_audit_verify_all(w->st, outside, len, r, &w->err);
}

static void chains_grow_side_by_side_and_verify(void **state)
{
    struct world *w = *state;
    struct store_audit_report r;
    fill(w);
    assert_int_equal(verify(w, NULL, 0, &r), ERR_OK);
    assert_int_equal(r.entries, 11);
    assert_int_equal(r.chains, 3);
    assert_int_equal(r.checkpoints, 2);
    assert_int_equal(r.broken_chain, 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit_chain"), 4); /* and the first one */
    assert_int_equal(world_sql(w, "SELECT seq FROM audit_head JOIN audit_chain USING (chain)"
                                  " WHERE writer LIKE 'pupitred@south%'"), /* and its node */
                     4);
}

static void a_chain_whose_first_entry_was_undone_is_begun_again(void **state)
{
    struct world *w = *state;
    struct store_audit_report r;
    const struct store_audit e = {.at_utc_s = w->now, .action = "export"};
    store_audit_writer(w->st, "pupitrectl", "north");
    world_begin(w);
    assert_int_equal(store_audit_append(w->st, &e, &w->err), ERR_OK);
    store_rollback(w->st);
    look(w, "export");
    assert_int_equal(verify(w, NULL, 0, &r), ERR_OK);
    assert_int_equal(r.entries, 1);
}

/* One change, and what verifying has to name. chain 3 is pupitred@north, entry 2 its second. */
struct tampering {
    const char *sql;
    int64_t chain;
    int64_t seq;
    int64_t checkpoint; /* 0: found in the chain itself */
};

#define ENTRY "WHERE chain = 3 AND seq = 2"
static const struct tampering tamperings[] = {
    {"UPDATE audit SET chain = 9 " ENTRY,                                                   3, 2, 0},
    {"UPDATE audit SET seq = 90 " ENTRY,                                                    3, 2, 0},
    {"UPDATE audit SET at = at - 1 " ENTRY,                                                 3, 2, 0},
    {"UPDATE audit SET agent_id = 8 " ENTRY,                                                3, 2, 0},
    {"UPDATE audit SET agent_id = NULL " ENTRY,                                             3, 2, 0},
    {"UPDATE audit SET action = 'reveal' " ENTRY,                                           3, 2, 0},
    {"UPDATE audit SET subject = '' " ENTRY,                                                3, 2, 0},
    {"UPDATE audit SET subject = subject || printf('%400s', 'x') " ENTRY,                   3, 2, 0},
    {"UPDATE audit SET person_id = 99 " ENTRY,                                              3, 2, 0},
    {"UPDATE audit SET person_id = NULL " ENTRY,                                            3, 2, 0},
    {"UPDATE audit SET offer_id = 99 " ENTRY,                                               3, 2, 0},
    {"UPDATE audit SET call_id = 99 " ENTRY,                                                3, 2, 0},
    {"UPDATE audit SET key_id = 2 " ENTRY,                                                  3, 2, 0},
    {"UPDATE audit SET hash = zeroblob(32) " ENTRY,                                         3, 2, 0},
    {"DELETE FROM audit " ENTRY,                                                            3, 2, 0},
    {"DELETE FROM audit WHERE chain = 3 AND seq = 4",                                       3, 4, 0},
    {"INSERT INTO audit SELECT chain, 5, at, agent_id, action, subject, person_id, offer_id,"
     " call_id, key_id, hash FROM audit WHERE chain = 3 AND seq = 4",                  3, 5, 0},
    {"UPDATE audit SET at = at + 1 WHERE chain = 4 AND seq = 3",                            4, 3, 0},
 /* Where it ends. */
    {"UPDATE audit_head SET seq = 3 WHERE chain = 3",                                       3, 5, 0},
    {"UPDATE audit_head SET hash = zeroblob(32) WHERE chain = 3",                           3, 5, 0},
    {"UPDATE audit_head SET chain = 9 WHERE chain = 3",                                     3, 5, 0},
    {"DELETE FROM audit_head WHERE chain = 3",                                              3, 5, 0},
 /* Who wrote. */
    {"UPDATE audit_chain SET writer = 'pupitred@west' WHERE chain = 3",                     3, 1, 0},
    {"UPDATE audit_chain SET begun_at = 1 WHERE chain = 3",                                 3, 1, 0},
    {"UPDATE audit_chain SET chain = 9 WHERE chain = 3",                                    9, 1, 0},
    {"DELETE FROM audit_chain WHERE chain = 3",                                             3, 1, 0},
    {"UPDATE audit_chain SET writer = 'x' WHERE chain = 1",                                 1, 1, 0},
    {"UPDATE audit_chain SET begun_at = 1 WHERE chain = 1",                                 1, 1, 0},
 /* An earlier state, whole in itself. */
    {"DELETE FROM audit WHERE chain = 3 AND seq > 3; UPDATE audit_head SET seq = 3, hash ="
     " (SELECT hash FROM audit WHERE chain = 3 AND seq = 3) WHERE chain = 3",          3, 4, 2},
    {"DELETE FROM audit WHERE chain = 3; DELETE FROM audit_head WHERE chain = 3;"
     " DELETE FROM audit_chain WHERE chain = 3",                                       3, 1, 1},
 /* Checkpoints. */
    {"UPDATE audit_checkpoint SET number = 3 WHERE number = 2",                             0, 0, 2},
    {"UPDATE audit_checkpoint SET at = at + 1 WHERE number = 2",                            0, 0, 2},
    {"UPDATE audit_checkpoint SET key_id = 2 WHERE number = 2",                             0, 0, 2},
    {"UPDATE audit_checkpoint SET body = replace(body, 'north', 'souts') WHERE number = 2", 0, 0,
     2                                                                                             },
    {"UPDATE audit_checkpoint SET body = body || 'note x' WHERE number = 2",                0, 0, 2},
    {"UPDATE audit_checkpoint SET signature = zeroblob(64) WHERE number = 2",               0, 0, 2},
    {"DELETE FROM audit_checkpoint WHERE number = 1",                                       0, 0, 1},
};

/* Tables as they were, behind the triggers that would refuse. */
static void unguard(struct world *w)
{
    assert_int_equal(world_sql_result(w, "DROP TRIGGER audit_stays; DROP TRIGGER audit_remains;"
                                         "DROP TRIGGER audit_checkpoint_stays;"
                                         "DROP TRIGGER audit_checkpoint_remains;"
                                         "CREATE TABLE a AS SELECT * FROM audit;"
                                         "CREATE TABLE h AS SELECT * FROM audit_head;"
                                         "CREATE TABLE c AS SELECT * FROM audit_chain;"
                                         "CREATE TABLE p AS SELECT * FROM audit_checkpoint"),
                     0);
}

static void put_back(struct world *w)
{
    assert_int_equal(world_sql_result(w, "DELETE FROM audit; INSERT INTO audit SELECT * FROM a;"
                                         "DELETE FROM audit_head;"
                                         "INSERT INTO audit_head SELECT * FROM h;"
                                         "DELETE FROM audit_chain;"
                                         "INSERT INTO audit_chain SELECT * FROM c;"
                                         "DELETE FROM audit_checkpoint;"
                                         "INSERT INTO audit_checkpoint SELECT * FROM p"),
                     0);
}

static void each_change_is_found_and_named(void **state)
{
    struct world *w = *state;
    struct store_audit_report r;
    fill(w);
    unguard(w);
    for (size_t i = 0; i < sizeof tamperings / sizeof tamperings[0]; i++) {
        const struct tampering *t = &tamperings[i];
        assert_int_equal(world_sql_result(w, t->sql), 0);
        const enum err_code code = verify(w, NULL, 0, &r);
        if (code != ERR_STATE || r.broken_chain != t->chain || r.broken_seq != t->seq ||
            r.broken_checkpoint != t->checkpoint) {
            fail_msg("%s: %d, chain %d entry %d checkpoint %d: %s", t->sql, code,
                     (int)r.broken_chain, (int)r.broken_seq, (int)r.broken_checkpoint,
                     w->err.sentence);
        }
        put_back(w);
        assert_int_equal(verify(w, NULL, 0, &r), ERR_OK);
    }
}

static void nothing_of_it_can_be_changed_by_accident(void **state)
{
    static const char *const attempts[] = {
        "UPDATE audit SET at = 0",
        "DELETE FROM audit",
        "UPDATE audit_checkpoint SET at = 0",
        "DELETE FROM audit_checkpoint",
    };
    struct world *w = *state;
    fill(w);
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        assert_int_not_equal(world_sql_result(w, attempts[i]), 0);
    }
}

/* The last checkpoint's own loss, and a database that is put back as a whole, are seen only by what
 * was kept elsewhere. */
static void an_older_database_fails_against_a_checkpoint_kept_elsewhere(void **state)
{
    struct world *w = *state;
    struct store_audit_report r;
    CLEANUP_BUF struct buf old = {0};
    CLEANUP_BUF struct buf kept = {0};
    fill(w);
    unguard(w);
    assert_int_equal(store_checkpoint_print(w->st, 2, &old, &w->err), ERR_OK);
    look(w, "export");
    const int64_t number = checkpoint(w);
    assert_int_equal(store_checkpoint_print(w->st, number, &kept, &w->err), ERR_OK);
    assert_int_equal(verify(w, kept.data, kept.len, &r), ERR_OK);
    assert_int_equal(r.checkpoints, 4);
    put_back(w); /* the state before */
    assert_int_equal(verify(w, NULL, 0, &r), ERR_OK);
    assert_int_equal(verify(w, old.data, old.len, &r), ERR_OK);
    assert_int_equal(verify(w, kept.data, kept.len, &r), ERR_STATE);
    assert_int_equal(r.broken_chain, 4); /* pupitrectl@north */
    assert_int_equal(r.broken_seq, 4);
    assert_int_equal(r.broken_checkpoint, number);
    look(w, "export"); /* grown as long again, with something else in it */
    assert_int_equal(verify(w, kept.data, kept.len, &r), ERR_STATE);
    assert_int_equal(r.broken_chain, 4);
    assert_int_equal(r.broken_seq, 4);
}

static void a_checkpoint_from_outside_has_to_be_ours(void **state)
{
    struct world *w = *state;
    struct store_audit_report r;
    CLEANUP_BUF struct buf kept = {0};
    fill(w);
    assert_int_equal(store_checkpoint_print(w->st, 2, &kept, &w->err), ERR_OK);
    assert_int_equal(verify(w, kept.data, kept.len - 1, &r), ERR_INVALID);
    assert_int_equal(verify(w, "", 0, &r), ERR_INVALID);
    kept.data[kept.len - 20] ^= 1; /* the signature */
    assert_int_not_equal(verify(w, kept.data, kept.len, &r), ERR_OK);
    kept.data[kept.len - 20] ^= 1;
    char *seq = strstr(kept.data, "\nchain 3 4 ");
    assert_non_null(seq);
    seq[9] = '3'; /* the signed text */
    assert_int_equal(verify(w, kept.data, kept.len, &r), ERR_FORBIDDEN);
    seq[9] = '4';
    assert_int_equal(verify(w, kept.data, kept.len, &r), ERR_OK);
    assert_int_equal(world_sql_result(w, "UPDATE key_state SET database_name = 'another'"), 0);
    assert_int_not_equal(verify(w, kept.data, kept.len, &r), ERR_OK);
}

static void checkpoints_come_when_they_are_due(void **state)
{
    struct world *w = *state;
    int64_t number = -1;
#define DUE(age_s, entries)                                                                        \
    MUST(w, store_checkpoint_due(w->st, w->now, age_s, entries, &number, &w->err))
    DUE(900, 3);
    assert_int_equal(number, 0); /* nothing was written */
    look(w, "export");
    DUE(900, 3);
    assert_int_equal(number, 1); /* the first one is old enough at once */
    look(w, "export");
    DUE(900, 3);
    assert_int_equal(number, 0);
    look(w, "export");
    look(w, "export");
    look(w, "export");
    DUE(900, 3);
    assert_int_equal(number, 2); /* so many */
    look(w, "export");
    w->now += 900;
    DUE(900, 3);
    assert_int_equal(number, 3); /* so old */
    w->now += 900;
    DUE(900, 3);
    assert_int_equal(number, 0);
    look(w, "export");
    w->now -= 5000; /* the clock was put back */
    DUE(900, 3);
    assert_int_equal(number, 4);
#undef DUE
}

static void a_log_that_nobody_ever_signed_is_told(void **state)
{
    struct world *w = *state;
    struct store_audit_report r;
    store_audit_writer(w->st, "pupitrectl", "north");
    look(w, "export");
    w->now += 9000;
    look(w, "export");
    assert_int_equal(verify(w, NULL, 0, &r), ERR_OK);
    assert_false(r.unsigned_long); /* pupitred was never there */
    store_audit_writer(w->st, "pupitred", "north");
    look(w, "record_read");
    w->now += STORE_CHECKPOINT_AGE_S - 10;
    look(w, "record_read");
    assert_int_equal(verify(w, NULL, 0, &r), ERR_OK);
    assert_false(r.unsigned_long);
    w->now += 20;
    look(w, "record_read");
    assert_int_equal(verify(w, NULL, 0, &r), ERR_OK);
    assert_true(r.unsigned_long);
    checkpoint(w);
    assert_int_equal(verify(w, NULL, 0, &r), ERR_OK);
    assert_false(r.unsigned_long);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(chains_grow_side_by_side_and_verify),
        TEST(a_chain_whose_first_entry_was_undone_is_begun_again),
        TEST(each_change_is_found_and_named),
        TEST(nothing_of_it_can_be_changed_by_accident),
        TEST(an_older_database_fails_against_a_checkpoint_kept_elsewhere),
        TEST(a_checkpoint_from_outside_has_to_be_ours),
        TEST(checkpoints_come_when_they_are_due),
        TEST(a_log_that_nobody_ever_signed_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
