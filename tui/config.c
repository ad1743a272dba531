/* SPDX-License-Identifier: Apache-2.0 */
/* pupitre.conf: one table of keys. Strict, because a mistyped key that is silently ignored costs an
 * evening. */

#include "tui/config.h"

#include <errno.h>
#include <ini.h>
#include <libintl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/text.h"

#define SYSTEM_FILE "/etc/pupitre/pupitre.conf"
#define SCREEN_FILE "/screen.conf"
#define STATE_HOME ".local/state"
#define PATH_SIZE 1024
#define VALUE_MAX 180 /* a line of inih has 200 bytes */

enum kind { TEXT, LANGUAGE, CLOCK };

static const struct key {
    const char *section;
    const char *name;
    enum kind kind;
    size_t offset; /* of a TEXT in struct config */
} keys[] = {
    {"workstation",           "backend", TEXT,                  offsetof(struct config,        backend)},
    {"workstation",                       "instance",                    TEXT,         offsetof(struct config,               instance)},
    {"workstation",              "login",                       TEXT,                                offsetof(struct config,                           login)},
    {"workstation", "audio",    TEXT,offsetof(struct config,audio)},
    {"workstation",                   "desk",   TEXT,                         offsetof(struct config,                                                                      desk)},
    {"workstation","log",  TEXT,offsetof(struct config,log)},
    {"screen",           "language",                 LANGUAGE,                                 0                                                               },
    {"screen",                       "clock",                         CLOCK,                          0                              },
};

struct reading {
    struct config *config;
    FILE *file;
    int line; /* inih tells no handler where it is */
    const char *path;
    struct err *err;
    enum err_code code;
};

static int refuse(struct reading *r, const char *name, const char *rule)
{
    char clean[64];
    (void)text_clean_to(clean, sizeof clean, name, strlen(name));
    r->code = err_field(r->err, ERR_INVALID, clean, gettext("%s: line %d: %s: %s"), r->path,
                        r->line, clean, gettext(rule));
    return 0;
}

static int set_text(struct reading *r, const struct key *key, const char *value)
{
    char *copy = strdup(value);
    if (!copy) {
        r->code = err_set(r->err, ERR_NOMEM, NULL);
        return 0;
    }
    char **at = (char **)(void *)((char *)r->config + key->offset);
    free(*at);
    *at = copy;
    return 1;
}

static int set_value(struct reading *r, const struct key *key, const char *value)
{
    const size_t len = strlen(value);
    switch (key->kind) {
    case TEXT:
        if (len == 0 || len > VALUE_MAX || !text_is_plain(value, len, TEXT_ONE_LINE))
            return refuse(r, key->name, N_("a text of 1 to 180 bytes is expected"));
        return set_text(r, key, value);
    case LANGUAGE:
        if (strcmp(value, "en") != 0 && strcmp(value, "fr") != 0)
            return refuse(r, key->name, N_("en or fr is expected"));
        memcpy(r->config->screen.language, value, sizeof r->config->screen.language);
        return 1;
    case CLOCK:
        if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
            return refuse(r, key->name, N_("yes or no is expected"));
        r->config->screen.hide_clock = strcmp(value, "no") == 0;
        return 1;
    }
    return 0;
}

static int on_value(void *arg, const char *section, const char *name, const char *value)
{
    struct reading *r = arg;
    if (r->code != ERR_OK)
        return 0; /* the first fault is told, not the last */
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
            return set_value(r, &keys[i], value);
    return refuse(r, name, N_("no such key in this section"));
}

static char *next_line(char *text, int size, void *arg)
{
    struct reading *r = arg;
    r->line++;
    return fgets(text, size, r->file);
}

enum err_code config_read(struct config *c, const char *path, struct err *err)
{
    FILE *f = fopen(path, "re");
    if (!f && (errno == ENOENT || errno == ENOTDIR))
        return ERR_OK;
    if (!f)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    struct reading r = {.config = c, .file = f, .path = path, .err = err, .code = ERR_OK};
    const int line = ini_parse_stream(next_line, &r, on_value, &r);
    const bool failed = ferror(f);
    fclose(f);
    if (r.code != ERR_OK)
        return r.code;
    if (failed)
        return err_set(err, ERR_IO, "%s", path);
    if (line != 0)
        return err_set(err, ERR_INVALID, gettext("%s: line %d: %s"), path, line,
                       gettext("[section] or key = value is expected"));
    return ERR_OK;
}

/* A file of ours below an XDG base directory; false when the environment names none. A relative
 * path there is invalid and ignored (XDG Base Directory Specification). */
static bool base_path(const char *variable, const char *below_home, const char *name, char *ret,
                      size_t size)
{
    const char *base = getenv(variable);
    const char *home = getenv("HOME");
    int n = -1;
    if (base && base[0] == '/')
        n = snprintf(ret, size, "%s/pupitre%s", base, name);
    else if (home && home[0] == '/')
        n = snprintf(ret, size, "%s/%s/pupitre%s", home, below_home, name);
    return n > 0 && (size_t)n < size;
}

enum err_code config_read_all(struct config *c, struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = config_read(c, SYSTEM_FILE, err);
    if (code == ERR_OK &&
        base_path("XDG_CONFIG_HOME", ".config", "/pupitre.conf", path, sizeof path))
        code = config_read(c, path, err);
    if (code == ERR_OK && base_path("XDG_STATE_HOME", STATE_HOME, SCREEN_FILE, path, sizeof path))
        code = config_read(c, path, err);
    return code;
}

static bool write_screen(int fd, const struct tui_preferences *screen)
{
    char text[64];
    const int n = snprintf(text, sizeof text, "[screen]\n%s%s%sclock = %s\n",
                           screen->language[0] ? "language = " : "", screen->language,
                           screen->language[0] ? "\n" : "", screen->hide_clock ? "no" : "yes");
    return write(fd, text, (size_t)n) == n;
}

enum err_code config_keep_screen(const struct tui_preferences *screen, struct err *err)
{
    char dir[PATH_SIZE], path[PATH_SIZE], fresh[PATH_SIZE + 8];
    if (!base_path("XDG_STATE_HOME", STATE_HOME, "", dir, sizeof dir) ||
        !base_path("XDG_STATE_HOME", STATE_HOME, SCREEN_FILE, path, sizeof path))
        return err_set(err, ERR_IO, NULL);
    snprintf(fresh, sizeof fresh, "%s.XXXXXX", path);
    (void)mkdir(dir, 0700); /* the journal's folder stands in it; mostly it is there */
    const int fd = mkstemp(fresh);
    if (fd < 0)
        return err_set(err, ERR_IO, NULL);
    const bool written = write_screen(fd, screen);
    if (close(fd) == 0 && written && rename(fresh, path) == 0)
        return ERR_OK;
    unlink(fresh);
    return err_set(err, ERR_IO, NULL);
}

void config_deinit(struct config *c)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].kind == TEXT)
            free(*(char **)(void *)((char *)c + keys[i].offset));
    *c = (struct config){0};
}
