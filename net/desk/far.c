/* SPDX-License-Identifier: Apache-2.0 */
/* The machine at the far end of an SSH line (net/desk/far.h). */

#include "net/desk/far.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/desk/token_file.h"

#define SCRIPT_MAX 4000 /* shorter than a pipe holds */
#define PIECE_MAX (2 * DESK_PATH_MAX + 64)

/* ssh puts 17 characters behind the name while it makes the socket. */
#define CONTROL_MAX (DESK_PATH_MAX - 18)

/* Told "t" (token) and "o" (the former folder, or ""). A screen of the former login may hang behind
 * a line that nobody has given up there yet: it is sent away, as by its own terminal, and leaves
 * its journal to the next one. flock tells whether the number is still that of the screen. */
static const char enter[] =
    "umask 077\n"
    "b=${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/pupitre}\n"
    "[ -n \"$b\" ] || b=/tmp/pupitre-$(id -u)\n"
    "mkdir -p \"$b\" 2>/dev/null\n"
    "if [ ! -d \"$b\" ] || [ -L \"$b\" ] || [ ! -O \"$b\" ]; then echo PUPITRE-DESK=; exit 1; fi\n"
    "chmod 700 \"$b\"\n"
    "if [ -n \"$o\" ] && [ -d \"$o\" ]; then\n"
    "    p=$(cat \"$o/screen\" 2>/dev/null)\n"
    "    if [ -n \"$p\" ] && ! flock -n \"$o/screen\" true; then\n"
    "        kill -HUP \"$p\"\n"
    "        i=0\n"
    "        while [ $i -lt 50 ] && ! flock -n \"$o/screen\" true; do\n"
    "            sleep 0.1\n"
    "            i=$((i + 1))\n"
    "        done\n"
    "    fi\n"
    "    rm -rf \"$o\"\n"
    "fi\n"
    "find \"$b\" -maxdepth 1 -name 'ssh.*' -mtime +7 -exec rm -rf {} + 2>/dev/null\n"
    "d=$(mktemp -d \"$b/ssh.XXXXXXXX\") && printf %s \"$t\" >\"$d/attach\" || exit 1\n"
    "echo \"PUPITRE-DESK=$d\"\n";

static const char give[] = "umask 077\n"
                           "printf %s \"$t\" >\"$o/attach.new\" && mv \"$o/attach.new\" "
                           "\"$o/attach\"\n";

static const char leave[] = "rm -rf \"$o\"\n";

enum err_code far_init(struct far *f, const struct far_config *config,
                       const struct desk_place *place, struct err *err)
{
    *f = (struct far){.config = *config};
    const int n = snprintf(f->control, sizeof f->control, "%s/c%ld", place->dir, (long)getpid());
    if (n >= CONTROL_MAX || strchr(f->control, '%'))
        return err_set(err, ERR_INVALID, N_("The path of the desk's socket is too long."));
    return ERR_OK;
}

/* --- ssh's command line --- */

struct args {
    const char *argv[FAR_ARGS_MAX];
    size_t n;
};

static void arg(struct args *a, const char *text)
{
    if (a->n < FAR_ARGS_MAX - 1)
        a->argv[a->n++] = text;
}

static void option(struct args *a, const char *text)
{
    arg(a, "-o");
    arg(a, text);
}

static void begin(struct args *a, const struct far *f)
{
    *a = (struct args){0};
    arg(a, f->config.ssh);
    if (f->config.file) {
        arg(a, "-F");
        arg(a, f->config.file);
    }
    arg(a, "-S");
    arg(a, f->control);
    option(a, "RemoteCommand=none"); /* of the user's own file: for other errands */
}

/* A shell there reads this from its standard input. */
static int shell(const struct far *f, struct args *a, const char *token, const char *former,
                 const char *script, char *ret_output, size_t size, bool quiet)
{
    char input[SCRIPT_MAX];
    arg(a, "-T");
    arg(a, "--");
    arg(a, f->config.host);
    arg(a, "sh");
    (void)snprintf(input, sizeof input, "t='%s'\no='%s'\n%s", token, former, script);
    const int status = child_run(a->argv, input, ret_output, size, quiet);
    sodium_memzero(input, sizeof input);
    return status;
}

/* --- the far end --- */

/* The folder's name, among what a login may say besides. */
static bool read_dir(const char *output, char ret[DESK_PATH_MAX])
{
    static const char mark[] = "PUPITRE-DESK=/";
    const char *at = strstr(output, mark);
    const char *path = at ? at + sizeof mark - 2 : "";
    const size_t len = strspn(path, DESK_PATH_LETTERS);
    if (len == 0 || path[len] != '\n' || len + sizeof "/desk.sock" > DESK_PATH_MAX)
        return false;
    memcpy(ret, path, len);
    ret[len] = '\0';
    return true;
}

static enum err_code log_in(struct far *f, const char *token, struct err *err)
{
    struct args a;
    char interval[48], output[4096] = "";
    (void)snprintf(interval, sizeof interval, "ServerAliveInterval=%lld",
                   (long long)(f->config.silence_s / 3)); /* times ServerAliveCountMax */
    (void)unlink(f->control);                             /* of a master that was killed */
    begin(&a, f);
    option(&a, "ControlMaster=yes");
    option(&a, "ControlPersist=30"); /* ends by itself when this program was killed */
    option(&a, interval);
    option(&a, "ServerAliveCountMax=3");
    option(&a, "ConnectTimeout=15");
    option(&a, "Compression=yes");
    const int status = shell(f, &a, token, f->former, enter, output, sizeof output, false);
    if (status == 0 && read_dir(output, f->dir))
        return ERR_OK;
    if (status >= 0 && strstr(output, "PUPITRE-DESK="))
        return err_set(err, ERR_FORBIDDEN,
                       N_("Your runtime folder on the server belongs to somebody else."));
    return err_set(err, ERR_UNAVAILABLE, N_("The server cannot be reached."));
}

static enum err_code forward(const struct far *f, const struct desk_place *place, struct err *err)
{
    struct args a;
    char sockets[PIECE_MAX];
    (void)snprintf(sockets, sizeof sockets, "%s/desk.sock:%s", f->dir, place->socket);
    begin(&a, f);
    arg(&a, "-O");
    arg(&a, "forward");
    arg(&a, "-R");
    arg(&a, sockets);
    arg(&a, "--");
    arg(&a, f->config.host);
    if (child_run(a.argv, "", NULL, 0, false) != 0)
        return err_set(err, ERR_FORBIDDEN,
                       N_("The server forwards no sockets (AllowStreamLocalForwarding)."));
    return ERR_OK;
}

enum err_code far_open(struct far *f, const struct desk_place *place, const char *token,
                       struct err *err)
{
    enum err_code code = log_in(f, token, err);
    if (code != ERR_OK)
        return code;
    f->former[0] = '\0';
    code = forward(f, place, err);
    if (code != ERR_OK)
        far_close(f, true);
    return code;
}

enum err_code far_give(const struct far *f, const char *token, struct err *err)
{
    struct args a;
    begin(&a, f);
    return shell(f, &a, token, f->dir, give, NULL, 0, true) == 0
               ? ERR_OK
               : err_set(err, ERR_UNAVAILABLE, N_("The server cannot be reached."));
}

bool far_start(const struct far *f, struct child *ret)
{
    struct args a;
    char command[512];
    (void)snprintf(command, sizeof command, "env PUPITRE_DESK=%s/desk.sock %s", f->dir,
                   f->config.pupitre);
    begin(&a, f);
    arg(&a, "-q");
    arg(&a, "-t");
    arg(&a, "-e"); /* what an agent types is never for ssh */
    arg(&a, "none");
    arg(&a, "--");
    arg(&a, f->config.host);
    arg(&a, command);
    return child_start(ret, a.argv, false);
}

static int control(const struct far *f, const char *what)
{
    struct args a;
    begin(&a, f);
    arg(&a, "-O");
    arg(&a, what);
    arg(&a, "--");
    arg(&a, f->config.host);
    return child_run(a.argv, "", NULL, 0, true);
}

bool far_is_open(const struct far *f)
{
    return control(f, "check") == 0;
}

void far_close(struct far *f, bool tidy)
{
    struct args a;
    begin(&a, f);
    if (tidy && f->dir[0] && shell(f, &a, "", f->dir, leave, NULL, 0, true) == 0)
        f->dir[0] = '\0';
    (void)control(f, "exit");
    (void)unlink(f->control);
    if (f->dir[0])
        memcpy(f->former, f->dir, sizeof f->former);
    f->dir[0] = '\0';
}
