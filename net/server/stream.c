/* SPDX-License-Identifier: Apache-2.0 */
/* An event stream. Waking it makes libmicrohttpd ask read_events, which empties the slots and
 * suspends the connection again. A suspended connection is not watched by libmicrohttpd, so our own
 * loop watches its descriptor for the peer hanging up. */

#include "net/server/stream.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/server/event_id.h"
#include "net/server/loop.h"
#include "net/server/server.h"

#define KEEPALIVE_MS 15000
#define READ_BLOCK 4096
/* An open stream says that the agent is there. When the network is cut, or the machine loses its
 * power, the kernel would go on trying for a quarter of an hour, and the person be held as long. */
#define UNACKNOWLEDGED_MS 15000
/* What the kernel may hold for a reader who does not read: some dozens of events, where its own
 * tuning would let it be megabytes. */
#define SEND_BUFFER (32 * 1024)

static const char *const slot_events[] = {
    [STREAM_WORK] = "work",
    [STREAM_QUEUES] = "queues",
    [STREAM_ALARMS] = "alarms",
    [STREAM_SIGNED_OUT] = "signed_out",
};
_Static_assert(sizeof slot_events / sizeof slot_events[0] == STREAM_SLOT_COUNT, "one name a slot");

struct stream {
    struct loop *loop;
    struct MHD_Connection *connection;
    struct store_actor actor;
    struct stream_owner owner; /* ended is NULL once it was told */
    struct loop_source peer;
    struct buf slots[STREAM_SLOT_COUNT]; /* JSON that waits; empty = nothing */
    struct buf out;                      /* being read by libmicrohttpd */
    size_t out_read;
    int64_t wrote_ms;
    uint64_t figures; /* of the queues, as the reader has them after the events that wait */
    bool comment;     /* a keep-alive line is due */
    bool ending;      /* say what waits, then end */
    bool suspended;   /* libmicrohttpd waits for us */
    struct stream_marks marks;
};

static void wake(struct stream *s)
{
    if (!s->suspended)
        return;
    s->suspended = false;
    MHD_resume_connection(s->connection);
}

static void tell_owner(struct stream *s)
{
    void (*ended)(void *, struct stream *) = s->owner.ended;
    s->owner.ended = NULL;
    if (ended)
        ended(s->owner.arg, s);
}

void stream_say(struct stream *s, enum stream_slot slot, struct buf *text_take)
{
    buf_free(&s->slots[slot]);
    s->slots[slot] = *text_take;
    *text_take = (struct buf){0};
    wake(s);
}

void stream_keep_alive(struct stream *s, int64_t now_ms)
{
    if (now_ms - s->wrote_ms < KEEPALIVE_MS)
        return;
    s->comment = true;
    wake(s);
}

void stream_end(struct stream *s, const char *reason)
{
    tell_owner(s);
    s->ending = true;
    if (reason) {
        struct buf text = {0};
        buf_printf(&text, "{\"reason\":\"%s\"}", reason);
        stream_say(s, STREAM_SIGNED_OUT, &text);
    }
    wake(s);
}

void stream_has(struct stream *s, uint64_t figures)
{
    s->figures = figures;
}

static void drop_slots(struct stream *s)
{
    for (unsigned i = 0; i < STREAM_SLOT_COUNT; i++)
        buf_free(&s->slots[i]);
}

static void stream_free(void *arg)
{
    struct stream *s = arg;
    tell_owner(s);
    loop_remove(s->loop, &s->peer);
    drop_slots(s);
    buf_free(&s->out);
    free(s);
}

void stream_abandon(struct stream *s)
{
    stream_free(s);
}

/* The peer hung up: say nothing more, and let libmicrohttpd close. */
static void on_peer(void *arg, uint32_t events)
{
    (void)events;
    struct stream *s = arg;
    loop_remove(s->loop, &s->peer);
    drop_slots(s);
    stream_end(s, NULL);
}

static void refill(struct stream *s)
{
    if (s->out.len)
        sodium_memzero(s->out.data, s->out.len);
    buf_clear(&s->out);
    s->out_read = 0;
    for (unsigned i = 0; i < STREAM_SLOT_COUNT; i++) {
        if (!s->slots[i].len)
            continue;
        if (i == STREAM_QUEUES)
            s->figures = event_figures(s->owner.ids, s->slots[i].data, s->slots[i].len);
        char id[EVENT_ID_SIZE];
        event_id_next(s->owner.ids, s->figures, id);
        buf_printf(&s->out, "id: %s\nevent: %s\ndata: ", id, slot_events[i]);
        buf_add(&s->out, s->slots[i].data, s->slots[i].len);
        buf_str(&s->out, "\n\n");
        buf_free(&s->slots[i]);
    }
    if (s->comment && !s->out.len)
        buf_str(&s->out, ": here\n\n");
    s->comment = false;
    if (s->out.failed) {
        buf_clear(&s->out); /* half an event would be worse: the client comes again */
        s->ending = true;
    }
}

static ssize_t read_events(void *arg, uint64_t pos, char *ret, size_t max)
{
    (void)pos;
    struct stream *s = arg;
    if (s->out_read == s->out.len)
        refill(s);
    const size_t left = s->out.len - s->out_read;
    if (left == 0 && s->ending)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (left == 0) {
        s->suspended = true;
        MHD_suspend_connection(s->connection);
        return 0;
    }
    const size_t n = left < max ? left : max;
    memcpy(ret, s->out.data + s->out_read, n);
    s->out_read += n;
    s->wrote_ms = server_now_ms();
    return (ssize_t)n;
}

struct MHD_Response *stream_response(struct stream *s)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, READ_BLOCK, read_events, s,
                                             stream_free);
}

struct stream *stream_new(struct loop *loop, struct MHD_Connection *connection,
                          const struct store_actor *actor, const struct stream_owner *owner)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->loop = loop;
    s->connection = connection;
    s->actor = *actor;
    s->owner = *owner;
    s->peer = (struct loop_source){
        .fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
        .ready = on_peer,
        .arg = s};
    const int size = SEND_BUFFER;
    const unsigned patience_ms = UNACKNOWLEDGED_MS;
    /* Neither can fail on a TCP socket, and a stream without them is better than none. */
    (void)setsockopt(s->peer.fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    (void)setsockopt(s->peer.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof patience_ms);
    /* Without the watch the keep-alive finds out, later. */
    if (loop_add(loop, &s->peer, EPOLLRDHUP, NULL) != ERR_OK)
        s->peer.fd = -1;
    return s;
}

const struct store_actor *stream_actor(const struct stream *s)
{
    return &s->actor;
}

struct stream_marks *stream_marks(struct stream *s)
{
    return &s->marks;
}
