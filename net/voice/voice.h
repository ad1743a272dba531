/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The telephone process: Debian's baresip with our module, started, watched, restarted and stopped
 * from libre's loop. Messages to it are those of net/voice/module_protocol.h.
 *
 * A process that dies takes its calls with it: `lost` says so, then it is started again after a
 * back-off (0.5 s doubling to 8 s, anew after 30 s or a call), at once when somebody has to be told
 * that the call is over: the next process says BYE, or CANCEL, in its place. One that refuses
 * itself (wrong baresip) is not. Handlers run on the loop; they may send commands, they must not
 * free the voice.
 */

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "core/err.h"

struct voice;

enum voice_state {
    VOICE_STOPPED,  /* not started, or ended as asked */
    VOICE_STARTING, /* first start, or on its way back */
    VOICE_READY,    /* account accepted: calls can be made */
    VOICE_FAILED,   /* it cannot work here; the sentence says what to do */
};

/* Which devices, by ALSA's names of them ("" = those of the setting), and how loud (0-100). */
#define VOICE_DEVICE_SIZE 128
struct voice_choice {
    char input[VOICE_DEVICE_SIZE], output[VOICE_DEVICE_SIZE];
    int input_volume, output_volume;
};

struct voice_config {
    const char *dir;     /* private directory for its configuration; made, 0700 */
    const char *baresip; /* program */
    const char *module;  /* pupitre_voice.so */
    const char *audio;   /* see voice_config_write */
    const char *log;     /* file for its words, appended; numbers and names are left out there */
    const struct voice_choice *choice; /* not copied: told to each process that starts */
};

/* The account at the edge. Borrowed from voice_start on until voice_free: it is sent again after a
 * restart. Keep it in locked memory. */
struct voice_account {
    const char *aor;      /* sip:user@host */
    const char *secret;   /* letters and digits, "" = none */
    const char *outbound; /* sip:host[:port][;transport=…] or "" */
    bool register_;
    const char *transport; /* "udp", "tcp", "tls"; "" = as outbound says, else udp */
    const char *media;     /* "plain", "srtp", "dtls-srtp" */
    const char *ca;        /* PEM text of who vouches for the exchange; "" = this PC's */
};

struct voice_handlers {
    void (*state)(enum voice_state state, const char *sentence, void *arg);
    void (*sound)(bool on, const char *sentence, void *arg);
    /* found, device, level, microphone: as the module says them. Borrowed. */
    void (*audio)(const char *event, const cJSON *message, void *arg);
    void (*registered)(bool on, const char *sentence, void *arg);
    /* The exchange's certificate was refused (fault, about: as in module_protocol.h), or is all
     * right again ("", ""). */
    void (*tls)(const char *fault, const char *about, void *arg);
    /* A call event of the module: ring, answer, secure, peer_hold, peer_resume, transfer_failed,
     * end. Borrowed. */
    void (*call)(const char *event, const cJSON *message, void *arg);
    void (*lost)(void *arg); /* the process died: all its calls are gone */
    void *arg;
};

/* reply: the module's, with "ok" "yes" or "no"; NULL when the process died first. Borrowed. */
typedef void voice_reply_fn(const cJSON *reply, void *arg);

/* Config strings are copied. Errors: ERR_NOMEM. */
enum err_code voice_new(struct voice **ret, const struct voice_config *config,
                        const struct voice_handlers *handlers, struct err *err) MUSTCHECK;

/* Start the process for this account; with one running, that is stopped first if it has to (another
 * network). The outcome comes to handlers.state. Not during a call. */
void voice_start(struct voice *v, const struct voice_account *account);

/* Another secret of the same account, from the next registration and the next call on; disturbs
 * nothing. The account's secret has to be the new one already: a restart takes that. */
void voice_secret(struct voice *v);

/* Send a command with up to two fields (NULL closes early). reply may be NULL; it is called once if
 * this returned ERR_OK. Errors: ERR_UNAVAILABLE (not ready), ERR_NOMEM. */
enum err_code voice_command(struct voice *v, const char *cmd, const char *key1, const char *value1,
                            const char *key2, const char *value2, voice_reply_fn *reply, void *arg,
                            struct err *err) MUSTCHECK;

/* The choice changed: in a call it counts at once. */
void voice_choose(struct voice *v);

/* End it in good order: hang up, un-register; harder after 2.5 s. handlers.state tells the end. */
void voice_stop(struct voice *v);

enum voice_state voice_state(const struct voice *v);
/* baresip's version, "" before its first word. Borrowed. */
const char *voice_baresip_version(const struct voice *v);

/* Kills what still runs. Accepts NULL, returns NULL. */
struct voice *voice_free(struct voice *v);
