/* SPDX-License-Identifier: Apache-2.0 */
/* `pupitre demo`: a script on the screen, from a file, with nobody on the line. No network, no
 * desk, no journal: what is answered is in memory only. */

#include <libgen.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/api/regex_pcre2.h"
#include "net/calendar/calendar.h"
#include "net/client/loop.h"
#include "tui/main.h"
#include "tui/main_demo.h"
#include "tui/when.h"

#define TICK_MS 1000
#define SETTLE_MS 60 /* an editor that writes in pieces is done after so long a silence */

struct demo_program {
    struct program p; /* its screen and signals; nothing else of it is used */
    struct options_demo options;
    const char *path;
    struct demo *demo;
    int watch;      /* inotify; -1 = none */
    char name[256]; /* the file's, within its folder */
    char link[256]; /* of what it points to, "" = no link */
    struct timer read_again;
    struct timer play;
    struct err play_fault; /* of its file as it was read last */
    struct demo_transcripts transcripts;
    struct err lost; /* why something could not be kept; code ERR_OK: nothing was lost */
    const char *lost_path;
};

static int64_t now_s(void)
{
    return (int64_t)time(NULL);
}

/* --- the file --- */

/* What the simulated person says may have no place in the script any more, or a new one. */
static enum err_code read_play(struct demo_program *d, struct err *err)
{
    struct demo_problems problems = {0};
    struct script_answers *said = NULL;
    d->play_fault = (struct err){0};
    const enum err_code code = demo_play_read(d->options.play, demo_screen(d->demo)->offer.script,
                                              &regex_pcre2, &said, &problems, &d->play_fault);
    const enum err_code taken = demo_take_play(d->demo, said, &problems, err);
    return code == ERR_NOMEM ? err_set(err, code, NULL) : taken;
}

static enum err_code read_script(struct demo_program *d, struct err *err)
{
    struct script script = {0};
    struct demo_problems problems = {0};
    enum err_code code = demo_file_read(d->path, &script, &problems, err);
    if (code == ERR_OK)
        code = demo_take(d->demo, &script, &problems, err);
    if (code != ERR_OK)
        demo_take_broken(d->demo, &problems);
    else if (d->options.play)
        code = read_play(d, err);
    script_deinit(&script);
    demo_problems_deinit(&problems);
    return code;
}

static enum err_code on_read_again(void *arg, struct err *err)
{
    struct demo_program *d = arg;
    struct err why = {0};
    (void)err; /* the screen shows what is wrong */
    (void)read_script(d, &why);
    main_changed(&d->p);
    return ERR_OK;
}

/* --- what is left behind --- */

/* Told at once, and again when the screen is left; once it is kept after all, no more. */
static void note(struct demo_program *d, const char *path, enum err_code code,
                 const struct err *why)
{
    if (code == ERR_OK) {
        if (d->lost_path == path)
            d->lost = (struct err){0};
        return;
    }
    const char *sentence = err_sentence(why, code);
    (void)err_set(&d->lost, code, "%s: %s", path, gettext(sentence));
    d->lost_path = path;
    demo_say(d->demo, WS_NOTICE_ERROR, d->lost.sentence);
}

static void on_walk_end(void *arg)
{
    struct demo_program *d = arg;
    struct err err = {0};
    const char *path = d->transcripts.path;
    if (path)
        note(d, path, demo_transcripts_write(&d->transcripts, d->demo, true, &err), &err);
}

static enum err_code on_transcript(void *arg, const char **ret_file, struct err *err)
{
    struct demo_program *d = arg;
    *ret_file = d->transcripts.path;
    return demo_transcripts_write(&d->transcripts, d->demo, false, err);
}

static void on_walk_counted(void *arg)
{
    struct demo_program *d = arg;
    struct err err = {0};
    const char *path = d->options.coverage;
    if (path)
        note(d, path, demo_coverage_keep(d->demo, path, &err), &err);
}

static enum err_code on_say(void *arg, size_t question, struct err *err)
{
    return demo_say_answer(((struct demo_program *)arg)->demo, question, err);
}

static enum err_code on_grow(void *arg, size_t from, size_t to, bool *ret, struct err *err)
{
    return demo_grow(((struct demo_program *)arg)->demo, from, to, ret, err);
}

static void play_on(void *arg)
{
    struct demo_program *d = arg;
    timer_start(&d->play, d->options.pace_s * 1000, play_on, d);
    tui_play(d->p.tui);
    main_changed(&d->p);
}

static void on_at(void *arg, size_t node, const char *lang)
{
    demo_at(((struct demo_program *)arg)->demo, node, lang);
}

static enum err_code on_restart(void *arg, struct err *err)
{
    return demo_restart(((struct demo_program *)arg)->demo, err);
}

static void after_silence(void *arg)
{
    struct demo_program *d = arg;
    tui_hand_over(d->p.tui);
    (void)on_read_again(d, NULL);
}

static bool is_ours(const struct demo_program *d, const struct inotify_event *e)
{
    return (e->mask & IN_Q_OVERFLOW) ||
           (e->len && (strcmp(e->name, d->name) == 0 || strcmp(e->name, d->link) == 0));
}

static void on_change(int flags, void *arg)
{
    (void)flags;
    struct demo_program *d = arg;
    _Alignas(struct inotify_event) char block[4096];
    ssize_t n;
    while ((n = read(d->watch, block, sizeof block)) > 0) {
        const struct inotify_event *e;
        for (ssize_t at = 0; at < n; at += (ssize_t)(sizeof *e + e->len)) {
            e = (const void *)(block + at);
            if (is_ours(d, e))
                timer_start(&d->read_again, SETTLE_MS, after_silence, d);
        }
    }
}

/* The folder, not the file: editors put a new file in its place. */
static bool watch_folder(struct demo_program *d, const char *path, char ret_name[256])
{
    char folder[PATH_MAX], name[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    snprintf(name, sizeof name, "%s", path);
    snprintf(ret_name, 256, "%.255s", basename(name));
    return inotify_add_watch(d->watch, dirname(folder),
                             IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM |
                                 IN_DELETE) >= 0;
}

static enum err_code watch_file(struct demo_program *d, struct err *err)
{
    char real[PATH_MAX];
    if (!d->options.watch)
        return ERR_OK;
    d->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (d->watch < 0 || !watch_folder(d, d->path, d->name) ||
        fd_listen(d->watch, FD_READ, on_change, d) != 0)
        return err_set(err, ERR_IO, N_("The folder of the script cannot be watched."));
    if (realpath(d->path, real))
        (void)watch_folder(d, real, d->link);
    return ERR_OK;
}

/* --- the program --- */

static void tick(void *arg)
{
    struct demo_program *d = arg;
    timer_start(&d->p.tick, TICK_MS, tick, d);
    demo_tick(d->demo, now_s());
    main_changed(&d->p);
}

static enum err_code open_screen(struct demo_program *d, struct err *err)
{
    const struct workstation_commands commands = demo_commands(d->demo);
    const struct tui_options options = {
        .preferences = d->options.screen,
        .hours = calendar_hours(),
        .demo = demo_view(d->demo),
        .demo_commands = {.restart = on_restart,
                          .read_again = on_read_again,
                          .at = on_at,
                          .say = on_say,
                          .grow = on_grow,
                          .transcript = on_transcript,
                          .arg = d}
    };
    return main_open_screen(&d->p, demo_screen(d->demo), &commands, &options, err);
}

static int run(struct demo_program *d)
{
    struct err err = {0};
    enum err_code code = main_watch_signals(&d->p, &err);
    if (code == ERR_OK)
        code = watch_file(d, &err);
    if (code == ERR_OK)
        code = open_screen(d, &err);
    if (code == ERR_OK) {
        tick(d);
        main_paint(&d->p);
        if (d->options.play && d->options.pace_s)
            timer_start(&d->play, d->options.pace_s * 1000, play_on, d);
        (void)re_main(NULL);
        tui_hand_over(d->p.tui);
    }
    timer_deinit(&d->p.tick);
    timer_deinit(&d->p.paint);
    timer_deinit(&d->read_again);
    timer_deinit(&d->play);
    if (d->watch >= 0) {
        fd_close(d->watch);
        close(d->watch);
    }
    main_forget_screen(&d->p);
    d->p.tui = tui_free(d->p.tui);
    if (code == ERR_OK) {
        demo_end_walk(d->demo);
        err = d->lost;
        code = err.code;
    }
    if (code != ERR_OK)
        fprintf(stderr, "pupitre: %s\n", gettext(err.sentence));
    return err_info(code)->exit_status;
}

static void tell(const struct demo_program *d)
{
    const struct demo_problems *p = &demo_view(d->demo)->problems;
    for (size_t i = 0; i < p->n; i++)
        if (p->rows[i].is_error)
            fprintf(stderr, "%s:%zu:%zu: %s: %s%s%s\n", d->path, p->rows[i].line, p->rows[i].column,
                    p->rows[i].code, p->rows[i].message, p->rows[i].at[0] ? ": " : "",
                    p->rows[i].at);
}

static int say_failure(const char *path, const struct err *err, int status)
{
    const char *sentence = err_sentence(err, err->code);
    fprintf(stderr, "pupitre: %s: %s\n", path, gettext(sentence));
    return status;
}

/* What cannot be kept in the end is told before somebody has walked. */
static int prepare_files(struct demo_program *d)
{
    struct err err = {0};
    if (d->play_fault.code == ERR_NOT_FOUND || d->play_fault.code == ERR_IO)
        return say_failure(d->options.play, &d->play_fault, EX_NOINPUT);
    const char *path = d->transcripts.path;
    int status = EX_CANTCREAT;
    enum err_code code = path ? demo_place_check(path, &err) : ERR_OK;
    if (code == ERR_OK && d->options.coverage) {
        path = d->options.coverage;
        code = demo_place_check(path, &err);
    }
    if (code == ERR_OK && d->options.coverage) {
        status = EX_DATAERR;
        code = demo_coverage_read(d->demo, path, &err);
    }
    return code == ERR_OK ? EX_OK : say_failure(path, &err, status);
}

/* A script that cannot be read at all is a slip of the command line; one that is broken is what the
 * screen is for. */
static int start(struct demo_program *d)
{
    struct err err = {0};
    const enum err_code code = read_script(d, &err);
    if (code == ERR_NOT_FOUND || code == ERR_IO) {
        fprintf(stderr, "pupitre: %s: %s\n", d->path, err.sentence);
        return EX_NOINPUT;
    }
    if (code == ERR_NOMEM)
        return EX_OSERR;
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        const int status = prepare_files(d);
        return status == EX_OK ? run(d) : status;
    }
    tell(d);
    if (code != ERR_OK)
        return EX_DATAERR;
    fprintf(stderr, "pupitre: %s\n", gettext("Standard input and output must be a terminal."));
    return EX_UNAVAILABLE;
}

static int start_with(struct demo_program *d)
{
    struct demo_setup setup = {.file = d->path,
                               .watches = d->options.watch,
                               .play = d->options.play,
                               .pace_s = d->options.pace_s,
                               .language = d->options.lang,
                               .regex = &regex_pcre2,
                               .now_utc_s = now_s(),
                               .walk_ends = on_walk_end,
                               .walk_counted = on_walk_counted,
                               .arg = d};
    int minute;
    when_there((struct when_zone){0}, setup.now_utc_s, &setup.today, &minute);
    d->demo = demo_new(&setup);
    if (!d->demo)
        return EX_OSERR;
    d->transcripts.path = d->options.transcript;
    const int status = start(d);
    buf_free(&d->transcripts.ended);
    d->demo = demo_free(d->demo);
    return status;
}

int demo_main(int argc, char **argv)
{
    struct demo_program d = {
        .p = {.log = {.fd = -1}, .signals = -1, .watched_output = -1},
          .watch = -1
    };
    struct conf *settings = conf_new(&options_demo_program);
    if (!settings)
        return EX_OSERR;
    int status = conf_begin(settings, argc, argv, &d.options);
    if (status < 0) {
        timer_init(&d.p.tick);
        timer_init(&d.p.paint);
        timer_init(&d.read_again);
        timer_init(&d.play);
        d.path = conf_operand(settings);
        status = libre_init() == 0 ? start_with(&d) : EX_OSERR;
        libre_close();
    }
    conf_free(settings);
    return status;
}
