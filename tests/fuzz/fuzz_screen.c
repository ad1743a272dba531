/* SPDX-License-Identifier: Apache-2.0 */
/* The screen's end of the desk protocol, at a desk that says anything: what reaches core is well
 * formed and plain text, and every request is a line of the protocol.
 *
 * The input is a conversation, a step a line:
 *   <TEXT  the desk says a line     !TEXT  … or bytes without a line end
 *   @      it answers hello         C      it closes the connection
 *   T      the next timer fires     K      the screen keeps a picture
 *   S      the screen asks for the session that the desk keeps
 *   a…i    core asks for the telephone operation of this number */

#include <re_types.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/desk/phone_port.h"
#include "net/desk/protocol.h"
#include "net/desk/token_file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/loop_standin.h"
#include "tests/fuzz/room.h"

static struct {
    struct desk_place place;
    int listening; /* 0 = not yet: once a process */
    int fd;        /* the desk's end of the connection, -1 = none */
    struct buf heard;
} desk;

/* --- what core hears ---------------------------------------------------------------------- */

static void plain(const char *text)
{
    FUZZ_HOLDS(text_is_plain(text, strlen(text), TEXT_ONE_LINE));
}

static void check_call(const struct ws_desk_call *call)
{
    FUZZ_HOLDS(memchr(call->call_id, '\0', sizeof call->call_id));
    FUZZ_HOLDS(call->n_events == 0 || call->events);
}

static void on_up(void *arg, bool signed_in, const struct ws_desk_call *call,
                  const struct ws_desk_call *consult)
{
    check_call(consult);
    (void)arg;
    (void)signed_in;
    check_call(call);
}

static void on_down(void *arg, const char *sentence)
{
    (void)arg;
    plain(sentence);
}

static void on_replaced(void *arg)
{
    (void)arg;
}

static void on_phone(void *arg, enum ws_phone state, const char *reason, enum phone_fault fault,
                     const char *about)
{
    (void)arg;
    (void)state;
    FUZZ_HOLDS(fault < PHONE_FAULT_COUNT);
    plain(reason);
    plain(about);
}

static void on_media(void *arg, const char *call_id, enum ws_media media)
{
    (void)arg;
    (void)call_id;
    FUZZ_HOLDS(media <= WS_MEDIA_ENCRYPTED);
}

static void on_event(void *arg, const char *call_id, const char *sip_call_id,
                     const struct ws_call_event *event)
{
    (void)arg;
    FUZZ_HOLDS(call_id && sip_call_id);
    plain(event->text);
}

static void on_call(void *arg, const struct ws_desk_call *call, const struct ws_desk_call *consult)
{
    (void)arg;
    check_call(call);
    check_call(consult);
}

static void on_done(void *arg, enum ws_phone_op op, const char *call_id, enum err_code code,
                    const struct err *err)
{
    (void)arg;
    (void)call_id;
    FUZZ_HOLDS(op < WS_PHONE_OP_COUNT && (code == ERR_OK || err));
    if (code)
        plain(err->sentence);
}

static void on_line(void *arg, const char *call_id, const struct line_quality *quality)
{
    (void)arg;
    (void)quality;
    FUZZ_HOLDS(strlen(call_id) < DESK_LINE_MAX);
}

static void on_sound(void *arg, const struct ws_desk_way ways[WS_WAY_COUNT], bool silent)
{
    (void)arg;
    (void)silent;
    for (int way = WS_INPUT; way < WS_WAY_COUNT; way++)
        plain(ways[way].label);
}

static void on_devices(void *arg, const struct ws_sound_way ways[WS_WAY_COUNT])
{
    (void)arg;
    for (int way = WS_INPUT; way < WS_WAY_COUNT; way++) {
        FUZZ_HOLDS(ways[way].n_devices <= WS_DEVICES_MAX);
        for (size_t i = 0; i < ways[way].n_devices; i++) {
            plain(ways[way].devices[i].name);
            plain(ways[way].devices[i].label);
        }
    }
}

static void on_level(void *arg, bool on, int level_db)
{
    (void)arg;
    (void)on;
    (void)level_db;
}

static void on_kept(void *arg)
{
    (void)arg;
}

static const struct wire_session *on_session(void *arg, const char **ret_api, const char **ret_ca)
{
    static const struct wire_session session = {
        .agent_id = "1", .token = "t", .aor = "sip:a@h", .screen_grace_s = 60};
    (void)arg;
    *ret_ca = NULL;
    *ret_api = "http://127.0.0.1:1/v1";
    return &session;
}

static void on_kept_session(void *arg, const struct wire_session *session, const cJSON *keep)
{
    (void)arg;
    (void)keep;
    if (session)
        FUZZ_HOLDS(memchr(session->token, '\0', sizeof session->token));
}

static const struct phone_port_handlers handlers = {
    .up = on_up,
    .down = on_down,
    .replaced = on_replaced,
    .phone = on_phone,
    .media = on_media,
    .event = on_event,
    .call = on_call,
    .line = on_line,
    .sound = on_sound,
    .devices = on_devices,
    .level = on_level,
    .done = on_done,
    .kept = on_kept,
    .session = on_session,
};

/* --- the desk ----------------------------------------------------------------------------- */

static void desk_listens(void)
{
    struct err err;
    char token[DESK_TOKEN_SIZE];
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    FUZZ_HOLDS(sodium_init() >= 0);
    room_open(&desk.place);
    FUZZ_HOLDS(desk_place_make(&desk.place, &err) == ERR_OK);
    FUZZ_HOLDS(desk_token_write(desk.place.attach, token, &err) == ERR_OK);
    memcpy(addr.sun_path, desk.place.socket, sizeof desk.place.socket);
    desk.listening = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    FUZZ_HOLDS(desk.listening > 0);
    FUZZ_HOLDS(bind(desk.listening, (struct sockaddr *)&addr, sizeof addr) == 0);
    FUZZ_HOLDS(listen(desk.listening, 8) == 0);
}

static void desk_closes(void)
{
    if (desk.fd >= 0)
        (void)close(desk.fd);
    desk.fd = -1;
    buf_free(&desk.heard);
}

static void desk_says(const char *text, size_t len, bool line)
{
    if (desk.fd < 0)
        return;
    (void)send(desk.fd, text, len, MSG_NOSIGNAL);
    if (line)
        (void)send(desk.fd, "\n", 1, MSG_NOSIGNAL);
}

static void check_line(const char *line, size_t len)
{
    CLEANUP_JSON cJSON *j = NULL;
    FUZZ_HOLDS(len <= DESK_LINE_MAX);
    FUZZ_HOLDS(json_parse(line, len, &json_limits_api, &j, NULL) == ERR_OK);
    FUZZ_HOLDS(json_int(j, "v", 0) == DESK_PROTOCOL_VERSION && json_str(j, "id", NULL) &&
               json_str(j, "op", NULL));
}

static void desk_hears(void)
{
    char bytes[16384];
    const int fd = accept(desk.listening, NULL, NULL);
    if (fd >= 0) {
        desk_closes();
        desk.fd = fd;
    }
    for (ssize_t n; desk.fd >= 0 && (n = recv(desk.fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
        buf_add(&desk.heard, bytes, (size_t)n);
    for (const char *end;
         desk.heard.len && (end = memchr(desk.heard.data, '\n', desk.heard.len));) {
        const size_t len = (size_t)(end - desk.heard.data);
        check_line(desk.heard.data, len);
        buf_drop(&desk.heard, len + 1);
    }
}

/* --- the conversation --------------------------------------------------------------------- */

static void core_asks(struct phone_port *port, int op)
{
    static const struct ws_permit permit = {.call_id = "1", .number = "+32470000000"};
    struct err err;
    const struct ws_phone_request req = {
        .op = (enum ws_phone_op)op,
        .call_id = "1",
        .permit = &permit,
        .valid_ms = 1000,
        .digits = "1",
        .seq = 1,
    };
    (void)!phone_port_ask(port, &req, &err);
}

static void take(struct phone_port *port, const struct fuzz_step *step)
{
    static const char hello[] = "{\"v\":1,\"id\":\"1\",\"ok\":true,\"desk_version\":\"1\","
                                "\"baresip_version\":\"1.0.0\",\"signed_in\":true,"
                                "\"phone\":\"ready\",\"reason\":\"\",\"sound\":true,"
                                "\"registered\":false,\"call\":null,\"clock_ms\":5}";
    if (step->what == '<' || step->what == '!')
        desk_says(step->text, step->len, step->what == '<');
    else if (step->what == '@')
        desk_says(hello, sizeof hello - 1, true);
    else if (step->what == 'C')
        desk_closes();
    else if (step->what == 'T')
        (void)loop_fire();
    else if (step->what == 'K')
        phone_port_keep(port, cJSON_CreateObject());
    else if (step->what == 'S')
        phone_port_session(port, on_kept_session, NULL);
    else if (step->what >= 'a' && step->what < 'a' + WS_PHONE_OP_COUNT)
        core_asks(port, step->what - 'a');
    loop_settle();
    desk_hears();
    loop_settle();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct desk_link_config config = {.instance = "fuzz"};
    struct phone_port *port = NULL;
    struct err err;
    if (!desk.listening)
        desk_listens();
    desk.fd = -1;
    loop_begin();
    FUZZ_HOLDS(phone_port_new(&port, &config, &handlers, &err) == ERR_OK);
    (void)loop_fire(); /* it connects */
    loop_settle();
    desk_hears();
    for (struct fuzz_step step; (step = fuzz_next(&data, &len)).what;)
        take(port, &step);
    phone_port_free(port);
    desk_closes();
    return 0;
}
