/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/plain.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/harness/deadline.h"
#include "tests/harness/die.h"
#include "tests/harness/port.h"
#include "tests/harness/proc.h"
#include "tests/harness/tmpdir.h"

#define DEADLINE_MS 20000

struct plain {
    struct proc *process;
    int fd;
    struct buf said; /* by its control port, since the last look */
};

static void configure(const char *dir, int sip_port, int control_port)
{
    CLEANUP_BUF struct buf b = {0};
    CLEANUP_FREE char *config = tmpdir_path(dir, "config");
    CLEANUP_FREE char *accounts = tmpdir_path(dir, "accounts");
    buf_printf(&b,
               "poll_method epoll\nnet_interface 127.0.0.1\ncall_max_calls 4\n"
               "rtp_ports 16384-32766\nrtp_timeout 30\n"
               "audio_player aubridge,silence\naudio_alert aubridge,silence\n"
               "audio_source ausine,400\nausrc_srate 48000\nausrc_channels 2\n"
               "audio_path /usr/share/baresip\n"
               "module_path /usr/lib/baresip/modules\nmodule g711.so\nmodule ausine.so\n"
               "module aubridge.so\nmodule_tmp account.so\nmodule_app menu.so\n"
               "module_app ctrl_tcp.so\nctrl_tcp_listen 127.0.0.1:%d\nmenu_bell no\n"
               "statmode_default off\n",
               control_port);
    tmpdir_write(config, buf_text(&b));
    buf_clear(&b);
    buf_printf(&b, "<sip:agent1@127.0.0.1>;regint=0;outbound=\"sip:127.0.0.1:%d\"\n", sip_port);
    tmpdir_write(accounts, buf_text(&b));
}

static void connect_to(struct plain *p, int port)
{
    const struct sockaddr_in there = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int64_t until = deadline_now_ms() + DEADLINE_MS;
    do {
        p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(p->fd, (const struct sockaddr *)&there, sizeof there) == 0)
            return;
        (void)close(p->fd);
        (void)poll(NULL, 0, 10);
    } while (deadline_left(until) > 0);
    die("plain", "baresip's control port");
}

struct plain *plain_new(const char *dir, int sip_port)
{
    struct plain *p = calloc(1, sizeof *p);
    CLEANUP_FREE char *folder = tmpdir_path(dir, "plain");
    CLEANUP_FREE char *log = tmpdir_path(dir, "plain.log");
    if (!p || mkdir(folder, 0700) != 0)
        die("plain", folder);
    const int port = port_free(1);
    configure(folder, sip_port, port);
    const char *const argv[] = {"/usr/bin/baresip", "-4", "-f", folder, NULL};
    p->process = proc_start(&(struct spawn){.argv = argv, .home = dir}, log);
    connect_to(p, port);
    return p;
}

pid_t plain_pid(const struct plain *p)
{
    return proc_pid(p->process);
}

static void wait_said(struct plain *p, const char *text)
{
    while (!strstr(buf_text(&p->said), text)) {
        char data[4096];
        struct pollfd at = {.fd = p->fd, .events = POLLIN};
        /* It sends in two parts and waits for the acknowledgement between them. */
        (void)setsockopt(p->fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
        const ssize_t n = poll(&at, 1, DEADLINE_MS) == 1 ? recv(p->fd, data, sizeof data, 0) : 0;
        if (n <= 0)
            die("plain", text);
        buf_add(&p->said, data, (size_t)n);
    }
    buf_clear(&p->said);
}

/* A netstring of JSON. */
static void command(struct plain *p, const char *json)
{
    char text[256];
    const int n = snprintf(text, sizeof text, "%zu:%s,", strlen(json), json);
    if (send(p->fd, text, (size_t)n, MSG_NOSIGNAL) != n)
        die("plain", json);
}

void plain_dial(struct plain *p)
{
    command(p, "{\"command\":\"dial\",\"params\":\"+32470000100\",\"token\":\"1\"}");
    wait_said(p, "CALL_ESTABLISHED");
}

void plain_hang_up(struct plain *p)
{
    command(p, "{\"command\":\"hangup\",\"params\":\"\",\"token\":\"2\"}");
    wait_said(p, "\"token\":\"2\"");
}

struct plain *plain_free(struct plain *p)
{
    if (!p)
        return NULL;
    (void)close(p->fd);
    p->process = proc_free(p->process);
    buf_free(&p->said);
    free(p);
    return NULL;
}
