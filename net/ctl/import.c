/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl import: people from CSV or NDJSON. Rows are staged by net/import, in transactions so
 * short that agents do not notice; only when all of them are good, or the bad ones may be skipped,
 * does the import happen. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libintl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/ctl/import_report.h"

/* clang-format off */
static const struct ctl_option options[] = {
    {"--service",  N_("ID"),     N_("the service; needed when several are loaded"),              false},
    {"--format",   "csv|ndjson", N_("csv or ndjson; found out when not given"),                  false},
    {"--dry-run",  NULL,         N_("check everything, change nothing"),                         false},
    {"--skip-bad", NULL,         N_("import the good rows and keep the bad ones in FILE.bad"),   false},
    {"--bad-rows", N_("FILE"),   N_("keep the bad rows of --skip-bad there"),                    false},
    {"--niss",     "refuse|warn",    N_("refuse (if not given), or warn: keep wrong national numbers, flagged"), false},
};
/* clang-format on */

#define READ_BYTES ((size_t)128 * 1024)
#define SLICE_ROWS 100    /* between two looks at the clock */
#define STEP_MS 20        /* a transaction: agents wait no longer */
#define STEP_ALONE_MS 100 /* one while nobody else writes: the first who comes waits once */
#define QUIET_MS 2000     /* and nobody has for so long */
#define MOVE_MIN 200      /* rows of one step of the promotion */
#define MOVE_MAX 5000

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t stopped_by; /* the signal that asked to stop; 0 = none */

static void on_signal(int number)
{
    stopped_by = number;
}

static void watch_signals(void)
{
    const struct sigaction action = {.sa_handler = on_signal};
    for (size_t i = 0; i < sizeof stop_signals / sizeof stop_signals[0]; i++) {
        struct sigaction before;
        if (sigaction(stop_signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void)sigaction(stop_signals[i], &action, NULL);
        }
    }
}

/* Wait for more to read or for a signal, also for one that came a moment ago. */
static void wait_for_bytes(int fd)
{
    fd_set bytes;
    sigset_t ours;
    sigset_t before;
    if (fd >= FD_SETSIZE) {
        return; /* whoever started us left very many open: read() waits, with that one gap */
    }
    FD_ZERO(&bytes);
    FD_SET(fd, &bytes);
    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof stop_signals / sizeof stop_signals[0]; i++) {
        sigaddset(&ours, stop_signals[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &ours, &before);
    if (!stopped_by) {
        (void)pselect(fd + 1, &bytes, NULL, NULL, NULL, &before);
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct job {
    struct ctl *ctl;
    struct import *import;
    struct import_report report;
    int fd;
    uint64_t size; /* of a file; 0 = nobody knows */
    uint64_t n_read;
    bool dry_run;
    int64_t others;    /* store_import_others when it was looked at last, */
    int64_t others_ms; /* and when it changed */
};

static enum err_code open_input(struct job *job, const char *path, struct err *err)
{
    struct stat st;
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    }
    job->fd = fd;
    if (fstat(fd, &st) != 0) {
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    }
    if (S_ISDIR(st.st_mode)) {
        return err_set(err, ERR_INVALID, gettext("%s is a directory"), path);
    }
    job->size = S_ISREG(st.st_mode) && st.st_size > 0 ? (uint64_t)st.st_size : 0;
    return ERR_OK;
}

static enum err_code stopped(struct err *err)
{
    return err_set(err, ERR_STATE, gettext("interrupted: nothing was imported"));
}

/* How long the next transaction may take. */
static int64_t step_ms(struct job *job)
{
    const int64_t others = store_import_others(job->ctl->st);
    const int64_t now = now_ms();
    if (others != job->others) {
        job->others = others;
        job->others_ms = now;
    }
    return now - job->others_ms < QUIET_MS ? STEP_MS : STEP_ALONE_MS;
}

/* How many rows the next step moves, by the time that the last one took. */
static int64_t step_rows(int64_t rows, int64_t took_ms, int64_t may_take_ms)
{
    rows = took_ms > may_take_ms ? rows / 2 : rows + rows / 4;
    return rows < MOVE_MIN ? MOVE_MIN : rows > MOVE_MAX ? MOVE_MAX : rows;
}

/* Make room: finish what an earlier import left behind when it was cut, forget what never counted.
 * That may be a million rows, so it is told; a signal ends it. */
static enum err_code clear_up(struct job *job, const char *what, struct err *err)
{
    struct store *st = job->ctl->st;
    int64_t limit = MOVE_MIN;
    uint64_t done = 0;
    bool left = true;
    enum err_code code = ERR_OK;
    while (!code && left && !stopped_by) {
        const int64_t may_take = step_ms(job);
        const int64_t began = now_ms();
        code = store_begin(st, err);
        code = code ? code : import_clear(st, limit, (int64_t)time(NULL), &left, err);
        const int64_t took = now_ms() - began;
        code = code ? code : ctl_commit_batch(job->ctl, err);
        done += (uint64_t)limit;
        if (left) {
            progress_show(&job->report.progress, what, done, 0, 0);
        }
        limit = step_rows(limit, took, may_take);
    }
    store_rollback(st);
    progress_clear(&job->report.progress);
    progress_init(&job->report.progress);
    return code;
}

/* Stage what was read, in short transactions. */
static enum err_code stage(struct job *job, const char *bytes, size_t len, struct err *err)
{
    struct store *st = job->ctl->st;
    size_t at = 0;
    enum err_code code = ERR_OK;
    while (!code && at < len && !stopped_by) {
        const int64_t until = now_ms() + step_ms(job);
        code = store_begin(st, err);
        while (!code && at < len && now_ms() < until) {
            size_t used = 0;
            code = import_feed(job->import, st, bytes + at, len - at, SLICE_ROWS, &used, err);
            at += used;
        }
        code = code ? code : ctl_commit_batch(job->ctl, err);
    }
    job->n_read += len;
    progress_show(&job->report.progress, gettext("reading"), import_counts(job->import).n_rows,
                  job->n_read, job->size);
    return code;
}

static enum err_code finish(struct job *job, struct err *err)
{
    enum err_code code = store_begin(job->ctl->st, err);
    code = code ? code : import_finish(job->import, job->ctl->st, err);
    return code ? code : ctl_commit_batch(job->ctl, err);
}

/* No transaction is open while it waits for bytes. */
static enum err_code read_all(struct job *job, struct err *err)
{
    char part[READ_BYTES];
    enum err_code code = ERR_OK;
    for (;;) {
        wait_for_bytes(job->fd);
        const ssize_t n = stopped_by ? 0 : read(job->fd, part, sizeof part);
        if (stopped_by) {
            code = stopped(err);
        } else if (n < 0 && errno != EINTR) {
            code = err_set(err, ERR_IO, "%s: %s", job->report.path, strerror(errno));
        } else if (n == 0) {
            code = finish(job, err);
            break;
        } else if (n > 0) {
            code = stage(job, part, (size_t)n, err);
        }
        if (code) {
            break;
        }
    }
    explicit_bzero(part, sizeof part);
    store_rollback(job->ctl->st); /* of a step that an error left open */
    return code;
}

/* The import counts already: what is done here is done by pupitred and the next import, too. Steps
 * are made as large as the time of the last one allows. */
static enum err_code promote(struct job *job, struct err *err)
{
    const struct import_counts counts = import_counts(job->import);
    const uint64_t total = counts.n_rows - counts.n_bad;
    uint64_t done = 0;
    int64_t limit = MOVE_MIN;
    bool left = true;
    enum err_code code = ERR_OK;
    progress_clear(&job->report.progress);
    progress_init(&job->report.progress);
    while (!code && left && !stopped_by) {
        const int64_t may_take = step_ms(job);
        const int64_t began = now_ms();
        code = store_begin(job->ctl->st, err);
        code = code ? code
                    : store_import_promote(job->ctl->st, import_id(job->import), limit,
                                           (int64_t)time(NULL), &left, err);
        const int64_t took = now_ms() - began;
        code = code ? code : ctl_commit_batch(job->ctl, err);
        done += (uint64_t)limit;
        progress_show(&job->report.progress, gettext("moving"), done < total ? done : total, done,
                      total);
        limit = step_rows(limit, took, may_take);
    }
    store_rollback(job->ctl->st);
    return code;
}

static void tell_done(const struct job *job, bool moved)
{
    const struct import_counts c = import_counts(job->import);
    const struct store_import_figures *f = &c.figures;
    if (c.n_bad > 0) {
        fprintf(stderr, gettext("%s: %" PRIu64 " bad rows were skipped\n"), job->report.path,
                c.n_bad);
    }
    if (job->report.n_kept > 0) {
        fprintf(stderr, gettext("%s holds %" PRIu64 " of them\n"), job->report.bad_path,
                job->report.n_kept);
    }
    if (c.n_doubtful > 0) {
        fprintf(stderr, gettext("%s: %" PRIu64 " national numbers are doubtful\n"),
                job->report.path, c.n_doubtful);
    }
    if (!moved) {
        fputs(gettext("interrupted: the import is done; pupitred goes on with moving the rows\n"),
              stderr);
    }
    printf(job->dry_run ? gettext("%" PRId64 " people would be imported: new %" PRId64
                                  ", changed %" PRId64 ", same %" PRId64 "\n")
                        : gettext("%" PRId64 " people imported: new %" PRId64 ", changed %" PRId64
                                  ", same %" PRId64 "\n"),
           f->n_new + f->n_changed + f->n_same, f->n_new, f->n_changed, f->n_same);
}

static enum err_code decide(struct job *job, bool skip_bad, struct err *err)
{
    struct ctl *ctl = job->ctl;
    const struct import_counts counts = import_counts(job->import);
    if (counts.n_bad > 0 && !skip_bad) {
        return err_set(err, ERR_INVALID, gettext("%s: %" PRIu64 " bad rows; nothing was imported"),
                       job->report.path, counts.n_bad);
    }
    if (job->dry_run) {
        return ERR_OK;
    }
    enum err_code code = import_report_sync(&job->report, err);
    code = code ? code : store_import_hurry(ctl->st, false, err);
    code = code ? code : store_begin(ctl->st, err);
    code = code ? code : import_decide(job->import, ctl->st, 0, (int64_t)time(NULL), err);
    code = code ? code : store_commit(ctl->st, err);
    store_rollback(ctl->st);
    return code;
}

/* From the open input to the end. *ret_done: the import counts. */
static enum err_code carry_out(struct job *job, const char *service, bool skip_bad, bool *ret_done,
                               struct err *err)
{
    struct ctl *ctl = job->ctl;
    struct err ignored;
    enum err_code code = store_import_hurry(ctl->st, true, err);
    code = code ? code : clear_up(job, gettext("finishing an earlier import"), err);
    if (code || stopped_by) {
        return code ? code : stopped(err);
    }
    code = store_begin(ctl->st, err);
    code = code ? code : import_begin(job->import, ctl->st, service, ctl->now_utc_s, err);
    code = code ? code : store_commit(ctl->st, err);
    store_rollback(ctl->st);
    code = code ? code : read_all(job, err);
    code = code ? code : stopped_by ? stopped(err) : decide(job, skip_bad, err);
    progress_clear(&job->report.progress);
    *ret_done = !code && !job->dry_run;
    if (*ret_done) {
        code = store_import_hurry(ctl->st, true, err);
        code = code ? code : promote(job, err);
        progress_clear(&job->report.progress);
        if (code) { /* the import counts all the same */
            fprintf(stderr, gettext("%s: moving the rows stopped, pupitred goes on with it: %s\n"),
                    job->report.path, gettext(err->sentence));
            code = ERR_OK;
        }
    } else {
        const sig_atomic_t before = stopped_by;
        stopped_by = 0; /* a second signal ends the clearing up, which the next import does, too */
        if (clear_up(job, gettext("clearing up"), &ignored)) {
            code = code ? code : err_set(err, ignored.code, "%s", ignored.sentence);
        }
        stopped_by = before;
    }
    return code;
}

static enum err_code read_options(const struct ctl_args *args, struct import_options *ret,
                                  struct err *err)
{
    const struct ctl_command *c = &command_import;
    const char *format = ctl_option(c, args, "--format");
    const char *niss = ctl_option(c, args, "--niss");
    ret->skip_bad = ctl_option(c, args, "--skip-bad") != NULL;
    ret->niss_warn = niss && strcmp(niss, "warn") == 0;
    if (format && !import_format_by_name(format, &ret->format)) {
        return err_field(err, ERR_METHOD, "--format", gettext("csv or ndjson"));
    }
    if (niss && !ret->niss_warn && strcmp(niss, "refuse") != 0) {
        return err_field(err, ERR_METHOD, "--niss", gettext("refuse or warn"));
    }
    if (ctl_option(c, args, "--bad-rows") && !ret->skip_bad) {
        return err_field(err, ERR_METHOD, "--bad-rows", gettext("goes with --skip-bad only"));
    }
    return ERR_OK;
}

/* A fault of the file as a whole: which file, which column, what rule. */
static void name_input(const struct job *job, struct err *err)
{
    const size_t len = strlen(job->report.path);
    if (strncmp(err->sentence, job->report.path, len) != 0) {
        const struct err whole = *err;
        (void)err_set(err, whole.code, "%s: %s%s%s", job->report.path, whole.field,
                      whole.field[0] ? ": " : "", gettext(whole.sentence));
    }
}

/* Die of the signal, as whoever started this expects. */
static void die_of_signal(struct ctl *ctl, const struct err *err)
{
    const int number = stopped_by;
    fprintf(stderr, "pupitrectl: %s\n", err->sentence);
    ctl->st = store_close(ctl->st);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct job job = {
        .ctl = ctl, .fd = -1, .report = {.path = args->operands[0], .bad_fd = -1}
    };
    struct import_options how = {
        .fault = import_report_fault, .reject = import_report_reject, .arg = &job.report};
    const char *service = ctl_option(&command_import, args, "--service");
    int lock = -1;
    bool done = false;
    enum err_code code = read_options(args, &how, err);
    job.dry_run = ctl_option(&command_import, args, "--dry-run") != NULL;
    code = code ? code : open_input(&job, job.report.path, err);
    code = code ? code : ctl_open(ctl, err);
    code = code ? code : import_lock(ctl->data_dir, &lock, err);
    if (!code && how.skip_bad && !job.dry_run) {
        code =
            import_report_keep(&job.report, ctl_option(&command_import, args, "--bad-rows"), err);
    }
    if (!code) {
        watch_signals();
        progress_init(&job.report.progress);
        job.import = import_new(&how);
        code = job.import ? carry_out(&job, service, how.skip_bad, &done, err)
                          : err_set(err, ERR_NOMEM, NULL);
    }
    progress_clear(&job.report.progress);
    if (!code) {
        tell_done(&job, !done || !stopped_by);
    } else if (code == ERR_INVALID || code == ERR_MEDIA_TYPE) {
        name_input(&job, err);
    }
    import_report_close(&job.report, done);
    import_free(job.import);
    if (job.fd >= 0) {
        close(job.fd);
    }
    if (lock >= 0) {
        close(lock);
    }
    if (code && stopped_by) {
        die_of_signal(ctl, err);
    }
    return code;
}

const struct ctl_command command_import = {
    .name = "import",
    .operands = "FILE|-",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("import people from CSV or NDJSON: all of them or, with one bad row, none"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
