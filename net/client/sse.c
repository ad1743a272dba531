/* SPDX-License-Identifier: Apache-2.0 */
/* Server-sent events, line by line. A line may end in CR, LF or both, and a piece may end between
 * the two. */

#include "net/client/sse.h"

#include <string.h>

#include <sodium.h>

void sse_init(struct sse *s, sse_event_fn *event, void *arg)
{
    *s = (struct sse){.line = {.limit = SSE_LINE_MAX},
                      .data = {.limit = SSE_LINE_MAX},
                      .event = event,
                      .arg = arg};
}

static void empty(struct buf *b)
{
    if (b->data)
        sodium_memzero(b->data, b->cap);
    buf_clear(b);
}

void sse_reset(struct sse *s)
{
    empty(&s->line);
    empty(&s->data);
    s->name[0] = s->id[0] = '\0';
    s->started = s->has_data = s->after_cr = false;
}

void sse_deinit(struct sse *s)
{
    sse_reset(s);
    buf_free(&s->line);
    buf_free(&s->data);
}

static void dispatch(struct sse *s)
{
    if (s->id[0])
        memcpy(s->last_id, s->id, sizeof s->last_id);
    s->id[0] = '\0';
    if (s->has_data)
        s->event(s->name[0] ? s->name : "message", buf_text(&s->data), s->data.len, s->arg);
    empty(&s->data);
    s->name[0] = '\0';
    s->has_data = false;
}

static bool take_field(struct sse *s, const char *field, size_t field_len, const char *value,
                       size_t len)
{
    if (field_len == 5 && memcmp(field, "event", 5) == 0) {
        if (len >= sizeof s->name)
            return false;
        memcpy(s->name, value, len);
        s->name[len] = '\0';
    } else if (field_len == 2 && memcmp(field, "id", 2) == 0) {
        /* It goes into a header again: what could not stand there is no id of ours. */
        static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyz-";
        size_t n = 0;
        while (n < len && n + 1 < sizeof s->id && value[n] && strchr(allowed, value[n]))
            n++;
        n = n == len ? n : 0;
        memcpy(s->id, value, n);
        s->id[n] = '\0';
    } else if (field_len == 4 && memcmp(field, "data", 4) == 0) {
        if (s->has_data)
            buf_char(&s->data, '\n');
        buf_add(&s->data, value, len);
        s->has_data = true;
    }
    return !s->data.failed;
}

static bool take_line(struct sse *s)
{
    const char *line = buf_text(&s->line);
    size_t len = s->line.len;
    if (len == 0) {
        dispatch(s);
        return true;
    }
    const char *colon = memchr(line, ':', len);
    if (colon == line)
        return true; /* a comment */
    size_t field_len = colon ? (size_t)(colon - line) : len;
    const char *value = colon ? colon + 1 : line + len;
    size_t value_len = len - (size_t)(value - line);
    if (value_len && *value == ' ') {
        value++;
        value_len--;
    }
    return take_field(s, line, field_len, value, value_len);
}

static bool end_line(struct sse *s)
{
    static const char bom[] = "\xEF\xBB\xBF";
    if (!s->started && s->line.len >= 3 && memcmp(s->line.data, bom, 3) == 0)
        buf_drop(&s->line, 3);
    s->started = true;
    bool ok = take_line(s);
    empty(&s->line);
    return ok;
}

bool sse_feed(struct sse *s, const char *bytes, size_t len)
{
    const char *end = bytes + len;
    while (bytes < end) {
        if (s->after_cr && *bytes == '\n') {
            s->after_cr = false;
            bytes++;
            continue;
        }
        s->after_cr = false;
        const char *stop = bytes;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        buf_add(&s->line, bytes, (size_t)(stop - bytes));
        if (s->line.failed)
            return false;
        if (stop == end)
            return true;
        s->after_cr = *stop == '\r';
        if (!end_line(s))
            return false;
        bytes = stop + 1;
    }
    return true;
}
