/* SPDX-License-Identifier: Apache-2.0 */
/* The workstation between its ports: what core asks goes to the client or the desk, and what they
 * say goes to core. */

#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/api/regex_pcre2.h"
#include "net/api/response.h"
#include "net/client/ca.h"
#include "net/desk/protocol.h"
#include "tui/main.h"

void main_say(struct program *p, enum log_level level, const char *line)
{
    log_line(&p->log, level, "screen", "%s", line);
}

/* --- the workstation's ports --- */

static void port_keep(void *arg, const struct ws_words *words)
{
    struct program *p = arg;
    phone_port_keep(p->phone, client_keep(p->client, words, DESK_KEEP_MAX));
}

static enum err_code port_phone(void *arg, const struct ws_phone_request *req, struct err *err)
{
    struct program *p = arg;
    return phone_port_ask(p->phone, req, err);
}

static void port_ask(void *arg, const struct ws_request *req)
{
    struct program *p = arg;
    client_ask(p->client, req);
}

static void port_send(void *arg, const struct ws_write *w, int64_t fence, unsigned base_version)
{
    struct program *p = arg;
    client_send(p->client, w, fence, base_version);
}

static void port_journal(void *arg, const struct ws_write *w)
{
    struct program *p = arg;
    client_journal(p->client, w);
}

static void port_forget(void *arg, uint64_t write_id)
{
    struct program *p = arg;
    client_forget(p->client, write_id);
}

static void port_session_over(void *arg)
{
    struct program *p = arg;
    client_session_over(p->client);
    client_look(p->client); /* whoever signs in next wants to know */
    /* The session that the desk had kept was dead: the password that was given is for now. */
    if (p->password)
        timer_start(&p->patience, 0, main_sign_in_at_once, p);
}

/* Of two screens of one machine the later one's answers are the newer ones: in milliseconds, and no
 * two the same. */
static void stamp(struct program *p, char ret[32])
{
    struct timespec t;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &t);
    const int64_t now_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    p->written_ms = now_ms > p->written_ms ? now_ms : p->written_ms + 1;
    const time_t s = p->written_ms / 1000;
    const size_t len = strftime(ret, 32, "%Y-%m-%dT%H:%M:%S", gmtime_r(&s, &tm));
    snprintf(ret + len, 32 - len, ".%03dZ", (int)(p->written_ms % 1000));
}

static char *port_encode(void *arg, const struct script *s, const struct script_answers *a,
                         bool completed)
{
    (void)s;
    CLEANUP_JSON cJSON *j = NULL;
    struct buf b = {0};
    char authored[32];
    stamp(arg, authored);
    if (response_encode(a, completed ? RESPONSE_COMPLETED : RESPONSE_IN_PROGRESS, authored, NULL,
                        &j, NULL) != ERR_OK)
        return NULL;
    json_print(j, &b);
    return b.failed ? (buf_free(&b), NULL) : buf_take(&b);
}

static enum err_code port_decode(void *arg, const struct script *s, const char *text,
                                 struct script_answers *a, struct err *err)
{
    (void)arg;
    (void)s;
    CLEANUP_JSON cJSON *j = NULL;
    enum err_code code = json_parse(text, strlen(text), &json_limits_script, &j, err);
    return code == ERR_OK ? response_decode(j, a, NULL, NULL, err) : code;
}

static void port_version(void *arg, const char *response, char ret[WS_VERSION_SIZE])
{
    (void)arg;
    CLEANUP_JSON cJSON *j = NULL;
    ret[0] = '\0';
    if (json_parse(response, strlen(response), &json_limits_script, &j, NULL) != ERR_OK)
        return;
    const char *bar = strrchr(json_str(j, "questionnaire", ""), '|');
    snprintf(ret, WS_VERSION_SIZE, "%s", bar ? bar + 1 : "");
}

/* Instants of one form are in order as texts are. */
static bool port_is_newer(void *arg, const char *response, const char *than)
{
    (void)arg;
    CLEANUP_JSON cJSON *one = NULL, *other = NULL;
    if (json_parse(response, strlen(response), &json_limits_script, &one, NULL) != ERR_OK ||
        json_parse(than, strlen(than), &json_limits_script, &other, NULL) != ERR_OK)
        return false;
    const char *a = json_str(one, "authored", ""), *b = json_str(other, "authored", "");
    return a[0] && b[0] && strcmp(a, b) > 0;
}

static const char *port_translate(void *arg, const char *msgid)
{
    (void)arg;
    return msgid && msgid[0] ? gettext(msgid) : "";
}

static int64_t clock_of(clockid_t id, int64_t per_s)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * per_s + (int64_t)t.tv_nsec / (1000000000 / per_s);
}

static int64_t clock_utc_s(void *arg)
{
    (void)arg;
    return clock_of(CLOCK_REALTIME, 1);
}

static int64_t clock_ms(void *arg)
{
    (void)arg;
    return clock_of(CLOCK_BOOTTIME, 1000);
}

static void random_fill(void *arg, void *bytes, size_t len)
{
    (void)arg;
    randombytes_buf(bytes, len);
}

/* --- from the client --- */

static void on_answered(void *arg, const struct ws_answer *a)
{
    workstation_answered(((struct program *)arg)->ws, a);
}

static void on_sent(void *arg, uint64_t id, const struct ws_write_result *r)
{
    workstation_sent(((struct program *)arg)->ws, id, r);
}

static void on_journaled(void *arg, uint64_t id, bool ok)
{
    workstation_journaled(((struct program *)arg)->ws, id, ok);
}

static void on_restored(void *arg, struct ws_write *writes, size_t n)
{
    workstation_restore_writes(((struct program *)arg)->ws, writes, n);
}

static void on_backend(void *arg, enum ws_backend state, const char *why)
{
    workstation_backend(((struct program *)arg)->ws, state, why);
}

/* The session that the desk had kept lives: the password that was given is not needed. Whoever
 * meant to log in as somebody else is told that it did not happen. */
static void drop_password(struct program *p, const char *signed_in)
{
    sodium_free(p->password);
    p->password = NULL;
    if (p->options.login && strcmp(p->options.login, signed_in) != 0)
        workstation_warn(p->ws, N_("Somebody else is signed in here. Sign out first, or use "
                                   "another --instance."));
}

static void on_work(void *arg, const struct ws_work *work)
{
    struct program *p = arg;
    workstation_work(p->ws, work);
    if (p->password)
        drop_password(p, work->agent_login);
}

static void on_time(void *arg, int64_t server_utc_s)
{
    workstation_time(((struct program *)arg)->ws, server_utc_s);
}

static void on_alarms(void *arg, int64_t raised, int64_t seen)
{
    workstation_alarms(((struct program *)arg)->ws, raised, seen);
}

static void on_queues(void *arg, const struct ws_queue *queues, size_t n)
{
    workstation_queues(((struct program *)arg)->ws, queues, n);
}

static void on_queued(void *arg, unsigned place)
{
    workstation_queued(((struct program *)arg)->ws, place);
}

static void on_ended(void *arg, enum ws_end why)
{
    workstation_ended(((struct program *)arg)->ws, why);
}

static void on_warn(void *arg, const char *text)
{
    workstation_warn(((struct program *)arg)->ws, text);
}

static void on_log(void *arg, const char *line)
{
    main_say(arg, LOG_WARNING, line);
}

/* --- from the desk --- */

/* The password that was given at the start is used once, and only when no session waits. */
void main_sign_in_at_once(void *arg)
{
    struct program *p = arg;
    if (!p->password)
        return;
    struct workstation_commands commands = workstation_commands(p->ws);
    (void)commands.sign_in(commands.arg, p->options.login, p->password, NULL);
    sodium_free(p->password);
    p->password = NULL;
}

static void on_kept_session(void *arg, const struct wire_session *session, const cJSON *keep)
{
    struct program *p = arg;
    struct wire_session *s = session ? sodium_malloc(sizeof *s) : NULL;
    struct keep_read *kept = s ? calloc(1, sizeof *kept) : NULL;
    if (!kept || client_session(p->client)) {
        sodium_free(s);
        free(kept);
        main_sign_in_at_once(p);
        return;
    }
    *s = *session;
    if (!keep_read(keep, s, kept))
        main_say(p, LOG_WARNING, "the desk kept no picture: the backend has to tell");
    if (client_resume(p->client, s, kept, NULL) == ERR_OK) {
        workstation_resume(p->ws, &kept->kept);
        client_restore(p->client);
        main_say(p, LOG_INFO, "went on with the session that the desk kept");
    }
    keep_deinit(kept);
    free(kept);
    sodium_free(s);
}

static void on_desk_up(void *arg, bool signed_in, const struct ws_desk_call *call,
                       const struct ws_desk_call *consult)
{
    struct program *p = arg;
    workstation_desk_up(p->ws, signed_in, call, consult);
    timer_cancel(&p->patience);
    bool first = !p->looked;
    p->looked = true;
    if (first && signed_in && !client_session(p->client))
        phone_port_session(p->phone, on_kept_session, p);
    else if (first)
        main_sign_in_at_once(p);
}

static void on_desk_down(void *arg, const char *sentence)
{
    struct program *p = arg;
    main_say(p, LOG_WARNING, sentence);
    workstation_desk_down(p->ws, sentence);
}

static void on_desk_replaced(void *arg)
{
    struct program *p = arg;
    sodium_free(p->password); /* nobody logs in here any more */
    p->password = NULL;
    workstation_desk_replaced(p->ws);
}

static void on_phone(void *arg, enum ws_phone state, const char *reason, enum phone_fault fault,
                     const char *about)
{
    struct program *p = arg;
    char sentence[192];
    if (fault != PHONE_FAULT_NONE)
        phone_fault_sentence(gettext(phone_fault_text(fault)), about, sentence, sizeof sentence);
    workstation_desk_phone(p->ws, state, fault != PHONE_FAULT_NONE ? sentence : reason);
}

static void on_media(void *arg, const char *call_id, enum ws_media media)
{
    workstation_desk_media(((struct program *)arg)->ws, call_id, media);
}

static void on_call_event(void *arg, const char *call_id, const char *sip_call_id,
                          const struct ws_call_event *event)
{
    workstation_desk_event(((struct program *)arg)->ws, call_id, sip_call_id, event);
}

static void on_pace(void *arg, const struct desk_pace_told *told)
{
    workstation_desk_pace(((struct program *)arg)->ws, told);
}

static void on_line(void *arg, const char *call_id, const struct line_quality *quality)
{
    workstation_desk_line(((struct program *)arg)->ws, call_id, quality);
}

static void on_sound(void *arg, const struct ws_desk_way ways[WS_WAY_COUNT], bool silent)
{
    workstation_desk_sound(((struct program *)arg)->ws, ways, silent);
}

static void on_devices(void *arg, const struct ws_sound_way ways[WS_WAY_COUNT])
{
    workstation_desk_devices(((struct program *)arg)->ws, ways);
}

static void on_level(void *arg, bool on, int level_db)
{
    workstation_desk_level(((struct program *)arg)->ws, on, level_db);
}

static void on_desk_call(void *arg, const struct ws_desk_call *call,
                         const struct ws_desk_call *consult)
{
    workstation_desk_call(((struct program *)arg)->ws, call, consult);
}

static void on_kept(void *arg)
{
    workstation_kept(((struct program *)arg)->ws);
}

static void on_phone_done(void *arg, enum ws_phone_op op, const char *call_id, enum err_code code,
                          const struct err *err)
{
    workstation_phone_done(((struct program *)arg)->ws, op, call_id, code, err);
}

static const struct wire_session *phone_session(void *arg, const char **ret_api,
                                                const char **ret_ca)
{
    struct program *p = arg;
    *ret_api = p->api;
    *ret_ca = p->ca;
    return client_session(p->client);
}

enum err_code main_make_workstation(struct program *p, struct err *err)
{
    const struct ws_ports ports = {
        .ask = port_ask,
        .send = port_send,
        .journal = port_journal,
        .forget = port_forget,
        .phone = port_phone,
        .keep = port_keep,
        .session_over = port_session_over,
        .encode = port_encode,
        .decode = port_decode,
        .version = port_version,
        .is_newer = port_is_newer,
        .regex = &regex_pcre2,
        .translate = port_translate,
        .changed = main_changed,
        .arg = p,
    };
    const struct clock_ops clock = {clock_utc_s, clock_ms, NULL};
    const struct random_ops random = {random_fill, NULL};
    p->ws = workstation_new(&ports, &clock, &random);
    return p->ws ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
}

enum err_code main_make_client(struct program *p, struct err *err)
{
    if (p->options.ca && ca_read(p->options.ca, &p->ca, err) != ERR_OK)
        return err->code;
    const struct client_config config = {
        .backend = p->options.backend, .ca = p->ca, .journal_dir = p->journal_dir};
    const struct client_handlers handlers = {
        .answered = on_answered,
        .sent = on_sent,
        .journaled = on_journaled,
        .restored = on_restored,
        .backend = on_backend,
        .work = on_work,
        .time = on_time,
        .queues = on_queues,
        .alarms = on_alarms,
        .queued = on_queued,
        .ended = on_ended,
        .warn = on_warn,
        .log = on_log,
        .arg = p,
    };
    snprintf(p->api, sizeof p->api, "%s/v1", p->options.backend);
    return client_new(&p->client, &config, &handlers, err);
}

enum err_code main_make_phone(struct program *p, struct err *err)
{
    const struct desk_link_config config = {.instance = p->options.instance,
                                            .program = p->desk_path[0] ? p->desk_path : NULL,
                                            .audio = p->options.audio,
                                            .socket = p->options.desk};
    const struct phone_port_handlers handlers = {
        .up = on_desk_up,
        .down = on_desk_down,
        .replaced = on_desk_replaced,
        .phone = on_phone,
        .media = on_media,
        .event = on_call_event,
        .call = on_desk_call,
        .line = on_line,
        .pace = on_pace,
        .sound = on_sound,
        .devices = on_devices,
        .level = on_level,
        .done = on_phone_done,
        .kept = on_kept,
        .session = phone_session,
        .arg = p,
    };
    return phone_port_new(&p->phone, &config, &handlers, err);
}
