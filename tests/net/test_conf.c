/* SPDX-License-Identifier: Apache-2.0 */
/* Files of settings: what is read, what is refused, and that each fault is told with its place. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf_walk.h"
#include "core/buf.h"

struct settings {
    const char *text;
    const char *path;
    bool flag;
    int64_t number;
    int choice;
};

static const char *const choices[] = {"low", "high", NULL};

#define AT(field) offsetof(struct settings, field)
/* clang-format off */
static const struct conf_row rows[] = {
    {.name = "text", .section = "a", .variable = "T_TEXT", .arg = "T", .help = "",
     .offset = AT(text)},
    {.name = "a-path", .section = "a", .variable = "T_PATH", .arg = "T", .help = "",
     .kind = CONF_PATH, .offset = AT(path)},
    {.name = "flag", .section = "b", .variable = "T_FLAG", .help = "",
     .kind = CONF_FLAG, .offset = AT(flag)},
    {.name = "number", .section = "b", .variable = "T_NUMBER", .arg = "N", .help = "",
     .kind = CONF_NUMBER, .min = 1, .max = 9, .standard = "5", .offset = AT(number)},
    {.name = "choice", .section = "b", .variable = "T_CHOICE", .arg = "C", .help = "",
     .kind = CONF_CHOICE, .choices = choices, .offset = AT(choice)},
};
/* clang-format on */
static const struct conf_program program = {
    .name = "tester", .usage = "", .rows = rows, .row_count = sizeof rows / sizeof rows[0]};

struct world {
    struct conf *conf;
    struct settings settings;
    char *path;
};

static void read_bytes(struct world *w, const char *text, size_t len)
{
    *w = (struct world){.conf = conf_new(&program), .path = conf_walk_file(text, len)};
    assert_non_null(w->conf);
    conf_read_file(w->conf, w->path, CONF_SYSTEM, true);
    conf_finish(w->conf, &w->settings);
    unlink(w->path);
}

static void end(struct world *w)
{
    conf_free(w->conf);
    free(w->path);
}

/* The i-th fault is PATH and then this. */
static void fault_is(const struct world *w, size_t i, const char *rest)
{
    assert_true(i < conf_fault_count(w->conf));
    const char *fault = conf_fault(w->conf, i);
    assert_memory_equal(fault, w->path, strlen(w->path));
    if (strncmp(fault + strlen(w->path), rest, strlen(rest)) != 0)
        fail_msg("\"%s\" does not go on with \"%s\"", fault, rest);
}

static void each_kind_is_taken(void **state)
{
    (void)state;
    static const char text[] = "# a comment\n"
                               "; another\n"
                               "[a]\n"
                               "text = été à l'eau\n"
                               "  a_path=/x/y ; why\n"
                               "\n"
                               "[b] ; of the second kind\n"
                               "\tflag = yes\n"
                               "number = 9\n"
                               "choice = high";
    struct world w;
    read_bytes(&w, text, sizeof text - 1);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_string_equal(w.settings.text, "été à l'eau");
    assert_string_equal(w.settings.path, "/x/y");
    assert_true(w.settings.flag);
    assert_int_equal(w.settings.number, 9);
    assert_int_equal(w.settings.choice, 1);
    end(&w);
}

static void a_byte_order_mark_and_windows_line_ends_do_no_harm(void **state)
{
    (void)state;
    static const char text[] = "\xEF\xBB\xBF[a]\r\ntext = x\r\n\r\n[b]\r\nnumber = 2\r\n";
    struct world w;
    read_bytes(&w, text, sizeof text - 1);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_string_equal(w.settings.text, "x");
    assert_int_equal(w.settings.number, 2);
    end(&w);
}

static void a_fault_names_line_key_and_rule(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } faults[] = {
        {"[a]\ntxet = x\n",                      ":2: txet: there is no such key"                     },
        {"[b]\ntext = x\n",                      ":2: text: this key belongs in [a]"                  },
        {"text = x\n",                           ":1: text: this key belongs in [a]"                  },
        {"\n[c]\n",                              ":2: [c]: there is no such section"                  },
        {"[c]\ntext = x\n",                      ":1: [c]: there is no such section"                  },
        {"[a\ntext = x\n",                       ":1: [section] or key = value is expected"           },
        {"[a] text = x\n",                       ":1: nothing may follow a [section]"                 },
        {"[a]\nthis is no key\n",                ":2: [section] or key = value is expected"           },
        {"[a]\ntext =\n",                        ":2: text: a text of 1 to 170 bytes is expected"     },
        {"[a]\na_path = x/y\n",                  ":2: a_path: a path that begins with / is expected"  },
        {"[a]\na-path = /x\n",                   ":2: a-path: there is no such key"                   },
        {"[b]\nflag = perhaps\n",                ":2: flag: yes or no is expected"                    },
        {"[b]\nnumber = 0\n",                    ":2: number: a whole number from 1 to 9 is expected" },
        {"[b]\nnumber = 10\n",                   ":2: number: a whole number from 1 to 9 is expected" },
        {"[b]\nnumber = 99999999999999999999\n", ":2: number: a whole number from 1"                  },
        {"[b]\nnumber = 3x\n",                   ":2: number: a whole number from 1"                  },
        {"[b]\nchoice = other\n",                ":2: choice: one of these is expected: low, high"    },
        {"[a]\ntext = a\x1b[2J\n",               ":2: a line of UTF-8 text without control characters"},
        {"[a]\ntext = a\rb\n",                   ":2: a line of UTF-8 text without control characters"},
        {"[a]\ntext = \xE9t\xE9\n",              ":2: a line of UTF-8 text without control characters"},
        {"[a]\ntext = x\n[b]\n[a]\ntext = y\n",  ":5: text: this key stands twice in the file"        },
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct world w;
        read_bytes(&w, faults[i].text, strlen(faults[i].text));
        fault_is(&w, 0, faults[i].says);
        assert_int_equal(conf_exit_status(w.conf), 78);
        end(&w);
    }
}

static void a_continued_line_is_not_joined_to_the_one_before(void **state)
{
    (void)state;
    static const char text[] = "[a]\ntext = x\n   and more\n   a_path = /p\n";
    struct world w;
    read_bytes(&w, text, sizeof text - 1);
    assert_int_equal(conf_fault_count(w.conf), 1);
    fault_is(&w, 0, ":3: [section] or key = value is expected");
    assert_string_equal(w.settings.text, "x");
    assert_string_equal(w.settings.path, "/p");
    end(&w);
}

static void every_fault_is_told_not_only_the_first(void **state)
{
    (void)state;
    static const char text[] = "[a]\nno key\ntxet = x\n[c]\nkey = x\n[b]\nstill none\nflag = 3\n";
    struct world w;
    read_bytes(&w, text, sizeof text - 1);
    assert_int_equal(conf_fault_count(w.conf), 5);
    fault_is(&w, 0, ":2: ");
    fault_is(&w, 1, ":3: txet: ");
    fault_is(&w, 2, ":4: [c]: ");
    fault_is(&w, 3, ":7: ");
    fault_is(&w, 4, ":8: flag: ");
    end(&w);
}

static void a_line_is_never_cut_in_silence(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_str(&text, "[a]\ntext = ");
    while (text.len < 4 + 190)
        buf_char(&text, 'x');
    struct world w;
    buf_str(&text, "\n[b]\nnumber = 3\n");
    read_bytes(&w, text.data, text.len);
    assert_int_equal(conf_fault_count(w.conf), 1); /* 183 bytes of value, and the line fits */
    fault_is(&w, 0, ":2: text: a text of 1 to 170");
    end(&w);

    buf_clear(&text);
    buf_str(&text, "[a]\ntext = short");
    while (text.len < 400)
        buf_char(&text, ' ');
    buf_str(&text, "\n[b]\nnumber = 3\n");
    read_bytes(&w, text.data, text.len);
    assert_int_equal(conf_fault_count(w.conf), 1);
    fault_is(&w, 0, ":2: a line of at most 190 bytes");
    assert_int_equal(w.settings.number, 3);
    end(&w);
    buf_free(&text);
}

static void a_nul_hides_nothing(void **state)
{
    (void)state;
    static const char text[] = "[b]\nnumber = 3\0 and more\nflag = yes\n";
    struct world w;
    read_bytes(&w, text, sizeof text - 1);
    assert_int_equal(conf_fault_count(w.conf), 1);
    fault_is(&w, 0, ":2: a line of UTF-8 text");
    assert_int_equal(w.settings.number, 5);
    assert_true(w.settings.flag);
    end(&w);
}

static void utf16_is_refused(void **state)
{
    (void)state;
    static const char text[] = "\xFF\xFE[\0a\0]\0\n\0";
    struct world w;
    read_bytes(&w, text, sizeof text - 1);
    fault_is(&w, 0, ":1: a line of UTF-8 text");
    end(&w);
}

static void a_file_too_large_is_refused_whole(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_str(&text, "[b]\nnumber = 3\n");
    while (text.len < 65536)
        buf_str(&text, "# filler\n");
    struct world w;
    read_bytes(&w, text.data, text.len);
    assert_int_equal(conf_fault_count(w.conf), 1);
    fault_is(&w, 0, ": the file has more than 65536 bytes");
    assert_int_equal(w.settings.number, 5);
    end(&w);
    read_bytes(&w, text.data, 65536);
    assert_int_equal(w.settings.number, 3);
    end(&w);
    buf_free(&text);
}

static void reading(const char *path, bool must_exist, const char *says)
{
    struct conf *c = conf_new(&program);
    assert_non_null(c);
    conf_read_file(c, path, CONF_USER, must_exist);
    assert_int_equal(conf_fault_count(c), says ? 1 : 0);
    if (says && !strstr(conf_fault(c, 0), says))
        fail_msg("\"%s\" does not say \"%s\"", conf_fault(c, 0), says);
    conf_free(c);
}

static void what_is_no_file_is_refused_and_never_waited_for(void **state)
{
    (void)state;
    char dir[] = "/tmp/pp-conf-XXXXXX";
    char fifo[64];
    char loop[64];
    assert_non_null(mkdtemp(dir));
    snprintf(fifo, sizeof fifo, "%s/fifo", dir);
    snprintf(loop, sizeof loop, "%s/loop", dir);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink(loop, loop), 0);
    reading(dir, false, ": a regular file is expected");
    reading(fifo, false, ": a regular file is expected");
    reading(loop, false, "loop: ");
    reading("/nowhere/tester.conf", false, NULL);
    reading("/nowhere/tester.conf", true, "/nowhere/tester.conf: ");
    unlink(fifo);
    unlink(loop);
    rmdir(dir);
}

/* Root may read everything: a child that is nobody tries. */
static void a_file_that_may_not_be_read_is_a_fault(void **state)
{
    (void)state;
    char *path = conf_walk_file("", 0);
    assert_int_equal(chmod(path, 0), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(2);
        struct conf *c = conf_new(&program);
        conf_read_file(c, path, CONF_USER, false);
        _exit(conf_fault_count(c) == 1 && strstr(conf_fault(c, 0), path) ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    unlink(path);
    free(path);
}

static void a_file_that_anybody_can_change_is_a_fault(void **state)
{
    (void)state;
    char *path = conf_walk_file("[b]\nnumber = 3\n", 15);
    assert_int_equal(chmod(path, 0646), 0);
    reading(path, false, ": anybody can change this file");
    assert_int_equal(chmod(path, 0664), 0);
    reading(path, false, NULL);
    unlink(path);
    free(path);
}

static void faults_of_the_environment_name_the_variable(void **state)
{
    (void)state;
    struct conf *c = conf_new(&program);
    assert_int_equal(setenv("T_NUMBER", "many", 1), 0);
    assert_int_equal(setenv("T_FLAG", "", 1), 0);
    conf_read_environment(c);
    unsetenv("T_NUMBER");
    unsetenv("T_FLAG");
    assert_int_equal(conf_fault_count(c), 1);
    assert_string_equal(conf_fault(c, 0),
                        "environment: T_NUMBER: a whole number from 1 to 9 is expected");
    assert_int_equal(conf_exit_status(c), 78);
    conf_free(c);
}

static void a_hostile_number_of_faults_is_bounded(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 5000; i++)
        buf_str(&text, "nonsense\n");
    struct world w;
    read_bytes(&w, text.data, text.len);
    assert_int_equal(conf_fault_count(w.conf), 100);
    fault_is(&w, 0, ":1: ");
    fault_is(&w, 99, ":100: ");
    end(&w);
    buf_free(&text);
}

/* What --check-config prints can become a file that says the same. */
static void what_is_printed_can_be_read_again(void **state)
{
    (void)state;
    static const char text[] = "[a]\ntext = one; two\n[b]\nflag = yes\n";
    struct world w;
    char *printed = NULL;
    size_t len = 0;
    read_bytes(&w, text, sizeof text - 1);
    FILE *f = open_memstream(&printed, &len);
    assert_non_null(f);
    conf_print(w.conf, f);
    fclose(f);
    assert_non_null(strstr(printed, "; read: /tmp/pp-conf-"));
    assert_non_null(strstr(printed, ":4\n")); /* flag's line */
    assert_non_null(strstr(printed, "; default\n"));
    assert_non_null(strstr(printed, "; a_path: not set\n"));
    end(&w);
    read_bytes(&w, printed, len);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_string_equal(w.settings.text, "one; two");
    assert_true(w.settings.flag);
    assert_int_equal(w.settings.number, 5);
    end(&w);
    free(printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_taken),
        cmocka_unit_test(a_byte_order_mark_and_windows_line_ends_do_no_harm),
        cmocka_unit_test(a_fault_names_line_key_and_rule),
        cmocka_unit_test(a_continued_line_is_not_joined_to_the_one_before),
        cmocka_unit_test(every_fault_is_told_not_only_the_first),
        cmocka_unit_test(a_line_is_never_cut_in_silence),
        cmocka_unit_test(a_nul_hides_nothing),
        cmocka_unit_test(utf16_is_refused),
        cmocka_unit_test(a_file_too_large_is_refused_whole),
        cmocka_unit_test(what_is_no_file_is_refused_and_never_waited_for),
        cmocka_unit_test(a_file_that_may_not_be_read_is_a_fault),
        cmocka_unit_test(a_file_that_anybody_can_change_is_a_fault),
        cmocka_unit_test(faults_of_the_environment_name_the_variable),
        cmocka_unit_test(a_hostile_number_of_faults_is_bounded),
        cmocka_unit_test(what_is_printed_can_be_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
