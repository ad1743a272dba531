/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/harness/deadline.h"
#include "tests/harness/die.h"
#include "tests/harness/term_keys.h"
#include "tests/harness/term_private.h"

#define RAW_MAX (1 << 20)

/* --- what the emulator tells --- */

static int on_property(VTermProp prop, VTermValue *val, void *user)
{
    struct term *t = user;
    if (prop == VTERM_PROP_CURSORVISIBLE)
        t->cursor_visible = val->boolean;
    else if (prop == VTERM_PROP_ALTSCREEN)
        t->alternate = val->boolean;
    else if (prop == VTERM_PROP_TITLE)
        (void)snprintf(t->title, sizeof(t->title), "%s", val->string);
    return 1;
}

static int on_bell(void *user)
{
    struct term *t = user;
    t->bells++;
    return 1;
}

/* Keys and answers to queries. What the program does not read is dropped, as a pty would. */
static void on_output(const char *bytes, size_t len, void *user)
{
    term_send_bytes(user, bytes, len);
}

static const VTermScreenCallbacks CALLBACKS = {.settermprop = on_property, .bell = on_bell};

/* --- life --- */

static int master_open(int rows, int cols, int *ret_slave)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    int master;
    if (openpty(&master, ret_slave, NULL, NULL, &size) != 0)
        die("term", "openpty");
    if (fcntl(master, F_SETFD, FD_CLOEXEC) < 0 || fcntl(*ret_slave, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(master, F_SETFL, O_NONBLOCK) < 0)
        die("term", "fcntl");
    return master;
}

struct term *term_start(const struct term_opts *opts)
{
    int rows = opts->rows ? opts->rows : 24;
    int cols = opts->cols ? opts->cols : 80;
    int slave;
    struct term *t = calloc(1, sizeof(*t));
    if (!t)
        die("term", "memory");

    t->cursor_visible = true;
    t->vt = vterm_new(rows, cols);
    vterm_set_utf8(t->vt, 1);
    vterm_output_set_callback(t->vt, on_output, t);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_set_callbacks(t->screen, &CALLBACKS, t);
    vterm_screen_reset(t->screen, 1);

    t->master = master_open(rows, cols, &slave);
    t->pid = spawn_start(&opts->spawn, (const int[]){slave, slave, slave}, 1);
    (void)close(slave);
    t->pidfd = pidfd_open(t->pid, 0);
    if (t->pidfd < 0)
        die("term", "pidfd_open");
    return t;
}

static void reap(struct term *t)
{
    int raw = SIGKILL;
    if (t->ended)
        return;
    const pid_t reaped = waitpid(t->pid, &raw, WNOHANG);
    if (reaped != t->pid && !(reaped < 0 && errno == ECHILD)) /* strays_kill was first */
        return;
    t->ended = true;
    t->status = WIFSIGNALED(raw) ? -WTERMSIG(raw) : WEXITSTATUS(raw);
}

struct term *term_close(struct term *t)
{
    if (!t)
        return NULL;
    (void)kill(-t->pid, SIGKILL);
    term_hangup(t);
    (void)term_wait_exit(t, NULL, 10000);
    (void)close(t->pidfd);
    vterm_free(t->vt);
    buf_free(&t->text);
    buf_free(&t->raw);
    free(t);
    return NULL;
}

/* --- reading the program's output --- */

bool term_drain(struct term *t)
{
    char block[8192];
    bool painted = false;
    while (t->master >= 0 && !t->eof) {
        ssize_t n = read(t->master, block, sizeof(block));
        if (n > 0) {
            t->bytes += (uint64_t)n;
            if (t->raw.len > RAW_MAX)
                buf_drop(&t->raw, t->raw.len / 2);
            buf_add(&t->raw, block, (size_t)n);
            (void)vterm_input_write(t->vt, block, (size_t)n);
            painted = true;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && errno == EAGAIN) {
            break;
        } else {
            t->eof = true; /* EIO: the last program has closed it */
        }
    }
    if (painted)
        vterm_screen_flush_damage(t->screen);
    return painted;
}

/* Wait until output comes or the program ends. False when the time is over, or neither can come. */
static bool wait_turn(struct term *t, int timeout_ms)
{
    struct pollfd fds[] = {
        {.fd = t->eof ? -1 : t->master,  .events = POLLIN},
        {.fd = t->ended ? -1 : t->pidfd, .events = POLLIN},
    };
    if (fds[0].fd < 0 && fds[1].fd < 0)
        return false;
    int ready = poll(fds, 2, timeout_ms);
    if (ready < 0 && errno != EINTR)
        die("term", "poll");
    if (ready > 0 && fds[1].revents)
        reap(t);
    return ready != 0;
}

bool term_wait(struct term *t, bool (*claim)(struct term *t, void *arg), void *arg, int deadline_ms)
{
    int64_t until = deadline_now_ms() + deadline_ms;
    for (;;) {
        (void)term_drain(t);
        if (claim(t, arg))
            return true;
        if (!wait_turn(t, deadline_left(until))) {
            (void)term_drain(t);
            return claim(t, arg);
        }
    }
}

bool term_wait_exit(struct term *t, int *ret_status, int deadline_ms)
{
    int64_t until = deadline_now_ms() + deadline_ms;
    while (reap(t), !t->ended) {
        (void)term_drain(t);
        if (!wait_turn(t, deadline_left(until)))
            return false;
    }
    (void)term_drain(t);
    if (ret_status)
        *ret_status = t->status;
    return true;
}

bool term_wait_quiet(struct term *t, int quiet_ms, int deadline_ms)
{
    int64_t until = deadline_now_ms() + deadline_ms;
    for (;;) {
        int left = deadline_left(until);
        (void)term_drain(t);
        if (!wait_turn(t, quiet_ms < left ? quiet_ms : left))
            return left > 0;
        if (t->ended && !term_drain(t))
            return true;
    }
}

static bool shows(struct term *t, void *text)
{
    int row;
    int col;
    return term_find(t, text, &row, &col);
}

static bool shows_not(struct term *t, void *text)
{
    return !shows(t, text);
}

static bool titled(struct term *t, void *text)
{
    return strstr(t->title, text) != NULL;
}

static bool has_rung(struct term *t, void *count)
{
    return t->bells >= *(int *)count;
}

bool term_wait_text(struct term *t, const char *text, int deadline_ms)
{
    return term_wait(t, shows, (void *)(uintptr_t)text, deadline_ms);
}

bool term_wait_gone(struct term *t, const char *text, int deadline_ms)
{
    return term_wait(t, shows_not, (void *)(uintptr_t)text, deadline_ms);
}

bool term_wait_title(struct term *t, const char *text, int deadline_ms)
{
    return term_wait(t, titled, (void *)(uintptr_t)text, deadline_ms);
}

bool term_wait_bells(struct term *t, int count, int deadline_ms)
{
    return term_wait(t, has_rung, &count, deadline_ms);
}

/* --- typing --- */

void term_send_bytes(struct term *t, const char *bytes, size_t len)
{
    int64_t until = deadline_now_ms() + TERM_DEADLINE_MS;
    while (len > 0 && t->master >= 0) {
        ssize_t n = write(t->master, bytes, len);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
            t->sent += (uint64_t)n;
            continue;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return; /* nobody reads any more */
        struct pollfd p = {.fd = t->master, .events = POLLOUT};
        if (poll(&p, 1, deadline_left(until)) == 0)
            return;
    }
}

void term_send_keys(struct term *t, const char *keys)
{
    const char *esc = strstr(keys, "<Esc>");
    if (esc && esc[5] != '\0') {
        (void)fprintf(stderr, "term_send_keys: <Esc> must come last in \"%s\"\n", keys);
        exit(99);
    }
    (void)term_drain(t); /* the modes that the program has set decide what the keys send */
    term_keys_press(t->vt, keys);
}

void term_paste(struct term *t, const char *text)
{
    (void)term_drain(t);
    vterm_keyboard_start_paste(t->vt);
    term_send_bytes(t, text, strlen(text));
    vterm_keyboard_end_paste(t->vt);
}

/* --- asking --- */

const char *term_title(struct term *t)
{
    (void)term_drain(t);
    return t->title;
}

int term_bells(struct term *t)
{
    (void)term_drain(t);
    return t->bells;
}

uint64_t term_bytes(struct term *t)
{
    (void)term_drain(t);
    return t->bytes;
}

const char *term_raw(struct term *t, size_t *ret_len)
{
    (void)term_drain(t);
    *ret_len = t->raw.len;
    return buf_text(&t->raw);
}

uint64_t term_sent(const struct term *t)
{
    return t->sent;
}

bool term_on_alternate_screen(struct term *t)
{
    (void)term_drain(t);
    return t->alternate;
}

int term_rows(const struct term *t)
{
    int rows;
    int cols;
    vterm_get_size(t->vt, &rows, &cols);
    return rows;
}

int term_cols(const struct term *t)
{
    int rows;
    int cols;
    vterm_get_size(t->vt, &rows, &cols);
    return cols;
}

bool term_is_raw(struct term *t)
{
    /* Linux answers for the slave's end when the master is asked. */
    struct termios tio;
    if (t->master < 0 || tcgetattr(t->master, &tio) != 0)
        return false;
    return !(tio.c_lflag & (tcflag_t)ICANON);
}

/* --- the program and its terminal --- */

pid_t term_pid(const struct term *t)
{
    return t->pid;
}

int term_fd(const struct term *t)
{
    return t->master;
}

void term_resize(struct term *t, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    (void)term_drain(t);
    vterm_set_size(t->vt, rows, cols);
    if (t->master >= 0)
        (void)ioctl(t->master, TIOCSWINSZ, &size);
}

void term_kill(struct term *t, int signal)
{
    reap(t);
    if (!t->ended)
        (void)kill(t->pid, signal);
}

void term_hangup(struct term *t)
{
    if (t->master < 0)
        return;
    (void)term_drain(t);
    (void)close(t->master);
    t->master = -1;
    t->eof = true;
}
