/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a password: from a descriptor, or at the terminal without echo. Never from arguments. */

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "net/ctl/ctl.h"

#define LEAST 8

/* One line, without its end; byte by byte, because what follows is not ours. */
static enum err_code read_line(int fd, char ret[CTL_PASSWORD_SIZE], struct err *err)
{
    size_t len = 0;
    for (;;) {
        char c;
        ssize_t n = read(fd, &c, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_set(err, ERR_IO, gettext("the password cannot be read: %s"),
                           strerror(errno));
        }
        if (n == 0 || c == '\n') {
            ret[len] = '\0';
            return ERR_OK;
        }
        if (len + 1 >= CTL_PASSWORD_SIZE) {
            return err_set(err, ERR_TOO_LARGE, gettext("the password is longer than %d bytes"),
                           CTL_PASSWORD_SIZE - 1);
        }
        ret[len++] = c;
    }
}

static void say(int tty, const char *text)
{
    if (write(tty, text, strlen(text)) < 0) {
        return; /* the terminal is gone: reading will tell */
    }
}

static enum err_code read_hidden(int tty, const char *prompt, char ret[CTL_PASSWORD_SIZE],
                                 struct err *err)
{
    struct termios shown;
    if (tcgetattr(tty, &shown) != 0) {
        return err_set(err, ERR_IO, gettext("this is not a terminal: use --password-fd"));
    }
    struct termios hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    say(tty, prompt);
    tcsetattr(tty, TCSAFLUSH, &hidden);
    enum err_code code = read_line(tty, ret, err);
    tcsetattr(tty, TCSAFLUSH, &shown);
    say(tty, "\n");
    return code;
}

static enum err_code read_twice(char ret[CTL_PASSWORD_SIZE], struct err *err)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (tty < 0) {
        return err_set(err, ERR_METHOD,
                       gettext("there is no terminal to ask at: use --password-fd"));
    }
    char again[CTL_PASSWORD_SIZE];
    enum err_code code = read_hidden(tty, gettext("Password: "), ret, err);
    if (!code) {
        code = read_hidden(tty, gettext("The same again: "), again, err);
    }
    if (!code && strcmp(ret, again) != 0) {
        code = err_set(err, ERR_INVALID, gettext("the two passwords are not the same"));
    }
    sodium_memzero(again, sizeof again);
    close(tty);
    return code;
}

enum err_code ctl_read_password(int fd, char ret[CTL_PASSWORD_SIZE], struct err *err)
{
    enum err_code code = fd >= 0 ? read_line(fd, ret, err) : read_twice(ret, err);
    if (!code && strlen(ret) < LEAST) {
        code = err_field(err, ERR_INVALID, "password",
                         gettext("a password has at least %d characters"), LEAST);
    }
    return code;
}
