/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal.
 *
 * curses wants a file to write to and waits when that file is full. It gets an anonymous file in
 * memory; what stands there after an update goes to the terminal through a descriptor of our own,
 * opened without waiting (O_NONBLOCK on standard output would change the shell's, too). TIOCOUTQ
 * cannot tell: a pseudo-terminal always answers 0.
 *
 * The modes are set here and not by curses, which cannot reach the terminal through that file. */

#define _GNU_SOURCE /* memfd_create */

#include "tui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "tui/emergency.h"
#include "tui/lang.h"
#include "tui/thrift.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define TITLE_KEEP "\033[22;2t"
#define TITLE_BACK "\033[23;2t"
#define STALL_MS 500    /* a terminal that takes nothing for so long has stopped reading */
#define RESTORE_MS 3000 /* nobody waits longer for the end */

struct terminal {
    SCREEN *screen;
    FILE *memory; /* where curses writes */
    struct keys *keys;
    int tty; /* where the bytes go */
    bool owns_tty;
    bool suspended;
    bool thrifty; /* what curses writes can be shortened (tui/thrift.h) */
    bool has_title;
    struct termios before;
    struct buf out; /* not yet taken by the terminal */
    char title[64];
    uint64_t bytes;
};

static enum err_code refuse(struct err *err, const char *sentence)
{
    return err_set(err, ERR_UNAVAILABLE, "%s", sentence);
}

static bool size_of(int tty, int *ret_rows, int *ret_cols)
{
    struct winsize size = {0};
    if (ioctl(tty, TIOCGWINSZ, &size) < 0 || !size.ws_row || !size.ws_col)
        return false;
    *ret_rows = size.ws_row;
    *ret_cols = size.ws_col;
    return true;
}

/* Raw, as curses' raw(): no key stops output or sends a signal. */
static void set_raw(const struct terminal *t)
{
    struct termios raw = t->before;
    raw.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL | INLCR | IGNCR | BRKINT | PARMRK | ISTRIP);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

static void open_output(struct terminal *t)
{
    const char *name = ttyname(STDOUT_FILENO);
    t->tty = name ? open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    t->owns_tty = t->tty >= 0;
    if (!t->owns_tty)
        t->tty = STDOUT_FILENO; /* somebody else's terminal (su): poll before each small write */
}

/* Take what curses has written. */
static void collect(struct terminal *t)
{
    fflush(t->memory);
    int fd = fileno(t->memory);
    off_t len = lseek(fd, 0, SEEK_CUR);
    size_t start = t->out.len;
    for (off_t at = 0; at < len;) {
        char chunk[4096];
        ssize_t n = pread(fd, chunk, sizeof chunk, at);
        if (n <= 0)
            break;
        buf_add(&t->out, chunk, (size_t)n);
        at += n;
    }
    if (t->thrifty && t->out.len > start)
        t->out.len = start + thrift_shorten(t->out.data + start, t->out.len - start);
    if (len > 0 && ftruncate(fd, 0) == 0)
        lseek(fd, 0, SEEK_SET);
}

/* Let what curses has written go unseen. */
static void forget(struct terminal *t)
{
    int fd = fileno(t->memory);
    fflush(t->memory);
    if (ftruncate(fd, 0) == 0)
        lseek(fd, 0, SEEK_SET);
}

/* Titles are no capability that terminfo entries agree on; these families take OSC 2 and keep a
 * stack of titles, or ignore both. */
static bool takes_titles(const char *name)
{
    static const char *const families[] = {"xterm",     "tmux",    "screen", "rxvt",
                                           "alacritty", "foot",    "kitty",  "vte",
                                           "gnome",     "konsole", "st-256", "putty"};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        if (strncmp(name, families[i], strlen(families[i])) == 0)
            return true;
    return false;
}

/* curses catches these for itself when it starts; the program has its own way with them. */
static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
#define SIGNAL_COUNT (sizeof signals / sizeof signals[0])

static SCREEN *start_curses(FILE *memory, int rows, int cols)
{
    struct sigaction before[SIGNAL_COUNT];
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        sigaction(signals[i], NULL, &before[i]);
    char text[16];
    snprintf(text, sizeof text, "%d", rows); /* curses cannot ask a file for its size */
    setenv("LINES", text, 1);
    snprintf(text, sizeof text, "%d", cols);
    setenv("COLUMNS", text, 1);
    SCREEN *screen = newterm(NULL, memory, stdin);
    unsetenv("LINES");
    unsetenv("COLUMNS");
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        sigaction(signals[i], &before[i], NULL);
    return screen;
}

static enum err_code check(struct err *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return refuse(err, N_("Pupitre needs a terminal: standard input or output is none."));
    const char *name = getenv("TERM");
    if (!name || !*name)
        return refuse(err, N_("TERM is not set: Pupitre does not know this terminal."));
    int found = 0;
    if (setupterm(NULL, STDOUT_FILENO, &found) == ERR || found != 1)
        return refuse(err, N_("The terminal that TERM names is unknown on this machine."));
    const char *place = tigetstr("cup");
    bool can_place = place && place != (char *)-1;
    del_curterm(cur_term); /* curses reads the entry again for itself */
    if (!can_place)
        return refuse(err, N_("The terminal that TERM names cannot place text on the screen."));
    return ERR_OK;
}

static void begin(struct terminal *t)
{
    set_raw(t);
    if (t->has_title)
        buf_str(&t->out, TITLE_KEEP);
    if (t->thrifty)
        buf_str(&t->out, THRIFT_BEGIN);
    buf_str(&t->out, PASTE_ON);
    t->title[0] = '\0';
    emergency_arm(t->tty, &t->before, t->has_title);
}

struct terminal *terminal_open(struct err *err)
{
    if (check(err))
        return NULL;
    struct terminal *t = calloc(1, sizeof *t);
    int memory = memfd_create("screen", MFD_CLOEXEC);
    if (t && memory >= 0)
        t->memory = fdopen(memory, "w");
    if (!t || !t->memory || tcgetattr(STDIN_FILENO, &t->before) < 0) {
        refuse(err, N_("The terminal cannot be used."));
        free(t);
        return NULL;
    }
    int rows = 24, cols = 80;
    size_of(STDOUT_FILENO, &rows, &cols);
    t->screen = start_curses(t->memory, rows, cols);
    if (!t->screen) {
        fclose(t->memory);
        free(t);
        refuse(err, N_("The terminal cannot be used."));
        return NULL;
    }
    open_output(t);
    t->has_title = takes_titles(getenv("TERM"));
    t->thrifty = thrift_fits(tigetstr("sgr0"));
    typeahead(-1); /* an update is never cut short by a key */
    nonl();
    t->keys = keys_new(STDIN_FILENO, lang_is_typed_in_utf8(), NULL, NULL);
    if (!t->keys) {
        endwin();
        delscreen(t->screen);
        fclose(t->memory);
        if (t->owns_tty)
            close(t->tty);
        free(t);
        err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    begin(t);
    return t;
}

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* The last words: wait for a slow terminal as long as it takes something, not for a dead one. */
static void drain(struct terminal *t)
{
    const int64_t begin = now_ms();
    int64_t progress = begin;
    while (terminal_pending(t)) {
        const uint64_t before = t->bytes;
        terminal_flush(t);
        const int64_t now = now_ms();
        progress = t->bytes != before ? now : progress;
        if (!terminal_pending(t) || now - progress >= STALL_MS || now - begin >= RESTORE_MS)
            break;
        struct pollfd p = {.fd = t->tty, .events = POLLOUT};
        (void)poll(&p, 1, (int)(progress + STALL_MS - now));
    }
}

void terminal_suspend(struct terminal *t)
{
    if (t->suspended)
        return;
    buf_str(&t->out, PASTE_OFF);
    if (t->has_title)
        buf_str(&t->out, TITLE_BACK);
    /* Nobody's name stays behind, neither on this screen nor in the alternate one. */
    erase();
    clearok(stdscr, TRUE);
    wnoutrefresh(stdscr);
    doupdate();
    endwin();
    collect(t);
    tcsetattr(STDIN_FILENO, TCSANOW, &t->before); /* first: draining may give up */
    drain(t);
    if (terminal_pending(t))
        emergency_restore(); /* it has stopped reading: what it has not read yet makes room */
    emergency_disarm();
    buf_clear(&t->out);
    t->suspended = true;
}

void terminal_resume(struct terminal *t)
{
    if (t->suspended) {
        t->suspended = false;
        tcgetattr(STDIN_FILENO, &t->before);
        begin(t);
    } else {
        set_raw(t);
        buf_str(&t->out, PASTE_ON); /* shells switch it for themselves */
        endwin();                   /* so that curses sets its modes again */
        forget(t);
    }
    terminal_fit(t);
}

struct terminal *terminal_close(struct terminal *t)
{
    if (!t)
        return NULL;
    terminal_suspend(t);
    keys_free(t->keys);
    delscreen(t->screen);
    fclose(t->memory);
    if (t->owns_tty)
        close(t->tty);
    buf_free(&t->out);
    free(t);
    return NULL;
}

void terminal_fit(struct terminal *t)
{
    int rows, cols;
    if (size_of(t->tty, &rows, &cols) && (rows != LINES || cols != COLS))
        resizeterm(rows, cols);
    terminal_repaint(t);
}

struct keys *terminal_keys(struct terminal *t)
{
    return t->keys;
}

void terminal_repaint(struct terminal *t)
{
    if (t->thrifty)
        buf_str(&t->out, THRIFT_BEGIN);
    clearok(curscr, TRUE);
}

void terminal_update(struct terminal *t, WINDOW *win, int y, int x)
{
    curs_set(y >= 0);
    if (y >= 0)
        wmove(win, y, x);
    wnoutrefresh(win);
    doupdate();
    collect(t);
    terminal_flush(t);
}

void terminal_bell(struct terminal *t)
{
    if (t->out.len && t->out.data[t->out.len - 1] == '\a')
        return;
    buf_char(&t->out, '\a');
    terminal_flush(t);
}

void terminal_title(struct terminal *t, const char *title)
{
    if (!t->has_title || strcmp(title, t->title) == 0)
        return;
    snprintf(t->title, sizeof t->title, "%s", title);
    buf_printf(&t->out, "\033]2;%s\a", t->title);
    terminal_flush(t);
}

bool terminal_pending(const struct terminal *t)
{
    return t->out.len > 0;
}

int terminal_output_fd(const struct terminal *t)
{
    return t->tty;
}

/* A write that cannot wait: our own descriptor never does, a borrowed one takes a small piece when
 * poll says so. */
static ssize_t push(const struct terminal *t)
{
    size_t len = t->out.len;
    if (!t->owns_tty) {
        struct pollfd p = {.fd = t->tty, .events = POLLOUT};
        if (poll(&p, 1, 0) <= 0 || !(p.revents & POLLOUT)) {
            errno = EAGAIN;
            return -1;
        }
        len = len > 256 ? 256 : len;
    }
    return write(t->tty, t->out.data, len);
}

void terminal_flush(struct terminal *t)
{
    while (t->out.len) {
        ssize_t n = push(t);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            buf_clear(&t->out); /* the line is gone: stdin will say so, too */
        if (n <= 0)
            return;
        t->bytes += (uint64_t)n;
        buf_drop(&t->out, (size_t)n);
    }
}

uint64_t terminal_bytes(const struct terminal *t)
{
    return t->bytes;
}
