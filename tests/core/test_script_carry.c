/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "core/script_carry.h"
#include "script_build.h"

struct world {
    struct script s;
    struct script_answers *a;
};

static void add_initial(struct script *s, size_t item, struct script_value value)
{
    struct script_item *it = &s->items[item];
    it->initials = realloc(it->initials, (it->n_initials + 1) * sizeof *it->initials);
    assert_true(script_value_copy(&value, &it->initials[it->n_initials++]));
}

static void begin(struct world *w)
{
    assert_true(script_index(&w->s));
    w->a = script_answers_new(&w->s);
    assert_non_null(w->a);
    assert_int_equal(script_answers_start(w->a, NULL), ERR_OK);
}

static void end(struct world *w)
{
    w->a = script_answers_free(w->a);
    script_deinit(&w->s);
}

static void carry(const struct world *from, struct world *to)
{
    assert_int_equal(script_carry(from->a, to->a, NULL), ERR_OK);
}

static void set_at(struct world *w, size_t answer, struct script_value value)
{
    assert_int_equal(script_node_set(w->a, answer, &value, NULL), ERR_OK);
}

static void set(struct world *w, size_t item, struct script_value value)
{
    set_at(w, script_node_answer(w->a, script_node_first(w->a, item)), value);
}

static void expect_at(const struct world *w, size_t answer, const char *text)
{
    const struct script_value *v = script_node_value(w->a, answer);
    if (text)
        assert_string_equal(v->text, text);
    else
        assert_int_equal(v->kind, SCRIPT_VALUE_NONE);
}

static void expect(const struct world *w, const char *link_id, const char *text)
{
    const size_t node = script_node_first(w->a, script_find(&w->s, link_id));
    expect_at(w, script_node_answer(w->a, node), text);
}

static void what_was_answered_stays_and_what_is_new_begins(void **state)
{
    (void)state;
    struct world was = {0}, is = {0};
    add_item(&was.s, "name", SCRIPT_STRING, SCRIPT_NO_PARENT);
    begin(&was);
    set(&was, 0, plain(SCRIPT_STRING, "Zoe"));
    add_item(&is.s, "country", SCRIPT_STRING, SCRIPT_NO_PARENT);
    add_item(&is.s, "name", SCRIPT_STRING, SCRIPT_NO_PARENT);
    add_initial(&is.s, 0, plain(SCRIPT_STRING, "BE"));
    add_initial(&is.s, 1, plain(SCRIPT_STRING, "Nobody"));
    begin(&is);
    carry(&was, &is);
    expect(&is, "country", "BE");
    expect(&is, "name", "Zoe");
    end(&was);
    end(&is);
}

static void an_initial_value_is_replaced_only_while_nobody_touched_it(void **state)
{
    (void)state;
    static const char *const ids[] = {"kept", "emptied", "changed", "given"};
    struct world was = {0}, is = {0};
    for (size_t i = 0; i < 4; i++) {
        add_item(&was.s, ids[i], SCRIPT_STRING, SCRIPT_NO_PARENT);
        add_item(&is.s, ids[i], SCRIPT_STRING, SCRIPT_NO_PARENT);
        if (i < 3)
            add_initial(&was.s, i, plain(SCRIPT_STRING, "old"));
        add_initial(&is.s, i, plain(SCRIPT_STRING, "new"));
    }
    begin(&was);
    begin(&is);
    set(&was, 1, (struct script_value){0});
    set(&was, 2, plain(SCRIPT_STRING, "mine"));
    carry(&was, &is);
    expect(&is, "kept", "new");
    expect(&is, "emptied", NULL);
    expect(&is, "changed", "mine");
    expect(&is, "given", "new");
    end(&was);
    end(&is);
}

/* contact, a repeating group, with a name and phones of its own. */
static void build_contacts(struct world *w, bool with_mail)
{
    const size_t group = add_item(&w->s, "contact", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    w->s.items[group].repeats = true;
    if (with_mail)
        add_initial(&w->s, add_item(&w->s, "mail", SCRIPT_STRING, group),
                    plain(SCRIPT_STRING, "none"));
    add_item(&w->s, "name", SCRIPT_STRING, group);
    const size_t phone = add_item(&w->s, "phone", SCRIPT_STRING, group);
    w->s.items[phone].repeats = true;
    begin(w);
}

static void instances_and_several_answers_come_along(void **state)
{
    (void)state;
    struct world was = {0}, is = {0};
    build_contacts(&was, false);
    build_contacts(&is, true);
    size_t group = script_node_first(was.a, 0), answer;
    for (size_t i = 0; i < 3; i++) {
        if (i > 0)
            assert_int_equal(script_node_add(was.a, group, true, &group, NULL), ERR_OK);
        const size_t name = script_node_child(was.a, group, 1);
        const char *const names[] = {"An", "Bo", "Cy"};
        set_at(&was, script_node_answer(was.a, name), plain(SCRIPT_STRING, names[i]));
    }
    answer = script_node_answer(was.a, script_node_child(was.a, group, 2));
    set_at(&was, answer, plain(SCRIPT_STRING, "1"));
    assert_int_equal(script_node_add(was.a, answer, true, &answer, NULL), ERR_OK);
    set_at(&was, answer, plain(SCRIPT_STRING, "2"));
    carry(&was, &is);
    group = script_node_first(is.a, 0);
    for (size_t i = 0; i < 3; i++) {
        const char *const names[] = {"An", "Bo", "Cy"};
        expect_at(&is, script_node_answer(is.a, script_node_child(is.a, group, 1)), "none");
        expect_at(&is, script_node_answer(is.a, script_node_child(is.a, group, 2)), names[i]);
        if (i < 2)
            group = script_node_next_instance(is.a, group);
    }
    assert_int_equal(script_node_next_instance(is.a, group), SCRIPT_NODE_NONE);
    answer = script_node_answer(is.a, script_node_child(is.a, group, 3));
    expect_at(&is, answer, "1");
    expect_at(&is, script_node_next_instance(is.a, answer), "2");
    end(&was);
    end(&is);
}

static void a_question_that_was_moved_or_put_below_another_is_found(void **state)
{
    (void)state;
    struct world was = {0}, is = {0};
    add_item(&was.s, "cough", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    add_item(&was.s, "since", SCRIPT_STRING, 0);
    add_item(&was.s, "name", SCRIPT_STRING, SCRIPT_NO_PARENT);
    begin(&was);
    set(&was, 0, boolean(true));
    set(&was, 1, plain(SCRIPT_STRING, "May"));
    set(&was, 2, plain(SCRIPT_STRING, "Zoe"));
    add_item(&is.s, "who", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    add_item(&is.s, "name", SCRIPT_STRING, 0);
    add_item(&is.s, "since", SCRIPT_STRING, 0);
    add_item(&is.s, "cough", SCRIPT_BOOLEAN, 0);
    begin(&is);
    carry(&was, &is);
    expect(&is, "name", "Zoe");
    expect(&is, "since", "May");
    end(&was);
    was = is; /* and back below its question */
    is = (struct world){0};
    was.a = script_answers_free(was.a);
    begin(&was);
    set(&was, 2, plain(SCRIPT_STRING, "June"));
    add_item(&is.s, "cough", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    add_item(&is.s, "since", SCRIPT_STRING, 0);
    begin(&is);
    carry(&was, &is);
    expect(&is, "since", "June");
    end(&was);
    end(&is);
}

static void what_has_no_place_any_more_is_dropped(void **state)
{
    (void)state;
    struct world was = {0}, is = {0};
    build_contacts(&was, false);
    size_t group = script_node_first(was.a, 0);
    set_at(&was, script_node_answer(was.a, script_node_child(was.a, group, 1)),
           plain(SCRIPT_STRING, "An"));
    assert_int_equal(script_node_add(was.a, group, true, &group, NULL), ERR_OK);
    set_at(&was, script_node_answer(was.a, script_node_child(was.a, group, 1)),
           plain(SCRIPT_STRING, "Bo"));
    set_at(&was, script_node_answer(was.a, script_node_child(was.a, group, 2)),
           plain(SCRIPT_STRING, "0470"));
    add_item(&is.s, "name", SCRIPT_STRING, SCRIPT_NO_PARENT); /* there is one now */
    add_item(&is.s, "phone", SCRIPT_INTEGER, SCRIPT_NO_PARENT);
    begin(&is);
    carry(&was, &is);
    expect(&is, "name", "An");
    expect(&is, "phone", NULL);
    end(&was);
    end(&is);
}

static void a_script_is_known_by_its_url_then_by_its_id(void **state)
{
    (void)state;
    char a[] = "a", b[] = "b";
    struct script x = {.url = a, .id = a}, y = {.url = a, .id = b}, z = {.id = b}, none = {0};
    assert_true(script_is_same(&x, &y));
    assert_true(script_is_same(&y, &z));
    assert_false(script_is_same(&x, &z));
    assert_true(script_is_same(&x, &none));
    y.url = b;
    assert_false(script_is_same(&x, &y));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_stays_and_what_is_new_begins),
        cmocka_unit_test(an_initial_value_is_replaced_only_while_nobody_touched_it),
        cmocka_unit_test(instances_and_several_answers_come_along),
        cmocka_unit_test(a_question_that_was_moved_or_put_below_another_is_found),
        cmocka_unit_test(what_has_no_place_any_more_is_dropped),
        cmocka_unit_test(a_script_is_known_by_its_url_then_by_its_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
