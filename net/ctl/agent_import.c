/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl agent import: an enrolment list. All of its agents are added in one transaction, or
 * none; their first passwords stand in a file that nobody else reads, and nowhere else. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/csv.h"
#include "net/ctl/agent_fields.h"
#include "net/ctl/commands.h"
#include "net/ctl/enrolment.h"
#include "net/ctl/progress.h"
#include "net/store/store_admin.h"

/* clang-format off */
static const struct ctl_option options[] = {
    {"--passwords", N_("FILE"), N_("a new file for the first passwords"),                  false},
    {"--service",   N_("LIST"), N_("services of rows that name none"),                     false},
    {"--employer",  N_("NAME"), N_("employer of rows that name none"),                     false},
    {"--dry-run",   NULL,       N_("check everything, change nothing"),                    false},
    {"--json",      NULL,       N_("faults and figures as JSON on the standard output"),   false},
};
/* clang-format on */

/* Four groups of four, of 31 letters and digits that nobody mixes up: 79 bits. */
#define PASSWORD_SIZE 20

struct job {
    const char *path;
    const char *passwords_path;
    int passwords_fd; /* -1 = none */
    struct enrolment list;
    char (*passwords)[PASSWORD_SIZE];
    char (*hashes)[STORE_PASSWORD_HASH_SIZE];
};

static void invent_password(char ret[PASSWORD_SIZE])
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    for (int i = 0; i < PASSWORD_SIZE - 1; i++) {
        ret[i] = i % 5 == 4 ? '-' : letters[randombytes_uniform(sizeof letters - 1)];
    }
    ret[PASSWORD_SIZE - 1] = '\0';
}

static enum err_code open_passwords(struct job *job, struct err *err)
{
    if (!job->passwords_path) {
        return err_set(err, ERR_METHOD, gettext("%s needs the option %s"), "agent import",
                       "--passwords");
    }
    job->passwords_fd = open(job->passwords_path,
                             O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
    if (job->passwords_fd >= 0) {
        return ERR_OK;
    }
    return errno == EEXIST
               ? err_set(err, ERR_CONFLICT, gettext("%s is there already"), job->passwords_path)
               : err_set(err, ERR_IO, "%s: %s", job->passwords_path, strerror(errno));
}

static enum err_code make_passwords(struct job *job, struct err *err)
{
    const size_t n = job->list.n;
    struct progress progress;
    enum err_code code = ERR_OK;
    job->passwords = calloc(n + 1, sizeof *job->passwords);
    job->hashes = calloc(n + 1, sizeof *job->hashes);
    if (!job->passwords || !job->hashes) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    progress_init(&progress);
    for (size_t i = 0; !code && i < n; i++) {
        invent_password(job->passwords[i]);
        code = agent_hash(job->passwords[i], job->hashes[i], err);
        progress_show(&progress, gettext("passwords"), i + 1, i + 1, n);
    }
    progress_clear(&progress);
    return code;
}

static enum err_code write_all(struct job *job, const char *text, size_t len, struct err *err)
{
    for (size_t at = 0; at < len;) {
        const ssize_t n = write(job->passwords_fd, text + at, len - at);
        if (n < 0 && errno != EINTR) {
            return err_set(err, ERR_IO, "%s: %s", job->passwords_path, strerror(errno));
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return fsync(job->passwords_fd) == 0
               ? ERR_OK
               : err_set(err, ERR_IO, "%s: %s", job->passwords_path, strerror(errno));
}

/* On the disk before the agents are. */
static enum err_code keep_passwords(struct job *job, struct err *err)
{
    struct buf text = {0};
    struct csv_writer w = {.out = &text, .separator = ','};
    static const char *const header[] = {"login", "name", "employer", "password"};
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++) {
        csv_put_str(&w, header[i]);
    }
    csv_end_row(&w);
    for (size_t i = 0; i < job->list.n; i++) {
        const struct store_agent *a = &job->list.rows[i].agent;
        csv_put_str(&w, a->login);
        csv_put_str(&w, a->name);
        csv_put_str(&w, a->employer);
        csv_put_str(&w, job->passwords[i]);
        csv_end_row(&w);
    }
    enum err_code code =
        text.failed ? err_set(err, ERR_NOMEM, NULL) : write_all(job, text.data, text.len, err);
    if (text.data) {
        sodium_memzero(text.data, text.len);
    }
    buf_free(&text);
    return code;
}

static enum err_code add_all(struct ctl *ctl, void *arg, struct err *err)
{
    struct job *job = arg;
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < job->list.n; i++) {
        const struct store_agent *a = &job->list.rows[i].agent;
        int64_t id = 0;
        code = store_agent_add(ctl->st, a, job->hashes[i], ctl->now_utc_s, &id, err);
        if (!code) {
            code = store_audit_append(ctl->st,
                                      &(struct store_audit){.at_utc_s = ctl->now_utc_s,
                                                            .action = "agent_add",
                                                            .subject = a->login},
                                      err);
        }
    }
    return code;
}

static enum err_code add_agents(struct ctl *ctl, struct job *job, struct err *err)
{
    enum err_code code = open_passwords(job, err);
    code = code ? code : make_passwords(job, err);
    code = code ? code : keep_passwords(job, err);
    code = code ? code : ctl_audited(ctl, "agent_import", "", add_all, job, err);
    if (code && job->passwords_fd >= 0) {
        unlink(job->passwords_path);
    }
    return code;
}

static void tell_faults(const struct job *job)
{
    for (size_t i = 0; i < job->list.n_faults; i++) {
        const struct enrolment_fault *f = &job->list.faults[i];
        fprintf(stderr, gettext("%s: line %" PRIu64), job->path, f->line);
        fprintf(stderr, f->column[0] ? ", %s: %s\n" : "%s: %s\n", f->column, f->rule);
    }
    if (job->list.n_bad > job->list.n_faults) {
        fprintf(stderr, gettext("%s: more faults are only counted\n"), job->path);
    }
}

static void print_json(const struct job *job, size_t added)
{
    struct buf out = {0};
    buf_printf(&out, "{\"rows\": %zu, \"added\": %zu, \"faults\": [", job->list.n, added);
    for (size_t i = 0; i < job->list.n_faults; i++) {
        const struct enrolment_fault *f = &job->list.faults[i];
        buf_printf(&out, "%s{\"line\": %" PRIu64 ", \"column\": ", i ? ",\n " : "", f->line);
        ctl_json_string(&out, f->column);
        buf_str(&out, ", \"rule\": ");
        ctl_json_string(&out, f->rule);
        buf_char(&out, '}');
    }
    buf_str(&out, "]}\n");
    fputs(buf_text(&out), stdout);
    buf_free(&out);
}

static enum err_code defaults_of(struct ctl *ctl, const struct ctl_args *args,
                                 struct enrolment_defaults *ret, struct err *err)
{
    struct store_agent a = {0};
    enum err_code code = agent_fields_from_options(&command_agent_import, args, &a, err);
    if (!code && a.services.n == 0 &&
        !store_service_only(ctl->st, a.services.items[0], &(struct err){0})) {
        a.services.n = 1; /* with several each row has to name them */
    }
    if (!code) {
        ret->services = a.services;
        memcpy(ret->employer, a.employer, sizeof ret->employer);
    }
    return code;
}

static enum err_code read_list(struct ctl *ctl, const struct ctl_args *args, struct job *job,
                               struct err *err)
{
    struct buf text = {0};
    struct enrolment_defaults defaults = {0};
    enum err_code code = defaults_of(ctl, args, &defaults, err);
    code = code ? code : ctl_read_file(job->path, ENROLMENT_BYTES, &text, err);
    if (!code) {
        struct err whole = {0};
        code = enrolment_read(&job->list, ctl->st, text.data ? text.data : "", text.len, &defaults,
                              &whole);
        if (code) {
            err_set(err, code, "%s: %s%s%s", job->path, whole.field, whole.field[0] ? ": " : "",
                    gettext(whole.sentence));
        }
    }
    buf_free(&text);
    return code;
}

static void job_deinit(struct job *job)
{
    if (job->passwords_fd >= 0) {
        close(job->passwords_fd);
    }
    if (job->passwords) {
        sodium_memzero(job->passwords, job->list.n * sizeof *job->passwords);
    }
    free(job->passwords);
    free(job->hashes);
    enrolment_deinit(&job->list);
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    const struct ctl_command *c = &command_agent_import;
    struct job job = {.path = args->operands[0],
                      .passwords_path = ctl_option(c, args, "--passwords"),
                      .passwords_fd = -1};
    const bool json = ctl_option(c, args, "--json") != NULL;
    const bool dry_run = ctl_option(c, args, "--dry-run") != NULL;
    enum err_code code = ctl_open(ctl, err);
    code = code ? code : read_list(ctl, args, &job, err);
    const bool whole = !code;
    if (!code && job.list.n_bad > 0) {
        code = err_set(err, ERR_INVALID, gettext("%s: %" PRIu64 " faults; nobody was added"),
                       job.path, job.list.n_bad);
    }
    if (!code && !dry_run) {
        code = add_agents(ctl, &job, err);
    }
    if (whole && json) {
        print_json(&job, code || dry_run ? 0 : job.list.n);
    } else if (whole) {
        tell_faults(&job);
    }
    if (!code && !json) {
        printf(dry_run ? gettext("%zu agents would be added\n")
                       : gettext("%zu agents added; their first passwords are in %s\n"),
               job.list.n, job.passwords_path);
    }
    job_deinit(&job);
    return code;
}

const struct ctl_command command_agent_import = {
    .name = "agent import",
    .operands = "FILE|-",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("add the agents of a list in CSV: all of them or, with one bad row, none"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
