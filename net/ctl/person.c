/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl person: what is kept of one person, for that person; and erasing it. */

#include <errno.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/i18n.h"
#include "core/niss.h"
#include "core/text.h"
#include "net/ctl/backup_file.h"
#include "net/ctl/commands.h"
#include "net/ctl/identifier.h"
#include "net/store/store_admin.h"
#include "net/store/store_purge.h"

#define PEOPLE_MAX 256

void ctl_wipe_identifier(char identifier[CTL_IDENTIFIER_SIZE])
{
    sodium_memzero(identifier, CTL_IDENTIFIER_SIZE);
}

/* Byte by byte: stdio would keep it, and what follows is not ours. */
enum err_code ctl_read_identifier(const char *prompt, char ret[CTL_IDENTIFIER_SIZE],
                                  struct err *err)
{
    char line[CTL_IDENTIFIER_SIZE];
    size_t len = 0;
    ssize_t n = 1;
    if (isatty(STDIN_FILENO)) {
        fputs(prompt, stderr);
    }
    while (n != 0 && len < sizeof line) {
        n = read(STDIN_FILENO, line + len, 1);
        if (n < 0 && errno != EINTR) {
            return err_set(err, ERR_IO, gettext("standard input cannot be read"));
        }
        if (n > 0 && line[len] == '\n') {
            break;
        }
        len += n > 0;
    }
    if (len == sizeof line) {
        sodium_memzero(line, sizeof line);
        return err_set(err, ERR_TOO_LARGE, gettext("the line is too long"));
    }
    const bool empty = text_trim(ret, CTL_IDENTIFIER_SIZE, line, len) == 0;
    sodium_memzero(line, sizeof line);
    return empty ? err_set(err, ERR_INVALID, gettext("standard input is empty")) : ERR_OK;
}

struct people {
    bool by_niss;
    char identifier[CTL_IDENTIFIER_SIZE];
    int64_t ids[PEOPLE_MAX];
    size_t n;
};

static enum err_code find(struct ctl *ctl, void *arg, struct err *err)
{
    struct people *p = arg;
    struct niss niss;
    enum err_code code;
    if (!p->by_niss) {
        code = store_person_by_ticket(ctl->st, p->identifier, p->ids, PEOPLE_MAX, &p->n, err);
    } else {
        /* One that is doubtful may stand in a record, too. */
        if (niss_read(p->identifier, strlen(p->identifier), &niss) == NISS_SHAPE) {
            return err_set(err, ERR_INVALID, gettext("this is no national number"));
        }
        code = store_person_by_niss(ctl->st, &niss, p->ids, PEOPLE_MAX, &p->n, err);
        niss_wipe(&niss);
    }
    return code || p->n ? code : err_set(err, ERR_NOT_FOUND, gettext("nobody is stored under it"));
}

static enum err_code look_up(struct ctl *ctl, const struct ctl_command *command,
                             const struct ctl_args *args, const char *action, struct people *p,
                             struct err *err)
{
    const bool ticket = ctl_option(command, args, "--ticket") != NULL;
    p->by_niss = ctl_option(command, args, "--niss") != NULL;
    if (ticket == p->by_niss) {
        return err_set(err, ERR_METHOD, gettext("one of --ticket and --niss is needed"));
    }
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = ctl_read_identifier(ticket ? gettext("Ticket: ") : gettext("National number: "),
                                   p->identifier, err);
    }
    if (!code) {
        code = ctl_audited(ctl, action, p->by_niss ? "by niss" : "by ticket", find, p, err);
    }
    ctl_wipe_identifier(p->identifier);
    return code;
}

/* Who is concerned stands in the log by number. */
static enum err_code note_people(struct ctl *ctl, const char *action, const struct people *p,
                                 struct err *err)
{
    enum err_code code = store_begin(ctl->st, err);
    for (size_t i = 0; !code && i < p->n; i++) {
        code = store_audit_append(ctl->st,
                                  &(struct store_audit){.at_utc_s = ctl->now_utc_s,
                                                        .action = action,
                                                        .subject = "",
                                                        .person_id = p->ids[i]},
                                  err);
    }
    if (!code) {
        code = store_commit(ctl->st, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

static const struct ctl_option export_options[] = {
    {"--ticket", NULL,       N_("a ticket is read from standard input"),               false},
    {"--niss",   NULL,       N_("a national number is read from standard input"),      false},
    {"--out",    N_("FILE"), N_("write it to this file, which must not be there yet"), true },
};

/* In a transaction: a record that an import still has to move is moved. */
static enum err_code collect(struct ctl *ctl, const struct people *p, struct buf *out,
                             struct err *err)
{
    enum err_code code = store_begin(ctl->st, err);
    if (code) {
        return code;
    }
    for (size_t i = 0; !code && i < p->n; i++) {
        buf_str(out, i ? ",\n" : "{\"people\": [\n");
        code = store_person_export(ctl->st, p->ids[i], out, err);
    }
    buf_str(out, "]}\n");
    if (!code && out->failed) {
        code = err_set(err, ERR_NOMEM, NULL);
    }
    if (!code) {
        code = store_commit(ctl->st, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

static enum err_code write_file(const char *path, const struct buf *text, struct err *err)
{
    struct backup_file file;
    enum err_code code = backup_file_begin(&file, path, err);
    if (code) {
        return code;
    }
    for (size_t at = 0; !code && at < text->len;) {
        const ssize_t n = write(file.fd, text->data + at, text->len - at);
        if (n < 0 && errno != EINTR) {
            code = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
        }
        at += n > 0 ? (size_t)n : 0;
    }
    if (!code) {
        code = backup_file_finish(&file, err);
    }
    backup_file_drop(&file);
    return code;
}

static enum err_code export(struct ctl *ctl, const struct ctl_args *args, struct err *err) {
    struct people p = {.n = 0}; CLEANUP_BUF struct buf out = {0};
    const char *path = ctl_option(&command_person_export, args, "--out");
    enum err_code code = look_up(ctl, &command_person_export, args, "person_search", &p, err);
    if (!code){/* first, so that no look goes unwritten */
               code = note_people(ctl, "person_export", &p, err);}
if (!code)
{
    code = collect(ctl, &p, &out, err);
}
if (!code) {
    code = write_file(path, &out, err);
}
if (!code) {
    printf(gettext("%s: %zu records; hand it over, then destroy it\n"), path, p.n);
}
return code;
}

const struct ctl_command command_person_export = {
    .name = "person export",
    .operands = "",
    .help = N_("write out everything that is kept of one person, as JSON; audited"),
    .options = export_options,
    .n_options = sizeof export_options / sizeof export_options[0],
    .run = export,
};

static const struct ctl_option erase_options[] = {
    {"--ticket", NULL,                      N_("a ticket is read from standard input"),          false},
    {"--niss",   NULL,                      N_("a national number is read from standard input"), false},
    {"--reason", "request|authority|error", N_("request, authority or error"),                   true },
    {"--yes",    NULL,                      N_("do not ask; needed when there is no terminal"),  false},
};

static enum err_code read_reason(const struct ctl_args *args, const char **ret, struct err *err)
{
    static const char *const reasons[] = {"request", "authority", "error"};
    *ret = ctl_option(&command_person_erase, args, "--reason");
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(*ret, reasons[i]) == 0) {
            return ERR_OK;
        }
    }
    return err_field(err, ERR_METHOD, "--reason", gettext("request, authority or error"));
}

static enum err_code confirm(const struct ctl_args *args, size_t n, struct err *err)
{
    char typed[CTL_IDENTIFIER_SIZE];
    if (ctl_option(&command_person_erase, args, "--yes")) {
        return ERR_OK;
    }
    if (!isatty(STDIN_FILENO)) {
        return err_set(err, ERR_METHOD, gettext("--yes is needed without a terminal"));
    }
    fprintf(stderr, gettext("%zu records will be destroyed for good. Type ERASE: "), n);
    enum err_code code = ctl_read_identifier("", typed, err);
    return !code && strcmp(typed, "ERASE") != 0
               ? err_set(err, ERR_STATE, gettext("nothing was destroyed"))
               : code;
}

struct erasure {
    int64_t person_id;
    const char *reason;
    int64_t number;
};

static enum err_code erase_one(struct ctl *ctl, struct erasure *e, struct err *err)
{
    enum err_code code = store_begin(ctl->st, err);
    if (code) {
        return code;
    }
    code = store_person_erase(ctl->st, e->person_id, e->reason, ctl->now_utc_s, &e->number, err);
    if (!code) {
        code = store_commit(ctl->st, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

static enum err_code erase(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct people p = {.n = 0};
    struct erasure e = {.number = 0};
    enum err_code code = read_reason(args, &e.reason, err);
    if (!code) {
        code = look_up(ctl, &command_person_erase, args, "person_search", &p, err);
    }
    if (!code) {
        code = confirm(args, p.n, err);
    }
    if (!code) {
        code = note_people(ctl, "person_erase", &p, err);
    }
    for (size_t i = 0; !code && i < p.n; i++) {
        e.person_id = p.ids[i];
        code = erase_one(ctl, &e, err);
        if (!code) {
            code = ctl_print_certificate(ctl, e.number, err);
        }
    }
    return code ? code : ctl_scrub(ctl, err);
}

const struct ctl_command command_person_erase = {
    .name = "person erase",
    .operands = "",
    .help = N_("destroy everything that is kept of one person, with a certificate; audited"),
    .options = erase_options,
    .n_options = sizeof erase_options / sizeof erase_options[0],
    .run = erase,
};
