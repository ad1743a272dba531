/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of pupitre-desk. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf_walk.h"
#include "net/desk/options.h"
#include "net/desk/ssh.h"

static void each_setting_can_be_said_at_each_place(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct conf_sample samples[] = {
        {"instance", {"home", "work-2"}},
        {"audio", {"tone", "alsa:hw:1"}},
        {"baresip", {"/opt/baresip", "/usr/local/bin/baresip"}},
        {"module", {"/opt/a.so", "/opt/b.so"}},
        {"log", {"/tmp/a", "/tmp/b"}},
        {"listen", {"yes", "no"}},
        {"foreground", {"yes", "no"}},
    };
    /* clang-format on */
    conf_walk(&options_program, &(struct desk_options){0}, sizeof(struct desk_options), samples,
              sizeof samples / sizeof samples[0]);
}

static void what_ssh_is_told_is_taken(void **state)
{
    (void)state;
    static const char *const words[] = {"ssh",
                                        "--instance=home",
                                        "--audio=tone",
                                        "--pupitre=pupitre --login aline",
                                        "--silence-s",
                                        "30",
                                        "--ssh-config=f",
                                        "aline@server.example.org"};
    char text[8][64], *argv[9] = {0};
    struct ssh_options o = {0};
    struct conf *c = conf_new(&ssh_program);
    for (size_t i = 0; i < 8; i++) {
        snprintf(text[i], sizeof text[i], "%s", words[i]);
        argv[i] = text[i];
    }
    conf_read_arguments(c, 8, argv);
    conf_finish(c, &o);
    assert_int_equal(conf_fault_count(c), 0);
    assert_string_equal(conf_operand(c), "aline@server.example.org");
    assert_string_equal(o.instance, "home");
    assert_string_equal(o.audio, "tone");
    assert_string_equal(o.far.pupitre, "pupitre --login aline");
    assert_string_equal(o.far.ssh, "ssh");
    assert_string_equal(o.far.file, "f");
    assert_int_equal(o.far.silence_s, 30);
    conf_free(c);
}

static void with_nothing_said_it_is_the_default_desk_with_a_sound_card(void **state)
{
    (void)state;
    struct desk_options o = {0};
    struct conf *c = conf_new(&options_program);
    conf_finish(c, &o);
    assert_int_equal(conf_fault_count(c), 0);
    assert_string_equal(o.desk.instance, "default");
    assert_string_equal(o.desk.audio, "alsa");
    assert_string_equal(o.desk.baresip, "/usr/bin/baresip");
    assert_null(o.desk.module);
    assert_null(o.desk.log);
    assert_false(o.foreground);
    assert_false(o.desk.listen);
    conf_free(c);
}

static void what_could_leave_its_place_is_refused(void **state)
{
    (void)state;
    /* clang-format off */
    static const char *const words[] = {
        "--instance=../x", "--instance=", "--audio=file:x", "--audio=alsa:", "--audio=file:/a,b",
        "--audio=alsa:x#", "--nonsense", "--foreground=maybe", "more",
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char word[32];
        snprintf(word, sizeof word, "%s", words[i]);
        char *argv[] = {(char[]){"pupitre-desk"}, word, NULL};
        struct conf *c = conf_new(&options_program);
        conf_read_arguments(c, 2, argv);
        assert_int_equal(conf_fault_count(c), 1);
        assert_int_equal(conf_exit_status(c), 64);
        conf_free(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_setting_can_be_said_at_each_place),
        cmocka_unit_test(what_ssh_is_told_is_taken),
        cmocka_unit_test(with_nothing_said_it_is_the_default_desk_with_a_sound_card),
        cmocka_unit_test(what_could_leave_its_place_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
