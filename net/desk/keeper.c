/* SPDX-License-Identifier: Apache-2.0 */
/* Who brings a desk's socket to another machine (net/desk/keeper.h). */

#include "net/desk/keeper.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/desk/protocol.h"

#define ANSWER_S 10
#define ANSWER_MAX 1024

static int connect_to(const char *path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    const struct timeval patience = {.tv_sec = ANSWER_S};
    struct ucred cred;
    socklen_t len = sizeof cred;
    memcpy(addr.sun_path, path, strlen(path) + 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
        connect(fd, (const struct sockaddr *)&addr, sizeof addr) == 0 &&
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 && cred.uid == getuid())
        return fd;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

static bool ask(int fd, const char *token)
{
    char line[256];
    const int len =
        snprintf(line, sizeof line, "{\"v\":%d,\"id\":\"1\",\"op\":\"admit\",\"attach\":\"%s\"}\n",
                 DESK_PROTOCOL_VERSION, token);
    const bool sent = send(fd, line, (size_t)len, MSG_NOSIGNAL) == len;
    sodium_memzero(line, sizeof line);
    return sent;
}

/* One line; its length, 0 when none came. */
static size_t hear(int fd, char line[ANSWER_MAX])
{
    size_t len = 0;
    while (len < ANSWER_MAX) {
        const ssize_t n = recv(fd, line + len, ANSWER_MAX - len, 0);
        if (n <= 0)
            return 0;
        len += (size_t)n;
        if (line[len - 1] == '\n')
            return len - 1;
    }
    return 0;
}

static enum err_code read_answer(struct keeper *k, const cJSON *j, struct err *err)
{
    const char *token = json_str(j, "attach", "");
    if (json_int(j, "v", 0) != DESK_PROTOCOL_VERSION)
        return err_set(err, ERR_CONFLICT,
                       N_("The running pupitre-desk is of another version: sign out, then again."));
    if (!json_bool(j, "ok", false) || strlen(token) != DESK_TOKEN_SIZE - 1)
        return err_set(err, ERR_UNAVAILABLE, N_("The running pupitre-desk refuses."));
    memcpy(k->token, token, DESK_TOKEN_SIZE);
    k->signed_in = json_bool(j, "signed_in", false);
    k->call = json_bool(j, "call", false);
    k->grace_s = json_int(j, "grace_s", 0);
    return ERR_OK;
}

static enum err_code admit(struct keeper *k, struct err *err)
{
    char line[ANSWER_MAX];
    CLEANUP_JSON cJSON *j = NULL;
    const size_t len = hear(k->fd, line);
    enum err_code code = len ? json_parse(line, len, &json_limits_api, &j, err)
                             : err_set(err, ERR_UNAVAILABLE, N_("The desk does not answer."));
    if (code == ERR_OK)
        code = read_answer(k, j, err);
    sodium_memzero(line, sizeof line);
    return code;
}

enum err_code keeper_open(struct keeper *k, const struct desk_place *place, struct err *err)
{
    char token[DESK_TOKEN_SIZE];
    *k = (struct keeper){.fd = connect_to(place->socket)};
    if (k->fd < 0)
        return err_set(err, ERR_UNAVAILABLE, N_("There is no desk."));
    enum err_code code = desk_token_read(place->attach, token, err);
    if (code == ERR_OK && !ask(k->fd, token))
        code = err_set(err, ERR_UNAVAILABLE, N_("The desk does not answer."));
    sodium_memzero(token, sizeof token);
    if (code == ERR_OK)
        code = admit(k, err);
    if (code != ERR_OK)
        keeper_close(k);
    return code;
}

void keeper_close(struct keeper *k)
{
    if (k->fd >= 0)
        (void)close(k->fd);
    sodium_memzero(k, sizeof *k);
    k->fd = -1;
}
