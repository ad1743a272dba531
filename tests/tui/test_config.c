/* SPDX-License-Identifier: Apache-2.0 */
/* pupitre.conf: what is taken, what is refused and where. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void the_agents_own_file_is_found(void **state)
{
    (void)state;
    char dir[] = "/tmp/pp-conf-XXXXXX";
    assert_non_null(mkdtemp(dir));
    char path[128];
    char command[300];
    snprintf(path, sizeof path, "%s/pupitre/pupitre.conf", dir);
    snprintf(command, sizeof command, "mkdir %s/pupitre && printf '[screen]\\nlanguage=fr\\n' > %s",
             dir, path);
    assert_int_equal(system(command), 0);
    assert_int_equal(setenv("XDG_CONFIG_HOME", dir, 1), 0);
    struct config c = {0};
    assert_int_equal(config_read_all(&c, NULL), ERR_OK);
    assert_string_equal(c.screen.language, "fr");
    config_deinit(&c);
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_is_taken),
        cmocka_unit_test(the_later_file_wins_key_by_key),
        cmocka_unit_test(a_fault_names_line_and_key),
        cmocka_unit_test(no_file_says_nothing),
        cmocka_unit_test(the_agents_own_file_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
