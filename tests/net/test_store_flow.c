/* SPDX-License-Identifier: Apache-2.0 */
/* What comes in and goes out: contacts and their index case, overload, collectivities. */
#include "net/store/store_collectivity.h"
#include "net/store/store_contact.h"
#include "net/store/store_export.h"
#include "net/store/store_overload.h"
#include "store_world.h"

#include <sqlite3.h>

static struct record contact_of(struct world *w, enum region region, const char *ticket)
{
    struct record r = world_record(w, region, "fr", PERSON_CONTACT, "+32470000002");
    assert_int_equal(record_set_field(&r, RECORD_INDEX_TICKET, ticket, strlen(ticket), &w->err),
                     ERR_OK);
    return r;
}

static int64_t index_of(struct world *w, enum region region, int64_t person_id)
{
    int64_t ret = -1;
    assert_int_equal(store_index_of(w->st, region, person_id, &ret, &w->err), ERR_OK);
    return ret;
}

static size_t contacts_of(struct world *w, enum region region, int64_t person_id, int64_t *ids)
{
    size_t n = 99;
    assert_int_equal(store_contacts_of(w->st, region, person_id, 0, ids, 8, &n, &w->err), ERR_OK);
    return n;
}

static void an_index_case_may_come_before_with_or_after_its_contacts(void **state)
{
    struct world *w = *state;
    int64_t ids[8];
    struct record early = contact_of(w, REGION_WAL, "TICKET-0002");
    struct record index = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    assert_string_equal(index.ticket, "TICKET-0002");
    world_import(w, &early, 1); /* person 1, whose index case is nowhere */
    assert_int_equal(index_of(w, REGION_WAL, 1), 0);

    struct record together[] = {contact_of(w, REGION_WAL, "TICKET-0002"), index};
    world_import(w, together, 2); /* 2 is a contact, 3 the index case: in one file, in this order */
    assert_int_equal(index_of(w, REGION_WAL, 1), 3);
    assert_int_equal(index_of(w, REGION_WAL, 2), 3);
    assert_int_equal(index_of(w, REGION_WAL, 3), 0);

    struct record late = contact_of(w, REGION_WAL, "TICKET-0002");
    world_import(w, &late, 1);
    assert_int_equal(contacts_of(w, REGION_WAL, 3, ids), 3);
    assert_int_equal(ids[0], 1);
    assert_int_equal(ids[1], 2);
    assert_int_equal(ids[2], 4);
    size_t n = 0;
    assert_int_equal(store_contacts_of(w->st, REGION_WAL, 3, 1, ids, 1, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(ids[0], 2);
}

static void a_link_is_followed_inside_one_region_only(void **state)
{
    struct world *w = *state;
    int64_t ids[8];
    struct record rows[] = {world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001"),
                            contact_of(w, REGION_BXL, "TICKET-0001")};
    world_import(w, rows, 2);
    assert_int_equal(index_of(w, REGION_BXL, 2), 0);
    assert_int_equal(contacts_of(w, REGION_WAL, 1, ids), 0);
    assert_int_equal(index_of(w, REGION_WAL, 2), 0); /* nor by asking for another region */
    assert_int_equal(contacts_of(w, REGION_BXL, 1, ids), 0);

    assert_int_equal(record_set_field(&rows[1], RECORD_REGION, "WAL", 3, &w->err), ERR_OK);
    world_import(w, &rows[1], 1);
    assert_int_equal(index_of(w, REGION_WAL, 2), 1);
    assert_int_equal(contacts_of(w, REGION_WAL, 1, ids), 1);
}

static void a_link_is_a_change_of_its_person_and_can_be_taken_away(void **state)
{
    struct world *w = *state;
    struct record rows[] = {world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001"),
                            world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002")};
    world_import(w, rows, 2);
    assert_int_equal(index_of(w, REGION_WAL, 2), 0);
    assert_int_equal(record_set_field(&rows[1], RECORD_INDEX_TICKET, "TICKET-0001", 11, &w->err),
                     ERR_OK);
    world_import(w, &rows[1], 1);
    assert_int_equal(index_of(w, REGION_WAL, 2), 1);
    assert_int_equal(record_set_field(&rows[1], RECORD_INDEX_TICKET, "", 0, &w->err), ERR_OK);
    world_import(w, &rows[1], 1);
    assert_int_equal(index_of(w, REGION_WAL, 2), 0);
    /* Nobody is a contact of themselves. */
    assert_int_equal(record_set_field(&rows[1], RECORD_INDEX_TICKET, rows[1].ticket,
                                      strlen(rows[1].ticket), &w->err),
                     ERR_OK);
    assert_int_equal(record_check(&rows[1], &w->err), ERR_INVALID);
    assert_string_equal(w->err.field, "index_ticket");
}

static void an_index_ticket_stands_nowhere_in_clear(void **state)
{
    struct world *w = *state;
    struct record r = contact_of(w, REGION_WAL, "PLANTEDTICKET-77");
    world_import(w, &r, 1);
    assert_int_equal(
        world_sql(w, "SELECT count(*) FROM person WHERE index_ticket_bidx IS NOT NULL"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE instr(context_enc,"
                                  " 'PLANTED') OR instr(index_ticket_bidx, 'PLANTED')"),
                     0);
}

static void dates_of_test_and_contact_are_kept_sealed(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *ticket, *sample, *contact;
    } rows[] = {
        {"",        "2020-05-01", "2020-04-29"},
        {"T-INDEX", "",           "2020-04-29"},
        {"T-INDEX", "2020-05-01", ""          },
        {"",        "",           ""          },
        {"",        "2020-05-01", "2020-04-29"},
    };
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    world_import(w, &r, 1);
    (void)world_call(w, &a);
    const struct store_work_offer offer = world_work(w, &a).offer;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct record seen;
        const char *const texts[] = {rows[i].ticket, rows[i].sample, rows[i].contact};
        static const enum record_column columns[] = {RECORD_INDEX_TICKET, RECORD_SAMPLE_DATE,
                                                     RECORD_LAST_CONTACT_DATE};
        for (size_t k = 0; k < 3; k++)
            assert_int_equal(record_set_field(&r, columns[k], texts[k], strlen(texts[k]), &w->err),
                             ERR_OK);
        world_import(w, &r, 1);
        MUST(w, store_record_read(w->st, &a, offer.offer_id, offer.fence, w->now, &seen, &w->err));
        assert_string_equal(seen.index_ticket, rows[i].ticket);
        assert_string_equal(seen.sample_date, rows[i].sample);
        assert_string_equal(seen.last_contact_date, rows[i].contact);
        assert_int_equal(seen.set & (1U << RECORD_SAMPLE_DATE),
                         rows[i].sample[0] ? 1U << RECORD_SAMPLE_DATE : 0);
    }
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE instr(context_enc, '2020-0')"),
                     0);
    assert_int_equal(record_set_field(&r, RECORD_SAMPLE_DATE, "2021-02-29", 10, &w->err),
                     ERR_INVALID);
    assert_string_equal(w->err.field, "sample_date");
}

static struct store_overload overload(struct world *w, enum region region)
{
    struct store_overload o;
    assert_int_equal(store_overload_read(w->st, "tracing", region, &o, &w->err), ERR_OK);
    return o;
}

static enum err_code turn(struct world *w, enum region region, bool on, const char *reason,
                          bool *ret_changed)
{
    const struct store_overload_switch s = {
        .service_id = "tracing", .region = region, .on = on, .account = "root", .reason = reason};
    return TRY(w, store_overload_set(w->st, &s, w->now, ret_changed, &w->err));
}

static void overload_is_a_switch_of_one_service_in_one_region(void **state)
{
    struct world *w = *state;
    bool changed = false;
    assert_false(overload(w, REGION_WAL).is_on);
    assert_int_equal(turn(w, REGION_WAL, true, "a wave of Planted things", &changed), ERR_OK);
    assert_true(changed);
    struct store_overload o = overload(w, REGION_WAL);
    assert_true(o.is_on);
    assert_int_equal(o.since_utc_s, T0);
    assert_string_equal(o.account, "root");
    assert_string_equal(o.reason, "a wave of Planted things");
    assert_false(overload(w, REGION_BXL).is_on);

    w->now += 5;
    assert_int_equal(turn(w, REGION_WAL, true, "again", &changed), ERR_OK);
    assert_false(changed);
    assert_int_equal(overload(w, REGION_WAL).since_utc_s, T0);
    assert_int_equal(turn(w, REGION_WAL, false, "over", &changed), ERR_OK);
    assert_true(changed);
    assert_false(overload(w, REGION_WAL).is_on);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM overload_switch"), 2);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'overload_on'"
                                  " AND subject = 'tracing WAL by root'"),
                     1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'overload_off'"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM overload_switch"
                                  " WHERE instr(reason_enc, 'Planted')"),
                     0);
    assert_int_not_equal(world_sql_result(w, "UPDATE overload_switch SET is_on = 1"), 0);
}

static void a_switch_wants_a_reason_and_a_service_that_works_there(void **state)
{
    struct world *w = *state;
    bool changed = false;
    char longest[STORE_OVERLOAD_REASON_CHARS + 2];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(turn(w, REGION_WAL, true, "", &changed), ERR_INVALID);
    assert_string_equal(w->err.field, "/reason");
    assert_int_equal(turn(w, REGION_WAL, true, longest, &changed), ERR_INVALID);
    assert_int_equal(turn(w, REGION_WAL, true, "two\nlines", &changed), ERR_INVALID);
    assert_int_equal(turn(w, REGION_WAL, true, longest + 1, &changed), ERR_OK);
    const struct store_overload_switch other = {
        .service_id = "nobody", .on = true, .account = "root", .reason = "x"};
    assert_int_equal(TRY(w, store_overload_set(w->st, &other, w->now, &changed, &w->err)),
                     ERR_NOT_FOUND);
}

static void in_overload_index_cases_are_offered_and_contacts_are_not(void **state)
{
    struct world *w = *state;
    bool changed;
    int64_t offer = 0;
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000002");
    world_person(w, REGION_BXL, "fr", PERSON_CONTACT, "+32470000003");
    assert_int_equal(turn(w, REGION_WAL, true, "wave", &changed), ERR_OK);
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_actor c = world_on_queue(w, "cis", REGION_BXL, "fr");
    world_offer(w, &a);
    assert_int_equal(world_work(w, &a).offer.kind, PERSON_INDEX);
    assert_int_equal(TRY(w, store_offer_next(w->st, b.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
    world_offer(w, &c); /* another region goes on */
    assert_int_equal(turn(w, REGION_WAL, false, "over", &changed), ERR_OK);
    world_offer(w, &b);
    assert_int_equal(world_work(w, &b).offer.kind, PERSON_CONTACT);
}

static void in_overload_an_agreed_callback_of_a_contact_is_kept(void **state)
{
    struct world *w = *state;
    struct store_outcome o;
    bool changed;
    size_t woken;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    int64_t fence = world_acw(w, &a, CALL_END_BY_PERSON);
    int64_t offer = world_work(w, &a).offer.offer_id;
    assert_int_equal(world_wrapup(w, &a, "rescheduled", w->now + 600, &o), ERR_OK);
    MUST(w, store_offer_end(w->st, &a, offer, fence, w->now, &w->err));
    assert_int_equal(turn(w, REGION_WAL, true, "wave", &changed), ERR_OK);
    w->now += 601;
    MUST(w, store_wake_people(w->st, w->now, 10, &woken, &w->err));
    world_offer(w, &a);
    assert_int_equal(world_work(w, &a).offer.kind, PERSON_CONTACT);
}

static void the_preview_counts_by_kind_and_changes_nothing(void **state)
{
    struct world *w = *state;
    struct overload_figures f;
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    world_person(w, REGION_WAL, "nl", PERSON_CONTACT, "+32470000002");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000003");
    world_person(w, REGION_BXL, "fr", PERSON_INDEX, "+32470000004");
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    w->now += 1800;
    world_offer(w, &a);
    MUST(w, store_offer_accept(w->st, &a, world_work(w, &a).offer.offer_id,
                               world_work(w, &a).offer.fence, w->now, &w->err));
    int64_t before = world_sql(w, "SELECT count(*) FROM audit");
    assert_int_equal(store_overload_figures(w->st, "tracing", REGION_WAL, w->now, &f, &w->err),
                     ERR_OK);
    assert_int_equal(f.waiting[RANK_INDEX], 0); /* that one is held */
    assert_int_equal(f.waiting[RANK_CONTACT], 2);
    assert_int_equal(f.agents_on_queue, 1);
    assert_int_equal(f.agent_s, 1800);
    assert_int_equal(f.offers_accepted, 1);
    w->now += 7200; /* only the last hour is measured */
    assert_int_equal(store_overload_figures(w->st, "tracing", REGION_WAL, w->now, &f, &w->err),
                     ERR_OK);
    assert_int_equal(f.agent_s, 3600);
    assert_int_equal(f.offers_accepted, 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit"), before);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM overload_switch"), 0);
}

static void the_preview_counts_people_of_an_import_that_is_decided_only(void **state)
{
    struct world *w = *state;
    struct overload_figures f;
    struct store_import_figures none = {0};
    enum store_import_row row;
    int64_t run;
    struct record r[] = {world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001"),
                         world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002"),
                         world_record(w, REGION_WAL, "de", PERSON_CONTACT, "+32470000003")};
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    for (int i = 0; i < 3; i++) {
        MUST(w, store_import_stage(w->st, run, i + 2, &r[i], &row, &w->err));
    }
    MUST(w, store_import_commit_run(w->st, run, &none, w->now, &w->err));
    assert_int_equal(store_overload_figures(w->st, "tracing", REGION_WAL, w->now, &f, &w->err),
                     ERR_OK);
    assert_int_equal(f.waiting[RANK_INDEX], 1);
    assert_int_equal(f.waiting[RANK_CONTACT], 2);

    bool changed;
    int64_t offer;
    assert_int_equal(turn(w, REGION_WAL, true, "wave", &changed), ERR_OK);
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    world_offer(w, &a);
    assert_int_equal(world_work(w, &a).offer.kind, PERSON_INDEX);
    assert_int_equal(TRY(w, store_offer_next(w->st, b.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
}

static void a_collectivity_is_kept_sealed_and_once_an_offer(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_agent(w, "bob", REGION_BXL, "fr", false);
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer = world_offer(w, &a);
    int64_t id = 0;
    struct store_collectivity c = {.kind = "school",
                                   .name = "Ecole Plantedschool",
                                   .place = "Namur",
                                   .role = "3B",
                                   .last_day = "2025-11-20"};
    MUST(w, store_collectivity_add(w->st, &a, offer, &c, w->now, &id, &w->err));
    assert_true(id > 0);
    MUST(w, store_collectivity_add(w->st, &a, offer, &c, w->now + 1, &id, &w->err));
    assert_int_equal(id, 0);
    c.kind[0] = 'S';
    assert_int_equal(TRY(w, store_collectivity_add(w->st, &a, offer, &c, w->now, &id, &w->err)),
                     ERR_INVALID);
    memcpy(c.kind, "firm", 5);
    MUST(w, store_collectivity_add(w->st, &a, offer, &c, w->now, &id, &w->err));
    assert_int_equal(TRY(w, store_collectivity_add(w->st, &b, offer, &c, w->now, &id, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM collectivity WHERE region = 'WAL'"), 2);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM collectivity"
                                  " WHERE instr(entry_enc, 'Planted')"),
                     0);
}

struct seen {
    size_t n;
    char first[512]; /* the first row, with '|' between */
};

static enum err_code see(void *arg, const char *const *values, size_t n, struct err *err)
{
    struct seen *s = arg;
    (void)err;
    for (size_t i = 0; s->n == 0 && i < n; i++) {
        const size_t len = strlen(s->first);
        snprintf(s->first + len, sizeof s->first - len, "%s|", values[i] ? values[i] : "-");
    }
    s->n++;
    return ERR_OK;
}

static struct seen list(struct world *w, enum store_export what, const enum region *region,
                        bool again)
{
    struct seen s = {.n = 0};
    assert_int_equal(store_export_list(w->st, what, region, again, see, &s, &w->err), ERR_OK);
    return s;
}

static void the_hygiene_cell_gets_each_collectivity_once(void **state)
{
    struct world *w = *state;
    const enum region bxl = REGION_BXL;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer = world_offer(w, &a);
    int64_t id = 0;
    int64_t handout = 0;
    const struct store_collectivity c = {.kind = "school", .name = "Ecole du Parc", .role = "3B"};
    MUST(w, store_collectivity_add(w->st, &a, offer, &c, w->now, &id, &w->err));
    struct seen s = list(w, STORE_EXPORT_COLLECTIVITIES, NULL, false);
    assert_int_equal(s.n, 1);
    assert_string_equal(
        s.first, "Ecole du Parc|-|3B|-|-|1|school|WAL|tracing|1|1|2025-11-24T16:00:00Z|-|-|");
    assert_int_equal(list(w, STORE_EXPORT_COLLECTIVITIES, &bxl, false).n, 0);
    MUST(w, store_list_export_begin(w->st, STORE_EXPORT_COLLECTIVITIES, NULL, "root", w->now,
                                    &handout, &w->err));
    MUST(w, store_list_mark(w->st, STORE_EXPORT_COLLECTIVITIES, id, false, handout, &w->err));
    MUST(w, store_list_mark(w->st, STORE_EXPORT_COLLECTIVITIES, id, false, handout, &w->err));
    assert_int_equal(list(w, STORE_EXPORT_COLLECTIVITIES, NULL, false).n, 0);
    assert_int_equal(list(w, STORE_EXPORT_COLLECTIVITIES, NULL, true).n, 1);
}

static void a_wrong_number_stands_in_the_list_of_its_region(void **state)
{
    struct world *w = *state;
    struct store_outcome o;
    const enum region wal = REGION_WAL;
    const enum region bxl = REGION_BXL;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_acw(w, &a, CALL_END_BAD_NUMBER);
    assert_int_equal(world_wrapup(w, &a, "bad_number", 0, &o), ERR_OK);
    struct seen s = list(w, STORE_EXPORT_DATA_QUALITY, &wal, false);
    assert_int_equal(s.n, 1);
    assert_non_null(strstr(s.first, "1|1|ann|WAL|tracing|1|+32470000001|"));
    assert_int_equal(list(w, STORE_EXPORT_DATA_QUALITY, &bxl, false).n, 0);
}

/* What a look at an offer's answers gives: the code, and whether it was refused with a trace. */
static enum err_code look(struct world *w, const struct store_actor *actor, int64_t offer_id)
{
    struct store_response r = {0};
    bool refused = false;
    world_begin(w);
    enum err_code code = store_response_look(w->st, actor, offer_id, w->now, &r, &refused, &w->err);
    assert_int_equal(refused, code == ERR_FORBIDDEN);
    if (code && !refused) {
        store_rollback(w->st);
    } else {
        assert_int_equal(store_commit(w->st, NULL), ERR_OK);
    }
    assert_true(code != ERR_OK || (r.json && r.completed));
    store_response_deinit(&r);
    return code;
}

static int64_t audited(struct world *w, const char *action)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM audit WHERE action = '%s'", action);
    return world_sql(w, sql);
}

static void submitted_answers_are_read_by_whoever_is_entitled(void **state)
{
    static const char json[] = "{\"resourceType\":\"QuestionnaireResponse\"}";
    struct world *w = *state;
    struct store_outcome o;
    int64_t version = 0;
    bool kept = false;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor nora = world_agent(w, "nora", REGION_WAL, "fr", false);
    struct store_actor nele = world_agent(w, "nele", REGION_VLG, "nl", false);
    struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    assert_int_equal(
        world_sql_result(w, "UPDATE agent SET line = 2 WHERE login IN ('nora', 'nele')"), 0);
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t fence = world_acw(w, &a, CALL_END_BY_PERSON);
    int64_t offer = world_work(w, &a).offer.offer_id;
    const struct store_response_put put = {
        .completed = true, .json = json, .json_len = sizeof json - 1};
    MUST(w, store_response_put(w->st, &a, offer, fence, &put, w->now, &version, &kept, &w->err));

    assert_int_equal(look(w, &a, offer), ERR_OK); /* as long as it has the person */
    assert_int_equal(look(w, &boss, offer), ERR_FORBIDDEN);
    assert_int_equal(world_wrapup(w, &a, "closed_with_data", 0, &o), ERR_OK);
    MUST(w, store_offer_end(w->st, &a, offer, fence, w->now, &w->err));
    assert_int_equal(look(w, &a, offer), ERR_FORBIDDEN);
    assert_int_equal(look(w, &nora, offer), ERR_OK);
    assert_int_equal(look(w, &nele, offer), ERR_NOT_FOUND); /* entitled, in another region */
    assert_int_equal(audited(w, "answers_read"), 2);
    assert_int_equal(audited(w, "answers_refused"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
        T(an_index_case_may_come_before_with_or_after_its_contacts),
        T(a_link_is_followed_inside_one_region_only),
        T(a_link_is_a_change_of_its_person_and_can_be_taken_away),
        T(an_index_ticket_stands_nowhere_in_clear),
        T(dates_of_test_and_contact_are_kept_sealed),
        T(overload_is_a_switch_of_one_service_in_one_region),
        T(a_switch_wants_a_reason_and_a_service_that_works_there),
        T(in_overload_index_cases_are_offered_and_contacts_are_not),
        T(in_overload_an_agreed_callback_of_a_contact_is_kept),
        T(the_preview_counts_by_kind_and_changes_nothing),
        T(the_preview_counts_people_of_an_import_that_is_decided_only),
        T(a_collectivity_is_kept_sealed_and_once_an_offer),
        T(the_hygiene_cell_gets_each_collectivity_once),
        T(a_wrong_number_stands_in_the_list_of_its_region),
        T(submitted_answers_are_read_by_whoever_is_entitled),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
