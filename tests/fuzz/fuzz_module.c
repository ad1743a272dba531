/* SPDX-License-Identifier: Apache-2.0 */
/* The module inside baresip, between a desk and a far end that both say anything: what it tells the
 * desk is JSON of strings, also when the words of the far end are not even text.
 *
 * The input is a conversation, a step a line:
 *   >TEXT  the desk sends a message       q      the desk is gone
 *   r p e  the newest call rings, has sound before the answer, is answered
 *   cTEXT  it closes with these words     fTEXT  a transfer failed
 *   T      the far end asks for one       oTEXT  a session description of this kind came
 *   i      a call comes in
 *   gTEXT  registration failed            G      registration worked */

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/text.h"
#include "net/api/json.h"
#include <re_mem.h>

#include "net/voice/module.h"
#include "net/voice/module_protocol.h"
#include "tests/fuzz/baresip_standin.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/loop_standin.h"

/* What net/voice/voice.c does with a message before it reads it. */
static void desk_hears(int fd)
{
    char text[VOICE_MESSAGE_MAX + 1];
    for (ssize_t n; (n = recv(fd, text, sizeof text, MSG_DONTWAIT)) > 0;) {
        CLEANUP_JSON cJSON *j = NULL;
        const cJSON *member;
        FUZZ_HOLDS(n <= VOICE_MESSAGE_MAX);
        text_make_utf8(text, (size_t)n);
        FUZZ_HOLDS(json_parse(text, (size_t)n, &json_limits_api, &j, NULL) == ERR_OK);
        FUZZ_HOLDS(json_str(j, "event", NULL) || json_str(j, "id", NULL));
        cJSON_ArrayForEach(member, j) FUZZ_HOLDS(cJSON_IsString(member));
    }
}

static void call_does(const struct fuzz_step *step, const char *words)
{
    static const struct {
        char what;
        enum baresip_call_event event;
        enum baresip_call_state state;
    } rows[] = {
        {'r', BARESIP_CALL_RINGING,         BARESIP_STATE_RINGING    },
        {'p', BARESIP_CALL_PROGRESS,        BARESIP_STATE_EARLY      },
        {'e', BARESIP_CALL_ESTABLISHED,     BARESIP_STATE_ESTABLISHED},
        {'c', BARESIP_CALL_CLOSED,          BARESIP_STATE_TERMINATED },
        {'f', BARESIP_CALL_TRANSFER_FAILED, BARESIP_STATE_ESTABLISHED},
        {'T', BARESIP_CALL_TRANSFER,        BARESIP_STATE_ESTABLISHED},
    };
    struct call *call = standin_call();
    for (size_t i = 0; call && i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].what == step->what) {
            standin_call_event(call, rows[i].event, rows[i].state, words);
            return;
        }
}

static void baresip_tells(struct module *m, enum module_event event, struct call *call,
                          const char *words)
{
    module_phone_event(NULL, (int)event, call, words, m);
}

static void close_end(int *desk)
{
    if (*desk >= 0)
        (void)close(*desk);
    *desk = -1;
}

static void call_comes(struct module *m, const char *words)
{
    struct call *call = standin_incoming();
    if (call)
        baresip_tells(m, MODULE_EV_CALL_INCOMING, call, words);
}

static void take(struct module *m, int *desk, const struct fuzz_step *step)
{
    char words[300]; /* baresip's own limit for such a text is 256 */
    const size_t len = step->len < sizeof words - 1 ? step->len : sizeof words - 1;
    if (len)
        memcpy(words, step->text, len);
    words[len] = '\0';
    if (step->what == '>' && *desk >= 0 && step->len)
        (void)send(*desk, step->text, step->len, MSG_NOSIGNAL);
    else if (step->what == 'q')
        close_end(desk);
    else if (step->what == 'o')
        baresip_tells(m, MODULE_EV_REMOTE_SDP, standin_call(), words);
    else if (step->what == 'i')
        call_comes(m, words);
    else if (step->what == 'g')
        baresip_tells(m, MODULE_EV_REGISTER_FAIL, NULL, words);
    else if (step->what == 'G')
        baresip_tells(m, MODULE_EV_REGISTER_OK, NULL, words);
    else
        call_does(step, words);
    loop_settle();
    if (*desk >= 0)
        desk_hears(*desk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    int pair[2];
    char number[16];
    struct module m = {.fd = -1};
    loop_begin();
    tmr_init(&m.stop);
    tmr_init(&m.try_again);
    for (int ev = 0; ev <= MODULE_EV_REMOTE_SDP; ev++)
        m.events[ev] = (enum module_event)ev;
    FUZZ_HOLDS(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) == 0);
    snprintf(number, sizeof number, "%d", pair[0]);
    FUZZ_HOLDS(setenv(VOICE_FD_ENV, number, 1) == 0);
    FUZZ_HOLDS(module_link_open(&m) == 0);
    for (int way = SOUND_IN; way < SOUND_WAYS; way++) {
        module_side_init(&m.sides[way], &m, (enum sound_way)way);
        m.sides[way].driver = &sound_tone;
    }
    for (struct fuzz_step step; (step = fuzz_next(&data, &len)).what;)
        take(&m, &pair[1], &step);
    close_end(&pair[1]);
    module_ringback_stop(&m);
    module_test_stop(&m);
    module_goodbye_forget(&m);
    for (int way = SOUND_IN; way < SOUND_WAYS; way++)
        module_side_deinit(&m.sides[way]);
    tmr_cancel(&m.stop);
    tmr_cancel(&m.try_again);
    module_call_forget(&m);
    module_link_close(&m);
    standin_forget();
    mem_deref(m.tls);
    return 0;
}
