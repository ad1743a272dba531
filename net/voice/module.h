/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The parts of our baresip module, in one struct. It runs inside baresip, on baresip's loop. */

#include <stdbool.h>

#include "net/voice/baresip.h"
#include "net/voice/sound_side.h"

#include <re_odict.h>
#include <re_tmr.h>

#define MODULE_EVENTS_MAX 64
#define MODULE_CALLS_MAX 8
#define MODULE_HOST_SIZE 128

/* What we do with baresip's events; everything else is MODULE_EV_OTHER. */
enum module_event {
    MODULE_EV_OTHER,
    MODULE_EV_REGISTER_OK,
    MODULE_EV_REGISTER_FAIL,
    MODULE_EV_CALL_INCOMING,
    MODULE_EV_REMOTE_SDP,
};

/* How the sound of a call is kept from others. */
enum module_media {
    MODULE_MEDIA_PLAIN,
    MODULE_MEDIA_SRTP,      /* RFC 4568: the keys are in the SDP */
    MODULE_MEDIA_DTLS_SRTP, /* RFC 5764: its fingerprint is */
};

/* What came of it at the answer. */
enum module_keys {
    MODULE_KEYS_NONE,    /* none are needed */
    MODULE_KEYS_THERE,   /* the sound is encrypted */
    MODULE_KEYS_AWAITED, /* they may still come */
    MODULE_KEYS_MISSING, /* the other side does without */
};

/* The account that the desk wants, as its command says it. Borrowed. */
struct module_account {
    const char *aor, *secret, *outbound;
    const char *transport; /* "udp", "tcp", "tls"; "" = as outbound says, else udp */
    const char *ca;        /* PEM text of who vouches for the exchange; "" = this PC's */
    enum module_media media;
    bool registers;
};

/* What baresip does not keep about a call of ours. */
struct module_call {
    char id[128]; /* SIP Call-ID; "" = free */
    struct module *module;
    struct tmr insecure; /* answered, and the sound is not encrypted yet */
    bool secure_told;
    enum module_media media;
    bool peer_holds;
    bool answered;
    bool rings; /* our ringback tone is for this call */
};

/* One direction of the sound: its thread while there are clients, and which device it uses. */
struct module_side {
    struct module *module;
    enum sound_way way;
    const struct sound_driver *driver;
    char standard[SOUND_NAME_SIZE]; /* of the setting */
    char chosen[SOUND_NAME_SIZE];   /* by the agent; "" = none */
    int volume;
    struct sound_side *side; /* NULL = it does not run */
    unsigned users;
    uint64_t idle_at; /* without users: stop then */
    struct tmr look;
    size_t next;        /* candidate of this round */
    bool all_tried;     /* and none opened */
    uint64_t again_at;  /* the next round */
    uint64_t return_at; /* look for the preferred one then */
    unsigned deaths;
    bool told, works; /* what the desk was told since it runs */
    char device[SOUND_NAME_SIZE], label[SOUND_LABEL_SIZE];
    int peak; /* since it was told last */
    int64_t silent_ms;
};

/* The test of the sound. */
struct module_test {
    bool on, tone;
    struct sound_client in, out;
    unsigned position; /* of the tone; the side's thread's while tone */
    unsigned looks;
};

/* What would end a call, if this process dies (module_goodbye.c). */
struct module_goodbye {
    char call[128], method[8], uri[512], to[512], head[4096];
};

struct module {
    int fd;
    struct ua *ua; /* the account, or NULL */
    bool registers;
    enum module_media media;
    struct tls *tls;    /* of the transport; NULL = UDP and TCP */
    char tls_fault[16]; /* as in the event `tls` */
    char tls_about[160];
    char aor[257];
    struct tmr try_again; /* the exchange was not reached */
    struct module_call calls[MODULE_CALLS_MAX];
    struct module_goodbye *goodbyes[MODULE_CALLS_MAX]; /* NULL = free */
    struct list cancels;                               /* that are being sent */
    enum module_event events[MODULE_EVENTS_MAX];       /* baresip's number -> ours, built at load */
    struct play *ringback;
    struct ausrc *source;
    struct auplay *player;
    struct module_side sides[SOUND_WAYS];
    struct module_test test;
    bool mic_silent; /* as the desk was told */
    struct log log;
    int said[2]; /* what the process writes to its standard error, and the desk's log; -1 = none */
    struct tmr stop;
    bool stopping;
};

/* module_link.c: messages. Fields are pairs of strings, closed by NULL. */
void module_send(struct module *m, const char *event, ...) __attribute__((sentinel));
void module_reply(struct module *m, const char *id, ...) __attribute__((sentinel));
void module_refuse(struct module *m, const char *id, const char *code, const char *message);
int module_link_open(struct module *m);
void module_link_close(struct module *m);

/* module_call.c: calls. A command gets its id and its message. */
void module_call_dial(struct module *m, const char *id, const struct odict *cmd);
void module_call_hangup(struct module *m, const char *id, const struct odict *cmd);
void module_call_mute(struct module *m, const char *id, const struct odict *cmd);
void module_call_hold(struct module *m, const char *id, const struct odict *cmd);
void module_call_transfer(struct module *m, const char *id, const struct odict *cmd);
void module_call_dtmf(struct module *m, const char *id, const struct odict *cmd);
void module_call_stats(struct module *m, const char *id, const struct odict *cmd);
/* From here on the call is ours; false: there is no room for one more. */
bool module_call_take(struct module *m, struct call *call);
/* The tone that the agent hears while one of two telephones rings, from the moment that `call` has
 * it until none has. */
void module_call_rings(struct module *m, const struct call *call, bool on);
/* The call that a command names; replies and returns NULL when there is none. */
struct call *module_call_named(struct module *m, const char *id, const struct odict *cmd);
void module_call_remote_sdp(struct module *m, struct call *call, const char *kind);
/* Their answer to a call of ours came: true when it is the first. */
bool module_call_answered(struct module *m, const struct pl *call_id);
void module_call_forget(struct module *m);
void module_call_end_insecure(struct module_call *note);

/* module_secure.c: keys. await: ends the call when they do not come; missing ones at once. */
enum module_keys module_secure_keys(const struct module_call *note, const struct call *call);
void module_secure_tell(struct module *m, const struct call *call, struct module_call *note);
void module_secure_await(struct module_call *note, enum module_keys keys);

/* module_log.c: all words of the process on their way to the desk's log. */
void module_log_open(struct module *m);
void module_log_close(struct module *m);

/* module_peer.c: what the other side's session says. answer: it answers an offer of ours. */
bool module_peer_can_talk(const struct call *call);
void module_peer_session(struct module *m, struct call *call, struct module_call *note,
                         bool answer);

/* module_incoming.c: somebody calls. */
void module_incoming_came(struct module *m, struct call *call);
void module_incoming_ring(struct module *m, const char *id, const struct odict *cmd);
void module_incoming_answer(struct module *m, const char *id, const struct odict *cmd);

/* module_phone.c: account, registration, end. */
void module_phone_account(struct module *m, const char *id, const struct odict *cmd);
void module_phone_secret(struct module *m, const char *id, const struct odict *cmd);
void module_phone_quit(struct module *m, const char *id, const struct odict *cmd);
void module_phone_event(struct ua *ua, int ev, struct call *call, const char *prm, void *arg);
void module_phone_stop(struct module *m);
void module_phone_try_again(struct module *m);
bool module_uri_is_plain(const char *uri);

/* module_goodbye.c: the last word, should this process die. */
void module_goodbye_watch(struct module *m);  /* NULL: no longer */
void module_goodbye_forget(struct module *m); /* all of them */
void module_goodbye_drop(struct module *m, const char *call);
void module_goodbye_say_all(struct module *m);
void module_goodbye_say(struct module *m, const char *id, const struct odict *cmd);

/* module_transport.c: how SIP reaches the exchange. _of: what everything is sent to and, with
 * TLS, the context that checks it (else NULL); EINVAL when the account makes no sense. _set takes
 * tls and lays the transports; connections that were open are dropped. */
int module_transport_of(struct module *m, const struct module_account *a, char *proxy, size_t size,
                        struct tls **ret_tls);
int module_transport_set(struct module *m, struct tls *tls);

/* module_tls.c: a context that accepts this host's certificate only, vouched for by ca (PEM text;
 * "" = this PC's authorities). EINVAL: ca is no such text. */
int module_tls_make(struct tls **ret, struct module *m, const char *host, const char *ca);

/* module_audio.c: baresip's source and player. */
int module_audio_register(struct module *m);
void module_audio_unregister(struct module *m);

/* module_side.c: which device. A client joins (errno) and leaves. */
void module_side_init(struct module_side *s, struct module *m, enum sound_way way);
void module_side_deinit(struct module_side *s);
int module_side_join(struct module_side *s, struct sound_client *client);
void module_side_leave(struct module_side *s, struct sound_client *client);
void module_side_choose(struct module_side *s, const char *name, int volume);
const char *module_side_preferred(const struct module_side *s);
bool module_side_works(struct module_side *s);

/* module_test.c: the test tone and the level of the microphone. */
void module_test_switch(struct module *m, const char *id, const struct odict *cmd);
void module_test_stop(struct module *m);

/* module_sound.c: devices and the ringback tone. configure: errno. */
int module_sound_configure(struct module *m);
void module_sound_changed(struct module_side *side);
void module_sound_heard(struct module_side *s);
void module_sound_devices(struct module *m, const char *id, const struct odict *cmd);
void module_sound_choose(struct module *m, const char *id, const struct odict *cmd);
bool module_sound_works(struct module *m);
void module_sound_probe(struct module *m, const char *id, const struct odict *cmd);
/* file: in baresip's own folder. */
void module_ringback_start(struct module *m, const char *file);
void module_ringback_stop(struct module *m);
