/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of pupitre: each row at each place, the agent's own files, and what is refused. */

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

#include "tests/net/conf_walk.h"
#include "tui/options.h"

struct world {
    struct conf *conf;
    struct options options;
};

static void begin(struct world *w)
{
    *w = (struct world){.conf = conf_new(&options_program), .options = options_unset};
    assert_non_null(w->conf);
}

static void end(struct world *w)
{
    w->conf = conf_free(w->conf);
}

static void read_text(struct world *w, const char *text)
{
    char *path = conf_walk_file(text, strlen(text));
    conf_read_file(w->conf, path, CONF_USER, true);
    unlink(path);
    free(path);
}

static void each_setting_can_be_said_at_each_place(void **state)
{
    (void)state;
    static const struct conf_sample samples[] = {
        {"backend",      {"https://a.example.org", "http://127.0.0.1:1"} },
        {"ca",           {"/etc/a.pem", "/etc/b.pem"}                    },
        {"instance",     {"home", "work-2"}                              },
        {"login",        {"aline", "bert"}                               },
        {"audio",        {"alsa", "tone"}                                },
        {"desk",         {"/run/user/1/a/desk.sock", "/home/a/desk.sock"}},
        {"desk-program", {"/opt/pupitre-desk", "/usr/bin/pupitre-desk"}  },
        {"log",          {"/tmp/a", "journal"}                           },
        {"log-level",    {"error", "debug"}                              },
        {"language",     {"en", "fr"}                                    },
        {"clock",        {"no", "yes"}                                   },
    };
    conf_walk(&options_program, &options_unset, sizeof options_unset, samples,
              sizeof samples / sizeof samples[0]);
}

static void manual_and_example_name_each_setting(void **state)
{
    (void)state;
    conf_walk_texts(&options_program, "man/pupitre.conf.5", "tui/pupitre.conf");
}

static void each_key_is_taken(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    read_text(&w, "# the desk at home\n"
                  "[workstation]\n"
                  "backend = https://centre.example.org\n"
                  "instance = home\n"
                  "login = aline\n"
                  "audio = alsa\n"
                  "desk = /run/user/1000/pupitre/ssh.1/desk.sock\n"
                  "desk_program = /opt/pupitre-desk\n"
                  "log = /tmp/pupitre.log\n"
                  "[screen]\n"
                  "language = fr\n"
                  "clock = no\n");
    conf_finish(w.conf, &w.options);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_string_equal(w.options.backend, "https://centre.example.org");
    assert_string_equal(w.options.instance, "home");
    assert_string_equal(w.options.login, "aline");
    assert_string_equal(w.options.audio, "alsa");
    assert_string_equal(w.options.desk, "/run/user/1000/pupitre/ssh.1/desk.sock");
    assert_string_equal(w.options.desk_program, "/opt/pupitre-desk");
    assert_string_equal(w.options.log, "/tmp/pupitre.log");
    assert_string_equal(w.options.screen.language, "fr");
    assert_true(w.options.screen.hide_clock);
    end(&w);
}

static void with_nothing_said_the_defaults_hold(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    conf_finish(w.conf, &w.options);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_string_equal(w.options.backend, "http://127.0.0.1:8080");
    assert_string_equal(w.options.instance, "default");
    assert_null(w.options.login);
    assert_null(w.options.audio);
    assert_null(w.options.log);
    assert_int_equal(w.options.password_fd, -1);
    assert_string_equal(w.options.screen.language, "");
    assert_false(w.options.screen.hide_clock);
    end(&w);
}

static void a_fault_names_line_and_key(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } faults[] = {
        {"[workstation]\nbackedn = x\n",               ":2: backedn: there is no such key"             },
        {"[screen]\nbackend = x\n",                    ":2: backend: this key belongs in [workstation]"},
        {"[screen]\nlanguage = tlh\n",                 ":2: language: en or fr"                        },
        {"[screen]\n\nclock = perhaps\n",              ":3: clock: yes or no"                          },
        {"[workstation]\nlogin =\n",                   ":2: login: a text"                             },
        {"[workstation]\nlogin = a\x1b[2J\n",          ":2: a line of UTF-8 text"                      },
        {"[workstation]\nbackend = ftp://a\n",         ":2: backend: http://HOST or"                   },
        {"[workstation]\nbackend = http://\n",         ":2: backend: http://HOST or"                   },
        {"[workstation]\nbackend = http://a:b@host\n", ":2: backend: http://HOST or"                   },
        {"[workstation]\ninstance = ../x\n",           ":2: instance: up to 32"                        },
        {"[workstation]\ninstance = a/b\n",            ":2: instance: up to 32"                        },
        {"[workstation]\naudio = file:relative\n",     ":2: audio: alsa, alsa:DEVICE"                  },
        {"[workstation]\naudio = jack\n",              ":2: audio: alsa, alsa:DEVICE"                  },
        {"[workstation]\nlog = ~/log\n",               ":2: log: a path that begins with /"            },
        {"[workstation]\nlog = stderr\n",              ":2: log: a path with a /"                      },
        {"[workstation]\npassword = hunter2\n",        ":2: password: there is no such key"            },
        {"[workstation]\npassword_fd = 3\n",           ":2: password_fd: there is no such key"         },
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct world w;
        begin(&w);
        read_text(&w, faults[i].text);
        assert_int_equal(conf_fault_count(w.conf), 1);
        if (!strstr(conf_fault(w.conf, 0), faults[i].says))
            fail_msg("%s: want \"%s\"", conf_fault(w.conf, 0), faults[i].says);
        end(&w);
    }
}

static void a_descriptor_for_the_password_needs_a_login(void **state)
{
    (void)state;
    char *argv[] = {(char[]){"pupitre"}, (char[]){"--password-fd=3"}, (char[]){"--login=a"}, NULL};
    struct world w;
    begin(&w);
    conf_read_arguments(w.conf, 2, argv);
    conf_finish(w.conf, &w.options);
    assert_int_equal(conf_fault_count(w.conf), 1);
    assert_non_null(strstr(conf_fault(w.conf, 0), "password-fd: it needs --login"));
    assert_int_equal(conf_exit_status(w.conf), 64);
    end(&w);
    begin(&w);
    conf_read_arguments(w.conf, 3, argv);
    conf_finish(w.conf, &w.options);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_int_equal(w.options.password_fd, 3);
    end(&w);
}

/* --- the agent's own files --- */

/* A home of its own below /tmp, in the environment. */
static int fresh_home(void **state)
{
    char *dir = strdup("/tmp/pp-conf-XXXXXX");
    *state = dir && mkdtemp(dir) ? dir : NULL;
    return *state && setenv("HOME", dir, 1) == 0 && unsetenv("XDG_CONFIG_HOME") == 0 &&
                   unsetenv("XDG_STATE_HOME") == 0
               ? 0
               : -1;
}

static int drop_home(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    const int status = system(command);
    free(*state);
    return status;
}

static void write_file(const char *home, const char *folder, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "mkdir -p '%s/%s/pupitre'", home, folder);
    assert_int_equal(system(path), 0);
    snprintf(path, sizeof path, "%s/%s/pupitre/pupitre.conf", home, folder);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void read_files(struct world *w)
{
    begin(w);
    conf_read_files(w->conf);
    conf_finish(w->conf, &w->options);
    assert_int_equal(conf_fault_count(w->conf), 0);
}

static void the_agents_own_file_is_found_in_each_place(void **state)
{
    char other[128];
    struct world w;
    write_file(*state, ".config", "[workstation]\nlogin = below_home\n");
    write_file(*state, "other", "[workstation]\nlogin = below_xdg\n");
    read_files(&w);
    assert_string_equal(w.options.login, "below_home");
    end(&w);
    snprintf(other, sizeof other, "%s/other", (char *)*state);
    assert_int_equal(setenv("XDG_CONFIG_HOME", other, 1), 0);
    read_files(&w);
    assert_string_equal(w.options.login, "below_xdg");
    end(&w);
    static const char *const ignored[] = {"", "other", "./other", "~/other"};
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        assert_int_equal(setenv("XDG_CONFIG_HOME", ignored[i], 1), 0);
        read_files(&w);
        assert_string_equal(w.options.login, "below_home");
        end(&w);
    }
}

static void without_a_home_there_is_no_own_file(void **state)
{
    struct world w;
    write_file(*state, ".config", "[workstation]\nlogin = below_home\n");
    static const char *const homes[] = {NULL, "", "relative"};
    for (size_t i = 0; i < sizeof homes / sizeof homes[0]; i++) {
        assert_int_equal(homes[i] ? setenv("HOME", homes[i], 1) : unsetenv("HOME"), 0);
        read_files(&w);
        assert_null(w.options.login);
        end(&w);
    }
}

static void what_was_chosen_on_the_screen_comes_back(void **state)
{
    struct world w;
    write_file(*state, ".config", "[workstation]\nlogin = aline\n[screen]\nlanguage = en\n");
    const struct tui_preferences chosen = {.language = "fr", .hide_clock = true};
    assert_int_equal(options_keep_screen(&chosen, NULL), ERR_OK);
    read_files(&w);
    assert_string_equal(w.options.screen.language, "fr");
    assert_true(w.options.screen.hide_clock);
    assert_string_equal(w.options.login, "aline");
    end(&w);
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/.local/state/pupitre/screen.conf", (char *)*state);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* A newer version may have kept more than this one knows. */
static void a_kept_choice_that_is_not_understood_stops_nobody(void **state)
{
    const struct tui_preferences chosen = {.language = "fr"};
    char path[128];
    assert_int_equal(options_keep_screen(&chosen, NULL), ERR_OK);
    snprintf(path, sizeof path, "%s/.local/state/pupitre/screen.conf", (char *)*state);
    FILE *f = fopen(path, "ae");
    assert_non_null(f);
    assert_true(fputs("mouse = yes\n", f) >= 0);
    fclose(f);
    char *argv[] = {(char[]){"pupitre"}, (char[]){"--check-config"}, NULL};
    for (int words = 1; words <= 2; words++) {
        struct world w;
        begin(&w);
        conf_read_arguments(w.conf, words, argv);
        conf_read_files(w.conf);
        conf_finish(w.conf, &w.options);
        assert_int_equal(conf_fault_count(w.conf), 1);
        assert_string_equal(w.options.screen.language, "fr");
        assert_int_equal(conf_exit_status(w.conf), words == 1 ? 0 : 78);
        end(&w);
    }
}

static void a_choice_that_cannot_be_kept_is_said(void **state)
{
    (void)state;
    assert_int_equal(setenv("XDG_STATE_HOME", "/proc/1", 1), 0);
    const struct tui_preferences chosen = {.language = "fr"};
    struct err err = {0};
    assert_int_equal(options_keep_screen(&chosen, &err), ERR_IO);
    assert_int_equal(unsetenv("HOME"), 0);
    assert_int_equal(unsetenv("XDG_STATE_HOME"), 0);
    assert_int_equal(options_keep_screen(&chosen, &err), ERR_IO);
}

int main(void)
{
    (void)unsetenv("XDG_RUNTIME_DIR"); /* of whoever runs the tests */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_setting_can_be_said_at_each_place),
        cmocka_unit_test(manual_and_example_name_each_setting),
        cmocka_unit_test(each_key_is_taken),
        cmocka_unit_test(with_nothing_said_the_defaults_hold),
        cmocka_unit_test(a_fault_names_line_and_key),
        cmocka_unit_test(a_descriptor_for_the_password_needs_a_login),
        cmocka_unit_test_setup_teardown(the_agents_own_file_is_found_in_each_place, fresh_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(without_a_home_there_is_no_own_file, fresh_home, drop_home),
        cmocka_unit_test_setup_teardown(what_was_chosen_on_the_screen_comes_back, fresh_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(a_kept_choice_that_is_not_understood_stops_nobody,
                                        fresh_home, drop_home),
        cmocka_unit_test_setup_teardown(a_choice_that_cannot_be_kept_is_said, fresh_home,
                                        drop_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
