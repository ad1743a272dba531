/* SPDX-License-Identifier: Apache-2.0 */
/* Two thousand agents with an open event stream each: what a stream takes of pupitred's memory, and
 * how long a push to all of them takes. The push is that of the queues' figures, which change when
 * an agent goes on or off queue and are sent with the next second's tick. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/bench/data.h"
#include "tests/bench/figure.h"
#include "tests/bench/load.h"
#include "tests/bench/usage.h"
#include "tests/harness/die.h"

#define STREAMS_MAX 2000
#define PUSHES_MAX 10
#define KIB 1024.0

struct listener {
    struct load_connection connection;
    bool told; /* of what is waited for */
};

struct bench {
    struct data *data;
    int epoll_fd;
    size_t n;
    struct listener listeners[STREAMS_MAX];
    struct data_agent agents[STREAMS_MAX + 1]; /* one more, who only switches */
    double first_s;                            /* when the first and the last listener was told */
    double last_s;
};

/* Until every listener has read the text (then everything read is dropped), or the deadline. */
static void hear(struct bench *b, const char *text, double deadline_s)
{
    struct epoll_event events[256];
    size_t left = b->n;
    const double until_s = figure_now_s() + deadline_s;
    b->first_s = 0;
    for (size_t i = 0; i < b->n; i++)
        b->listeners[i].told = false;
    while (left > 0 && figure_now_s() < until_s) {
        const int n = epoll_wait(b->epoll_fd, events, 256, 100);
        for (int i = 0; i < n; i++) {
            struct listener *l = events[i].data.ptr;
            if (!load_read(&l->connection))
                die("bench_streams", "pupitred closed a stream");
            if (l->told || !strstr(buf_text(&l->connection.in), text))
                continue;
            l->told = true;
            left--;
            b->last_s = figure_now_s();
            b->first_s = b->first_s > 0 ? b->first_s : b->last_s;
        }
    }
    if (left > 0) {
        (void)fprintf(stderr, "bench_streams: %zu of %zu streams were not told\n", left, b->n);
        exit(1);
    }
    for (size_t i = 0; i < b->n; i++)
        buf_clear(&b->listeners[i].connection.in);
}

static void open_all(struct bench *b)
{
    for (size_t i = 0; i < b->n; i++) {
        struct listener *l = &b->listeners[i];
        load_connect(&l->connection, b->data->port);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = l};
        if (epoll_ctl(b->epoll_fd, EPOLL_CTL_ADD, l->connection.fd, &e) != 0)
            die("bench_streams", "epoll");
        load_send(&l->connection, "GET", "/v1/events", b->agents[i].token, NULL, NULL);
    }
    hear(b, "event: queues", 60);
}

static void switch_queue(struct bench *b, bool on)
{
    struct load_connection c;
    struct epoll_event e = {.events = EPOLLIN};
    const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    int status;
    const char *body;
    load_connect(&c, b->data->port);
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c.fd, &e) != 0)
        die("bench_streams", "epoll");
    load_send(&c, "PUT", "/v1/queue", b->agents[b->n].token, NULL,
              on ? "{\"on_queue\":true}" : "{\"on_queue\":false}");
    while (!load_answer(&c, &status, &body)) {
        (void)epoll_wait(epoll_fd, &e, 1, 1000);
        if (!load_read(&c))
            die("bench_streams", "pupitred closed a connection");
    }
    if (status != 200) {
        (void)fprintf(stderr, "bench_streams: %d %s\n", status, body);
        exit(1);
    }
    (void)close(epoll_fd);
    load_close(&c);
}

struct pushes {
    double last_s;  /* medians: from the first listener told to the last */
    double whole_s; /* from the change's answer to the last listener */
    double cpu_s;   /* pupitred's own time, from before the change on */
};

static struct pushes push(struct bench *b, size_t n)
{
    double lasts_s[PUSHES_MAX];
    double wholes_s[PUSHES_MAX];
    double cpus_s[PUSHES_MAX];
    const pid_t pid = proc_pid(b->data->backend);
    for (size_t i = 0; i < n; i++) {
        const double cpu_s = usage_cpu_s(pid);
        switch_queue(b, i % 2 == 0);
        const double changed_s = figure_now_s();
        hear(b, i % 2 == 0 ? "\"agents_on_queue\":1" : "event: queues", 30);
        lasts_s[i] = b->last_s - b->first_s;
        wholes_s[i] = b->last_s - changed_s;
        cpus_s[i] = usage_cpu_s(pid) - cpu_s;
    }
    return (struct pushes){figure_median(lasts_s, n), figure_median(wholes_s, n),
                           figure_median(cpus_s, n)};
}

int main(int argc, char **argv)
{
    const bool smoke = figure_size_of(argc, argv) == FIGURE_SMOKE;
    static struct bench b;
    struct usage_memory before;
    struct usage_memory after;
    b.n = smoke ? 50 : STREAMS_MAX;
    load_allow_files(b.n + 100);
    b.data = data_new();
    data_agents(b.data, b.agents, b.n + 1, false);
    data_backend_start(b.data);
    b.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    switch_queue(&b, true); /* everything that a first request needs is in memory */
    switch_queue(&b, false);
    const pid_t pid = proc_pid(b.data->backend);
    const bool readable = usage_memory(pid, &before);
    open_all(&b);
    (void)usage_memory(pid, &after);
    const struct pushes pushes = push(&b, smoke ? 2 : PUSHES_MAX);
    struct usage_memory pushed;
    (void)usage_memory(pid, &pushed);

    if (readable) {
        figure_print(&(struct figure){
            .what = "memory of an open event stream",
            .unit = "B",
            .ours = (after.rss_b - before.rss_b) / (double)b.n,
            .rule = FIGURE_BELOW,
            .target = 64 * KIB,
        });
        figure_print(&(struct figure){
            .what = "memory of an event stream after pushes",
            .unit = "B",
            .ours = (pushed.rss_b - before.rss_b) / (double)b.n,
            .rule = FIGURE_BELOW,
            .target = 64 * KIB,
        });
    } else {
        figure_note("The backend closes its memory map to others: run as root to see a stream's "
                    "memory.");
    }
    figure_print(&(struct figure){
        .what = "a push to all streams, first to last", .unit = "s", .ours = pushes.last_s});
    figure_print(&(struct figure){
        .what = "a push to all streams, from the change", .unit = "s", .ours = pushes.whole_s});
    figure_print(&(struct figure){
        .what = "processor time of the change and its push", .unit = "s", .ours = pushes.cpu_s});
    figure_note("%zu event streams. Figures of queues are pushed with the second's tick, so "
                "that up to a second from the change is the wait for it.",
                b.n);
    (void)close(b.epoll_fd);
    for (size_t i = 0; i < b.n; i++)
        load_close(&b.listeners[i].connection);
    b.data = data_free(b.data);
    return 0;
}
