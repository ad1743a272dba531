/* SPDX-License-Identifier: Apache-2.0 */
/* The backend's stream of events as the workstation reads it: the pieces in which it comes change
 * nothing, and whatever an event says is read or refused. The first byte says how large the pieces
 * are. */

#include <string.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/api/wire_in.h"
#include "net/client/sse.h"
#include "tests/fuzz/fuzz.h"

static void read_work(const cJSON *j)
{
    struct ws_work work;
    (void)!wire_work(j, &work, NULL);
}

static void read_session(const cJSON *j)
{
    struct wire_session session;
    struct ws_work work;
    (void)!wire_session(j, &session, &work, NULL);
}

static void read_permit(const cJSON *j)
{
    struct ws_permit permit;
    (void)!wire_permit(j, &permit, NULL);
}

static void read_record(const cJSON *j)
{
    struct record r = {0};
    char masked[16];
    if (wire_record(j, &r, masked, NULL) != ERR_OK)
        return;
    const char *const texts[] = {r.given_name, r.family_name, r.name_index_patient, r.municipality};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        FUZZ_HOLDS(text_is_plain(texts[i], strlen(texts[i]), TEXT_ONE_LINE));
    FUZZ_HOLDS(text_is_plain(r.notes, strlen(r.notes), TEXT_LINES));
    FUZZ_HOLDS(memchr(masked, '\0', sizeof masked));
}

static void read_queues(const cJSON *j)
{
    struct ws_queue rows[4];
    size_t n = 0;
    if (wire_queues(j, rows, 4, &n, NULL) == ERR_OK)
        FUZZ_HOLDS(n <= 4);
}

static void read_interactions(const cJSON *j)
{
    struct ws_interaction rows[4];
    size_t n = 0;
    if (wire_interactions(j, rows, 4, &n, NULL) == ERR_OK)
        FUZZ_HOLDS(n <= 4);
}

static void read_callbacks(const cJSON *j)
{
    struct ws_callback rows[4];
    size_t n = 0;
    if (wire_callbacks(j, rows, 4, &n, NULL) == ERR_OK)
        FUZZ_HOLDS(n <= 4);
}

static void read_call_event(const cJSON *j)
{
    struct ws_call_event event;
    (void)!wire_call_event(j, &event, NULL);
}

/* Work and queues are events; the others are answers, which come through the same readers. */
static const struct {
    const char *name;
    void (*read)(const cJSON *j);
} readers[] = {
    {"work",         read_work        },
    {"queues",       read_queues      },
    {"session",      read_session     },
    {"permit",       read_permit      },
    {"record",       read_record      },
    {"interactions", read_interactions},
    {"callbacks",    read_callbacks   },
    {"call",         read_call_event  },
};

static void read_event(const char *name, const char *data, size_t len)
{
    CLEANUP_JSON cJSON *j = NULL;
    if (json_parse(data, len, &json_limits_api, &j, NULL) != ERR_OK)
        return;
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (strcmp(readers[i].name, name) == 0)
            readers[i].read(j);
}

struct seen {
    struct buf said;
    bool reading;
};

static void on_event(const char *name, const char *data, size_t len, void *arg)
{
    struct seen *s = arg;
    FUZZ_HOLDS(data[len] == '\0' && strlen(name) < SSE_NAME_MAX);
    buf_printf(&s->said, "%s %zu ", name, len);
    buf_add(&s->said, data, len);
    if (s->reading)
        read_event(name, data, len);
}

static bool read_all(struct seen *s, const char *bytes, size_t len, size_t piece)
{
    struct sse sse;
    bool good = true;
    sse_init(&sse, on_event, s);
    for (size_t at = 0; good && at < len; at += piece)
        good = sse_feed(&sse, bytes + at, piece < len - at ? piece : len - at);
    sse_deinit(&sse);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0)
        return 0;
    struct seen whole = {.reading = true};
    struct seen pieces = {0};
    const char *bytes = (const char *)data + 1;
    const bool good = read_all(&whole, bytes, len - 1, len);
    FUZZ_HOLDS(read_all(&pieces, bytes, len - 1, data[0] % 16 + 1u) == good);
    FUZZ_HOLDS(whole.said.len == pieces.said.len);
    FUZZ_HOLDS(whole.said.len == 0 ||
               memcmp(whole.said.data, pieces.said.data, whole.said.len) == 0);
    buf_free(&whole.said);
    buf_free(&pieces.said);
    return 0;
}
