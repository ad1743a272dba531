/* SPDX-License-Identifier: Apache-2.0 */
/* INI files: inih takes a line apart; what it would let pass is looked at first.
 *
 * inih cuts long lines and names, joins continued lines, ignores what follows a section's bracket,
 * and tells neither a handler where it is nor a caller more than the first fault. So a file is read
 * as a whole, each line is judged, and a faulty one is emptied before the handler runs. */

#include "net/host/conf_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/host/xdg.h"

#define FILE_MAX_BYTES 65536
#define BOM "\xEF\xBB\xBF"

struct reading {
    struct conf *c;
    struct conf_place place;
    char *text; /* the whole file; lines end in NUL */
    char *end;
    char *next; /* the line that inih gets next */
    int *seen;  /* line of each row in this file; 0 = not yet */
};

static void fault(struct reading *r, const char *key, const char *rule)
{
    conf_add_fault(r->c, &r->place, key, gettext(rule));
}

/* --- the file --- */

static bool read_whole(int fd, char *text, size_t size, size_t *ret_len)
{
    size_t len = 0;
    ssize_t n;
    while (len < size && (n = read(fd, text + len, size - len)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        len += (size_t)n;
    }
    *ret_len = len;
    return true;
}

/* False with a fault. *ret_there: whether there is a file. */
static bool load(struct reading *r, const char *path, bool must_exist, bool *ret_there)
{
    struct stat st;
    size_t len = 0;
    /* Not blocking: a FIFO is not waited for. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && !must_exist && (errno == ENOENT || errno == ENOTDIR))
        return false;
    const int opened = errno;
    *ret_there = fd >= 0;
    r->text = malloc(FILE_MAX_BYTES + 2);
    r->c->no_memory |= !r->text;
    const char *rule = NULL;
    if (fd < 0)
        rule = strerror(opened);
    else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        rule = N_("a regular file is expected");
    else if (st.st_mode & S_IWOTH)
        rule = N_("anybody can change this file: take that right from others");
    else if (r->text && !read_whole(fd, r->text, FILE_MAX_BYTES + 1, &len))
        rule = strerror(errno);
    else if (len > FILE_MAX_BYTES)
        rule = N_("the file has more than 65536 bytes");
    if (fd >= 0)
        close(fd);
    if (rule)
        fault(r, NULL, rule);
    if (rule || !r->text)
        return false;
    r->text[len] = '\0';
    r->end = r->text + len;
    return true;
}

/* --- its lines --- */

static bool section_is_known(const struct conf_program *p, const char *name, size_t len)
{
    for (size_t i = 0; i < p->row_count; i++) {
        const char *section = p->rows[i].section;
        if (section && strlen(section) == len && memcmp(section, name, len) == 0)
            return true;
    }
    return false;
}

static bool section_is_good(struct reading *r, const char *line)
{
    const char *close = strchr(line, ']');
    if (!close) {
        fault(r, NULL, N_("[section] or key = value is expected"));
        return false;
    }
    const char *rest = close + 1 + strspn(close + 1, " \t");
    if (*rest && *rest != ';' && *rest != '#') {
        fault(r, NULL, N_("nothing may follow a [section] on its line"));
        return false;
    }
    /* An unknown one stays, so that its keys are not taken for the section before. */
    if (!section_is_known(r->c->program, line + 1, (size_t)(close - line - 1))) {
        char name[CONF_KEY_SIZE];
        snprintf(name, sizeof name, "%.*s", (int)(close + 1 - line), line);
        fault(r, name, N_("there is no such section"));
    }
    return true;
}

static bool line_is_good(struct reading *r, const char *line, size_t len, bool is_comment)
{
    if (memchr(line, '\0', len) || !text_is_plain(line, len, TEXT_LINES)) {
        fault(r, NULL, N_("a line of UTF-8 text without control characters is expected"));
        return false;
    }
    if (is_comment)
        return true; /* inih never sees it */
    if (len > CONF_LINE_MAX) {
        fault(r, NULL, N_("a line of at most 190 bytes is expected"));
        return false;
    }
    return line[0] != '[' || section_is_good(r, line);
}

/* Blanks before a line would join it to the one before; a faulty line becomes blank. */
static void judge_line(struct reading *r, char *line, char *end)
{
    if (end > line && end[-1] == '\r')
        *--end = '\0';
    char *start = line;
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    const bool comment = *start == '#' || *start == ';';
    const bool good = line_is_good(r, start, (size_t)(end - start), comment);
    memset(line, ' ', (size_t)((good && !comment ? start : end) - line));
}

static void judge_lines(struct reading *r)
{
    if (strncmp(r->text, BOM, strlen(BOM)) == 0)
        memset(r->text, ' ', strlen(BOM));
    r->place.line = 0;
    for (char *line = r->text; line < r->end;) {
        char *end = memchr(line, '\n', (size_t)(r->end - line));
        end = end ? end : r->end;
        *end = '\0';
        r->place.line++;
        judge_line(r, line, end);
        line = end + 1;
    }
}

/* --- inih --- */

/* inih's fgets(3). */
static char *next_line(char *ret, int size, void *arg)
{
    struct reading *r = arg;
    if (r->next >= r->end)
        return NULL;
    const char *line = r->next;
    r->next += strlen(line) + 1;
    r->place.line++;
    snprintf(ret, (size_t)size, "%s\n", line + strspn(line, " "));
    return ret;
}

static void blank(struct reading *r, int number)
{
    char *line = r->text;
    for (int i = 1; i < number; i++)
        line += strlen(line) + 1;
    memset(line, ' ', strlen(line));
}

static int parse(struct reading *r, ini_handler handler)
{
    r->next = r->text;
    r->place.line = 0;
    return ini_parse_stream(next_line, r, handler, r);
}

static int look(void *arg, const char *section, const char *name, const char *value)
{
    (void)arg;
    (void)section;
    (void)name;
    (void)value;
    return 1;
}

static int on_value(void *arg, const char *section, const char *name, const char *value)
{
    struct reading *r = arg;
    const struct conf_program *p = r->c->program;
    char key[CONF_KEY_SIZE];
    const char *other = NULL;
    for (size_t i = 0; i < p->row_count; i++) {
        const struct conf_row *row = &p->rows[i];
        if (!row->section || strcmp(conf_key(row, key), name) != 0)
            continue;
        other = row->section;
        if (strcmp(row->section, section) != 0)
            continue;
        if (r->seen[i]) {
            fault(r, name, N_("this key stands twice in the file"));
            return 1;
        }
        r->seen[i] = r->place.line;
        conf_say(r->c, i, value, &r->place);
        return 1;
    }
    if (section[0] && !section_is_known(p, section, strlen(section)))
        return 1; /* told at its bracket */
    char rule[160];
    snprintf(rule, sizeof rule, gettext("this key belongs in [%s]"), other ? other : "");
    conf_add_fault(r->c, &r->place, name, other ? rule : gettext("there is no such key"));
    return 1;
}

void conf_read_file(struct conf *c, const char *path, enum conf_origin origin, bool must_exist)
{
    if (c->file_count == CONF_FILES_MAX)
        return;
    struct conf_file *file = &c->files[c->file_count];
    struct reading r = {
        .c = c, .place = {origin, c->file_count, 0}
    };
    r.seen = calloc(c->program->row_count + 1, sizeof *r.seen);
    file->path = strdup(path);
    if (!r.seen || !file->path) {
        c->no_memory = true;
        free(r.seen);
        free(file->path);
        file->path = NULL;
        return;
    }
    c->file_count++;
    if (load(&r, path, must_exist, &file->there)) {
        judge_lines(&r);
        for (int line; c->fault_count < CONF_FAULTS_MAX && (line = parse(&r, look)) > 0;) {
            r.place.line = line;
            fault(&r, NULL, N_("[section] or key = value is expected"));
            blank(&r, line);
        }
        (void)parse(&r, on_value);
    }
    free(r.text);
    free(r.seen);
}

void conf_read_files(struct conf *c)
{
    const struct conf_program *p = c->program;
    char path[XDG_PATH_MAX];
    if (c->config)
        conf_read_file(c, c->config, CONF_USER, true);
    if (!c->config && p->system_file)
        conf_read_file(c, p->system_file, CONF_SYSTEM, false);
    if (!c->config && p->user_file && xdg_path(XDG_CONFIG, p->user_file, path, sizeof path))
        conf_read_file(c, path, CONF_USER, false);
    if (p->chosen_file && xdg_path(XDG_STATE, p->chosen_file, path, sizeof path))
        conf_read_file(c, path, CONF_CHOSEN, false);
}
