/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl: administration of a backend, on the backend's machine. */

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "net/ctl/ctl.h"
#include "net/store/keys.h"

/* People's data pass through this process: no core file, and nothing of ours for others to read. */
static void protect(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* for a handler that a core pattern names */
    (void)umask(077);
}

static void set_language(void)
{
    (void)setlocale(LC_ALL, "");
    (void)bindtextdomain("pupitre", PUPITRE_LOCALEDIR);
    (void)textdomain("pupitre");
}

static int complain(const struct err *err)
{
    fprintf(stderr, "pupitrectl: %s%s%s\n", err->field, err->field[0] ? ": " : "",
            gettext(err->sentence));
    if (err->detail[0]) {
        fprintf(stderr, "pupitrectl: (%s)\n", err->detail);
    }
    return err_info(err->code)->exit_status;
}

/* "--NAME VALUE" or "--NAME=VALUE" at argv[at]; how many words that takes, 0 = another word. */
static int take_global(const char *name, int argc, char **argv, int at, const char **ret)
{
    const size_t len = strlen(name);
    if (strncmp(argv[at], name, len) != 0)
        return 0;
    if (argv[at][len] == '=') {
        *ret = argv[at] + len + 1;
        return 1;
    }
    if (argv[at][len] || at + 1 >= argc)
        return 0;
    *ret = argv[at + 1];
    return 2;
}

static bool is_global(const char *word)
{
    return strncmp(word, "--data", 6) == 0 || strncmp(word, "--store", 7) == 0;
}

/* Options before the command. Returns how many words they take; -1 = wrong. */
static int global_options(int argc, char **argv, struct ctl *ctl)
{
    int at = 1;
    while (at < argc && is_global(argv[at])) {
        int n = take_global("--data", argc, argv, at, &ctl->data_dir);
        n = n ? n : take_global("--store", argc, argv, at, &ctl->store_url);
        if (n == 0)
            return -1;
        at += n;
    }
    return at;
}

static int help(int argc, char **argv)
{
    int words = 0;
    const struct ctl_command *command = ctl_find(argc, argv, &words);
    if (argc > 0 && !command) {
        fprintf(stderr, gettext("pupitrectl: there is no command %s\n"), argv[0]);
        return err_info(ERR_METHOD)->exit_status;
    }
    ctl_help(command);
    return EXIT_SUCCESS;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
    struct err err = {0};
    struct ctl_args args;
    int words = 0;
    const struct ctl_command *command = ctl_find(argc, argv, &words);
    if (!command) {
        fprintf(stderr, gettext("pupitrectl: there is no such command: see \"pupitrectl help\"\n"));
        return err_info(ERR_METHOD)->exit_status;
    }
    for (int i = words; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            ctl_help(command);
            return EXIT_SUCCESS;
        }
    }
    enum err_code code = ctl_parse(command, argc - words, argv + words, &args, &err);
    if (!code) {
        code = command->run(ctl, &args, &err);
    }
    if (!code && fflush(stdout) != 0) {
        code = err_set(&err, ERR_IO, gettext("standard output cannot be written"));
    }
    return code ? complain(&err) : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const char *data = getenv("PUPITRE_DATA");
    const char *store = getenv("PUPITRE_STORE");
    struct ctl ctl = {
        .data_dir = data && data[0] ? data : "/var/lib/pupitre",
        .store_url = store && store[0] ? store : NULL,
        .now_utc_s = time(NULL),
    };
    protect();
    set_language();
    int at = global_options(argc, argv, &ctl);
    if (at < 0 || at >= argc) {
        ctl_help(NULL);
        return err_info(ERR_METHOD)->exit_status;
    }
    if (strcmp(argv[at], "help") == 0 || strcmp(argv[at], "--help") == 0) {
        return help(argc - at - 1, argv + at + 1);
    }
    if (strcmp(argv[at], "--version") == 0) {
        printf("pupitrectl %s\n", PUPITRE_VERSION);
        return EXIT_SUCCESS;
    }
    const char *rule = ctl.store_url ? store_url_fault(ctl.store_url) : NULL;
    if (rule) {
        fprintf(stderr, "pupitrectl: --store: %s\n", gettext(rule));
        return err_info(ERR_METHOD)->exit_status;
    }
    int status = run(&ctl, argc - at, argv + at);
    store_close(ctl.st);
    keys_free(ctl.keys);
    return status;
}
