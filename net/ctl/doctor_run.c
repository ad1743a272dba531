/* SPDX-License-Identifier: Apache-2.0 */
/* Walking the tables of checks, and saying what they found. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "net/ctl/ctl.h"
#include "net/ctl/doctor.h"

static const char *const shown[] = {
    [DOCTOR_OK] = "ok",
    [DOCTOR_WARNING] = "warning",
    [DOCTOR_FAILED] = "FAILED",
};
static const char *const names[] = {
    [DOCTOR_OK] = "ok",
    [DOCTOR_WARNING] = "warning",
    [DOCTOR_FAILED] = "failed",
};
_Static_assert(sizeof shown / sizeof shown[0] == DOCTOR_STATUS_COUNT, "one word a status");

static void find(struct doctor_finding *f, enum doctor_status status, const char *remedy,
                 const char *fmt, va_list ap)
{
    char raw[DOCTOR_TEXT];
    vsnprintf(raw, sizeof raw, fmt, ap);
    /* Other programs' words go to a terminal. */
    (void)text_clean_to(f->what, sizeof f->what, raw, strlen(raw));
    snprintf(f->remedy, sizeof f->remedy, "%s", remedy);
    f->status = status;
}

void doctor_ok(struct doctor_finding *f, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    find(f, DOCTOR_OK, "", fmt, ap);
    va_end(ap);
}

void doctor_warn(struct doctor_finding *f, const char *remedy, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    find(f, DOCTOR_WARNING, remedy, fmt, ap);
    va_end(ap);
}

void doctor_fail(struct doctor_finding *f, const char *remedy, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    find(f, DOCTOR_FAILED, remedy, fmt, ap);
    va_end(ap);
}

void doctor_setting(const char *settings, const char *key, char *ret, size_t size)
{
    const size_t len = strlen(key);
    ret[0] = '\0';
    for (const char *line = settings; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, len) != 0 || strncmp(line + len, " = ", 3) != 0)
            continue;
        const char *value = line + len + 3;
        size_t n = strcspn(value, "\n");
        const char *where = strstr(value, " ; ");
        if (where && where < value + n)
            n = (size_t)(where - value);
        while (n > 0 && value[n - 1] == ' ')
            n--;
        snprintf(ret, size, "%.*s", (int)n, value);
        return;
    }
}

const char *doctor_fault_line(char *text, const char *program)
{
    const size_t len = strlen(program);
    const char *last = text;
    for (char *line = text, *next = text; next; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (strncmp(line, program, len) == 0 && strncmp(line + len, ": ", 2) == 0)
            return line + len + 2;
        if (line[0])
            last = line;
    }
    return last;
}

static const char *role_name(unsigned roles)
{
    return roles == DOCTOR_AGENT ? "agent" : roles == DOCTOR_BACKEND ? "backend" : "both";
}

static void say(const struct doctor_check *check, const struct doctor_finding *f, struct buf *out)
{
    buf_printf(out, "%-8s %-13s %s\n", shown[f->status], check->name, f->what);
    if (f->remedy[0])
        buf_printf(out, "%-8s %-13s -> %s\n", "", "", f->remedy);
}

static void say_json(const struct doctor_check *check, const struct doctor_finding *f, bool first,
                     struct buf *out)
{
    buf_printf(out, "%s{\"check\": \"%s\", \"role\": \"%s\", \"status\": \"%s\", \"what\": ",
               first ? "[" : ",\n ", check->name, role_name(check->roles), names[f->status]);
    ctl_json_string(out, f->what);
    buf_str(out, ", \"remedy\": ");
    if (f->remedy[0])
        ctl_json_string(out, f->remedy);
    else
        buf_str(out, "null");
    buf_char(out, '}');
}

enum doctor_status doctor_run(struct doctor *d, unsigned roles, bool json, struct buf *out,
                              size_t *ret_failed)
{
    enum doctor_status worst = DOCTOR_OK;
    size_t n = 0;
    *ret_failed = 0;
    for (size_t t = 0; doctor_tables[t]; t++) {
        for (const struct doctor_check *check = doctor_tables[t]; check->name; check++) {
            if (!(check->roles & roles))
                continue;
            struct doctor_finding f = {0};
            check->look(d, &f);
            if (json)
                say_json(check, &f, n == 0, out);
            else
                say(check, &f, out);
            n++;
            *ret_failed += f.status == DOCTOR_FAILED;
            worst = f.status > worst ? f.status : worst;
        }
    }
    if (json)
        buf_str(out, n ? "]\n" : "[]\n");
    return worst;
}
