/* SPDX-License-Identifier: Apache-2.0 */
/* The command line, as one table: it parses and it prints the help. */

#include "tui/options.h"

#include <getopt.h>
#include <libintl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "tui/config.h"

/* clang-format off */
static const struct row {
    const char *name;
    const char *arg; /* NULL = none */
    const char *text;
    size_t offset;   /* of a string in struct options */
} rows[] = {
    {"backend",     N_("URL"),       N_("where the backend is (default http://127.0.0.1:8080)"), offsetof(struct options, backend)},
    {"instance",    N_("NAME"),      N_("which desk to use (default: default)"),                 offsetof(struct options, instance)},
    {"login",       N_("NAME"),      N_("the login name to begin with"),                         offsetof(struct options, login)},
    {"password-fd", N_("NUMBER"),    N_("read the password from this descriptor and sign in"),   0},
    {"audio",       "tone|alsa|file:PATH", N_("the desk's sound"),                               offsetof(struct options, audio)},
    {"desk",        N_("PATH"),      N_("the program pupitre-desk"),                             offsetof(struct options, desk)},
    {"log",         N_("FILE"),      N_("log what goes wrong"),                                  offsetof(struct options, log)},
    {"version",     NULL,            N_("say which version this is"),                            0},
    {"help",        NULL,            N_("say this"),                                             0},
};
/* clang-format on */
#define ROW_COUNT (sizeof rows / sizeof rows[0])

void options_print_help(void)
{
    printf(gettext("usage: %s [OPTION]...\n\n"), "pupitre");
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct row *r = &rows[i];
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", r->name, r->arg ? " " : "",
                 r->arg ? gettext(r->arg) : "");
        /* printf counts bytes; translated words hold letters of two. */
        size_t shown = text_chars(left, strlen(left));
        printf("  %s%*s  %s\n", left, shown < 30 ? (int)(30 - shown) : 0, "", gettext(r->text));
    }
}

static enum err_code take(struct options *o, const struct row *row, const char *value,
                          struct err *err)
{
    int64_t fd;
    if (strcmp(row->name, "password-fd") == 0) {
        if (!text_to_int(value, strlen(value), 0, 1023, &fd))
            return err_set(err, ERR_INVALID, N_("--password-fd needs a descriptor's number."));
        o->password_fd = (int)fd;
    } else if (strcmp(row->name, "version") == 0) {
        o->version = true;
    } else if (strcmp(row->name, "help") == 0) {
        o->help = true;
    } else {
        *(const char **)(void *)((char *)o + row->offset) = value;
    }
    return ERR_OK;
}

enum err_code options_read(struct options *ret, const struct config *config, int argc, char **argv,
                           struct err *err)
{
    struct option longs[ROW_COUNT + 1] = {0};
    for (size_t i = 0; i < ROW_COUNT; i++)
        longs[i] =
            (struct option){rows[i].name, rows[i].arg ? required_argument : no_argument, NULL, 0};
    *ret = (struct options){
        .backend = config->backend ? config->backend : "http://127.0.0.1:8080",
        .instance = config->instance ? config->instance : "default",
        .login = config->login,
        .audio = config->audio,
        .desk = config->desk,
        .log = config->log,
        .password_fd = -1,
    };
    opterr = 0;
    int at = 0;
    int c;
    while ((c = getopt_long(argc, argv, "", longs, &at)) == 0) {
        enum err_code code = take(ret, &rows[at], optarg, err);
        if (code != ERR_OK)
            return code;
    }
    if (c != -1 || optind < argc)
        return err_set(err, ERR_INVALID, N_("The command line is not understood; see --help."));
    if (ret->password_fd >= 0 && !ret->login)
        return err_set(err, ERR_INVALID, N_("--password-fd needs --login."));
    return ERR_OK;
}
