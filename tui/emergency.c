/* SPDX-License-Identifier: Apache-2.0 */
/* Giving the terminal back in an emergency. */

#define _GNU_SOURCE /* SIGSTKFLT, SIGPOLL */

#include "tui/emergency.h"

#include <curses.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

/* A half-sent sequence of ours must not swallow what follows. */
#define CANCEL "\030"
#define PASTE_OFF "\033[?2004l"
#define TITLE_BACK "\033[23;2t"

/* The only state at file scope beside the handlers' stack: a handler has no other way to it. */
static struct {
    volatile sig_atomic_t armed;
    int tty;
    struct termios before;
    char text[256];
    size_t len;
} emergency;

/* Whole or not at all. */
static void add(const char *bytes, size_t len)
{
    if (emergency.len + len > sizeof emergency.text)
        return;
    memcpy(emergency.text + emergency.len, bytes, len);
    emergency.len += len;
}

/* Without its delays, "$<50>": no terminal of today needs them (terminfo(5)). */
static void add_capability(const char *name)
{
    const char *value = tigetstr(name);
    if (!value || value == (char *)-1)
        return;
    char bytes[64];
    size_t len = 0;
    while (*value && len < sizeof bytes) {
        const char *delay_end = strncmp(value, "$<", 2) == 0 ? strchr(value, '>') : NULL;
        if (delay_end)
            value = delay_end + 1;
        else
            bytes[len++] = *value++;
    }
    add(bytes, len);
}

void emergency_arm(int tty, const struct termios *before, bool has_title)
{
    static const char *const names[] = {"sgr0", "op", "clear", "rmkx", "cnorm", "rmcup"};
    emergency.armed = 0;
    emergency.tty = tty;
    emergency.before = *before;
    emergency.len = 0;
    add(CANCEL PASTE_OFF, strlen(CANCEL PASTE_OFF));
    if (has_title)
        add(TITLE_BACK, strlen(TITLE_BACK));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        add_capability(names[i]);
    emergency.armed = 1;
}

void emergency_disarm(void)
{
    emergency.armed = 0;
}

static bool send(void)
{
    struct pollfd p = {.fd = emergency.tty, .events = POLLOUT};
    return poll(&p, 1, 0) > 0 && (p.revents & POLLOUT) &&
           write(emergency.tty, emergency.text, emergency.len) == (ssize_t)emergency.len;
}

void emergency_restore(void)
{
    if (!emergency.armed)
        return;
    emergency.armed = 0;
    if (!send()) {
        tcflush(emergency.tty, TCOFLUSH);
        (void)send(); /* a dying program has nobody to tell */
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &emergency.before);
}

static void on_crash(int sig)
{
    emergency_restore();
    signal(sig, SIG_DFL);
    raise(sig);
}

void emergency_catch_crashes(void)
{
    /* Faults of ours, and what nobody sends to a workstation on purpose (signal(7)). */
    static const int crashes[] = {SIGSEGV, SIGBUS,  SIGABRT, SIGFPE,    SIGILL,   SIGSYS,
                                  SIGTRAP, SIGXCPU, SIGXFSZ, SIGALRM,   SIGUSR1,  SIGUSR2,
                                  SIGPOLL, SIGPROF, SIGPWR,  SIGVTALRM, SIGSTKFLT};
    static char stack[16384];
    const stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction act = {.sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND | SA_ONSTACK};
    sigaltstack(&own, NULL);
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        sigaction(crashes[i], &act, NULL);
}
