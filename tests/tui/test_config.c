/* SPDX-License-Identifier: Apache-2.0 */
/* pupitre.conf: what is taken, what is refused and where. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/config.h"

static enum err_code read_text(struct config *c, const char *text, struct err *err)
{
    char path[] = "/tmp/pp-conf-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    const enum err_code code = config_read(c, path, err);
    unlink(path);
    return code;
}

static void each_key_is_taken(void **state)
{
    (void)state;
    struct config c = {0};
    const char *text = "# the desk at home\n"
                       "[workstation]\n"
                       "backend = https://centre.example.org\n"
                       "instance = home\n"
                       "login = aline\n"
                       "audio = alsa\n"
                       "desk = /opt/pupitre-desk\n"
                       "log = /tmp/pupitre.log\n"
                       "[screen]\n"
                       "language = fr\n"
                       "clock = no\n";
    assert_int_equal(read_text(&c, text, NULL), ERR_OK);
    assert_string_equal(c.backend, "https://centre.example.org");
    assert_string_equal(c.instance, "home");
    assert_string_equal(c.login, "aline");
    assert_string_equal(c.audio, "alsa");
    assert_string_equal(c.desk, "/opt/pupitre-desk");
    assert_string_equal(c.log, "/tmp/pupitre.log");
    assert_string_equal(c.screen.language, "fr");
    assert_true(c.screen.hide_clock);
    config_deinit(&c);
}

static void the_later_file_wins_key_by_key(void **state)
{
    (void)state;
    struct config c = {0};
    assert_int_equal(read_text(&c, "[workstation]\nbackend = http://a\nlogin = one\n", NULL),
                     ERR_OK);
    assert_int_equal(read_text(&c, "[workstation]\nbackend = http://b\n", NULL), ERR_OK);
    assert_string_equal(c.backend, "http://b");
    assert_string_equal(c.login, "one");
    config_deinit(&c);
}

static void a_fault_names_line_and_key(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } faults[] = {
        {"[workstation]\nbackedn = x\n",              "line 2: backedn: no such key"},
        {"[screen]\nbackend = x\n",                   "line 2: backend: no such key"},
        {"[screen]\nlanguage = tlh\n",                "line 2: language: en or fr"  },
        {"[screen]\n\nclock = perhaps\n",             "line 3: clock: yes or no"    },
        {"[workstation]\nlogin =\n",                  "line 2: login: a text"       },
        {"[workstation]\nlogin = a\x1b[2J\n",         "line 2: login: a text"       },
        {"[workstation]\nthis is not a key\n",        "line 2: [section] or key"    },
        {"[screen]\nlanguage = x\n\nclock = maybe\n", "line 2: language"            },
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct config c = {0};
        struct err err = {0};
        assert_int_equal(read_text(&c, faults[i].text, &err), ERR_INVALID);
        if (!strstr(err.sentence, faults[i].says))
            fail_msg("%s: want \"%s\"", err.sentence, faults[i].says);
        config_deinit(&c);
    }
}

static void no_file_says_nothing(void **state)
{
    (void)state;
    struct config c = {0};
    assert_int_equal(config_read(&c, "/nowhere/pupitre.conf", NULL), ERR_OK);
    assert_null(c.backend);
    config_deinit(&c);
}

/* A home of its own below /tmp, in the environment. */
static int fresh_home(void **state)
{
    char *dir = strdup("/tmp/pp-conf-XXXXXX");
    *state = dir && mkdtemp(dir) ? dir : NULL;
    return *state && setenv("XDG_CONFIG_HOME", dir, 1) == 0 && setenv("XDG_STATE_HOME", dir, 1) == 0
               ? 0
               : -1;
}

static int drop_home(void **state)
{
    char path[128];
    static const char *const names[] = {"/pupitre/pupitre.conf", "/pupitre/screen.conf", "/pupitre",
                                        ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s%s", (char *)*state, names[i]);
        (void)remove(path);
    }
    free(*state);
    return 0;
}

static void write_own_file(const char *home, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/pupitre", home);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/pupitre/pupitre.conf", home);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void the_agents_own_file_is_found(void **state)
{
    write_own_file(*state, "[screen]\nlanguage = fr\n");
    struct config c = {0};
    assert_int_equal(config_read_all(&c, NULL), ERR_OK);
    assert_string_equal(c.screen.language, "fr");
    config_deinit(&c);
}

static void what_was_chosen_on_the_screen_comes_back(void **state)
{
    write_own_file(*state, "[workstation]\nlogin = aline\n[screen]\nlanguage = en\n");
    const struct tui_preferences chosen = {.language = "fr", .hide_clock = true};
    assert_int_equal(config_keep_screen(&chosen, NULL), ERR_OK);
    struct config c = {0};
    assert_int_equal(config_read_all(&c, NULL), ERR_OK);
    assert_string_equal(c.screen.language, "fr");
    assert_true(c.screen.hide_clock);
    assert_string_equal(c.login, "aline");
    config_deinit(&c);
}

static void a_choice_that_cannot_be_kept_is_said(void **state)
{
    (void)state;
    assert_int_equal(setenv("XDG_STATE_HOME", "/proc/1", 1), 0);
    const struct tui_preferences chosen = {.language = "fr"};
    struct err err = {0};
    assert_int_equal(config_keep_screen(&chosen, &err), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_is_taken),
        cmocka_unit_test(the_later_file_wins_key_by_key),
        cmocka_unit_test(a_fault_names_line_and_key),
        cmocka_unit_test(no_file_says_nothing),
        cmocka_unit_test_setup_teardown(the_agents_own_file_is_found, fresh_home, drop_home),
        cmocka_unit_test_setup_teardown(what_was_chosen_on_the_screen_comes_back, fresh_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(a_choice_that_cannot_be_kept_is_said, fresh_home,
                                        drop_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
