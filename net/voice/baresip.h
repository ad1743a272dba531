/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The functions of baresip 1.0.0 that the module uses. Debian ships no header for them, so they
 * are declared here, after include/baresip.h of tag v1.0.0 (BSD licence, Creytiv.com), and nowhere
 * else. They are weak: a missing one is NULL instead of a module that cannot be loaded, and
 * missing_function() in module.c names it. Structures are opaque; the few with a layout say where
 * it is from. */

#include <stdint.h>

#include <re_types.h>

#include <re_fmt.h>
#include <re_list.h>
#include <re_mbuf.h>

struct account;
struct aucodec;
struct audio;
struct auplay;
struct auplay_st;
struct ausrc;
struct ausrc_st;
struct call;
struct conf;
struct media_ctx;
struct network;
struct play;
struct player;
struct rtcp_stats;
struct sa;
struct sdp_media;
struct sip;
struct sip_msg;
struct stream;
struct ua;

/* enum call_event of v1.0.0; baresip has no function that names these. */
enum baresip_call_event {
    BARESIP_CALL_INCOMING,
    BARESIP_CALL_RINGING,
    BARESIP_CALL_PROGRESS,
    BARESIP_CALL_ESTABLISHED,
    BARESIP_CALL_CLOSED,
    BARESIP_CALL_TRANSFER,
    BARESIP_CALL_TRANSFER_FAILED,
    BARESIP_CALL_MENC,
};

/* enum call_state of v1.0.0. */
enum baresip_call_state {
    BARESIP_STATE_IDLE,
    BARESIP_STATE_INCOMING,
    BARESIP_STATE_OUTGOING,
    BARESIP_STATE_RINGING,
    BARESIP_STATE_EARLY,
    BARESIP_STATE_ESTABLISHED,
    BARESIP_STATE_TERMINATED,
    BARESIP_STATE_UNKNOWN,
};

/* enum vidmode of v1.0.0. */
enum baresip_vidmode { BARESIP_VIDEO_OFF, BARESIP_VIDEO_ON };

/* The key that ends a digit (KEYCODE_REL). */
#define BARESIP_KEY_RELEASE 0x04

/* struct ausrc_prm and struct auplay_prm of v1.0.0. */
struct ausrc_prm {
    uint32_t srate;
    uint8_t ch;
    uint32_t ptime; /* ms */
    int fmt;        /* 0 = AUFMT_S16LE */
};
struct auplay_prm {
    uint32_t srate;
    uint8_t ch;
    uint32_t ptime; /* ms */
    int fmt;
};

/* struct auframe of v1.0.0. */
struct auframe {
    int fmt;
    void *sampv;
    size_t sampc;
    uint64_t timestamp; /* microseconds */
};

/* struct menc of v1.0.0, up to the last member that is looked at. */
struct menc {
    struct le le;
    const char *id;
    const char *sdp_proto;
    bool wait_secure;
};

/* enum log_level and struct log of v1.0.0. */
enum baresip_log_level { BARESIP_LOG_DEBUG, BARESIP_LOG_INFO, BARESIP_LOG_WARN, BARESIP_LOG_ERROR };
typedef void(baresip_log_h)(uint32_t level, const char *msg);
struct log {
    struct le le;
    baresip_log_h *h;
};

/* ev is enum ua_event, whose numbers differ between releases: map it by uag_event_str. */
typedef void(baresip_ua_event_h)(struct ua *ua, int ev, struct call *call, const char *prm,
                                 void *arg);
typedef void(baresip_call_event_h)(struct call *call, enum baresip_call_event ev, const char *str,
                                   void *arg);
typedef void(baresip_net_change_h)(void *arg);
typedef void(baresip_options_h)(int err, const struct sip_msg *msg, void *arg);
typedef void(baresip_call_dtmf_h)(struct call *call, char key, void *arg);
typedef void(baresip_ausrc_read_h)(struct auframe *af, void *arg);
typedef void(baresip_ausrc_error_h)(int err, const char *str, void *arg);
typedef int(baresip_ausrc_alloc_h)(struct ausrc_st **stp, const struct ausrc *as,
                                   struct media_ctx **ctx, struct ausrc_prm *prm,
                                   const char *device, baresip_ausrc_read_h *rh,
                                   baresip_ausrc_error_h *errh, void *arg);
typedef void(baresip_auplay_write_h)(void *sampv, size_t sampc, void *arg);
typedef int(baresip_auplay_alloc_h)(struct auplay_st **stp, const struct auplay *ap,
                                    struct auplay_prm *prm, const char *device,
                                    baresip_auplay_write_h *wh, void *arg);

/* One row a function: result, name, arguments. */
/* clang-format off */
#define BARESIP_FUNCTIONS(X) \
    X(int,            account_set_auth_pass, (struct account *acc, const char *pass)) \
    X(struct list *,  baresip_auplayl, (void)) \
    X(struct list *,  baresip_ausrcl, (void)) \
    X(struct list *,  baresip_mencl, (void)) \
    X(struct network *, baresip_network, (void)) \
    X(struct player *, baresip_player, (void)) \
    X(int,            call_answer, (struct call *call, uint16_t scode, \
                                    enum baresip_vidmode vmode)) \
    X(struct audio *, call_audio, (const struct call *call)) \
    X(struct call *,  call_find_id, (const struct list *calls, const char *id)) \
    X(void,           call_hangup, (struct call *call, uint16_t scode, const char *reason)) \
    X(int,            call_hold, (struct call *call, bool hold)) \
    X(const char *,   call_id, (const struct call *call)) \
    X(int,            call_reset_transp, (struct call *call, const struct sa *laddr)) \
    X(const char *,   call_peername, (const struct call *call)) \
    X(const char *,   call_peeruri, (const struct call *call)) \
    X(int,            call_transfer, (struct call *call, const char *uri)) \
    X(int,            call_notify_sipfrag, (struct call *call, uint16_t scode, \
                                            const char *reason, ...)) \
    X(uint16_t,       call_scode, (const struct call *call)) \
    X(int,            call_send_digit, (struct call *call, char key)) \
    X(void,           call_set_handlers, (struct call *call, baresip_call_event_h *eh, \
                                          baresip_call_dtmf_h *dtmfh, void *arg)) \
    X(enum baresip_call_state, call_state, (const struct call *call)) \
    X(struct list *,  call_streaml, (const struct call *call)) \
    X(struct conf *,  conf_cur, (void)) \
    X(const struct aucodec *, audio_codec, (const struct audio *au, bool tx)) \
    X(void,           audio_mute, (struct audio *au, bool muted)) \
    X(int,            auplay_register, (struct auplay **app, struct list *auplayl, \
                                        const char *name, baresip_auplay_alloc_h *alloch)) \
    X(int,            ausrc_register, (struct ausrc **asp, struct list *ausrcl, \
                                       const char *name, baresip_ausrc_alloc_h *alloch)) \
    X(void,           log_enable_info, (bool enable)) \
    X(void,           log_enable_stdout, (bool enable)) \
    X(void,           log_register_handler, (struct log *logh)) \
    X(void,           log_unregister_handler, (struct log *logh)) \
    X(const struct menc *, menc_find, (const struct list *mencl, const char *id)) \
    X(void,           net_change, (struct network *net, uint32_t interval, \
                                   baresip_net_change_h *ch, void *arg)) \
    X(const struct sa *, net_laddr_af, (const struct network *net, int af)) \
    X(int,            play_file, (struct play **playp, struct player *player, \
                                  const char *filename, int repeat, const char *play_mod, \
                                  const char *play_dev)) \
    X(void,           stream_enable_rtp_timeout, (struct stream *strm, uint32_t timeout_ms)) \
    X(bool,           stream_is_secure, (const struct stream *strm)) \
    X(uint32_t,       stream_metric_get_rx_n_packets, (const struct stream *strm)) \
    X(uint32_t,       stream_metric_get_tx_n_packets, (const struct stream *strm)) \
    X(const struct rtcp_stats *, stream_rtcp_stats, (const struct stream *strm)) \
    X(struct sdp_media *, stream_sdpmedia, (const struct stream *strm)) \
    X(struct account *, ua_account, (const struct ua *ua)) \
    X(int,            ua_alloc, (struct ua **uap, const char *aor)) \
    X(struct list *,  ua_calls, (const struct ua *ua)) \
    X(int,            ua_connect, (struct ua *ua, struct call **callp, const char *from_uri, \
                                   const char *req_uri, enum baresip_vidmode vmode)) \
    X(unsigned,       ua_destroy, (struct ua *ua)) \
    X(int,            ua_options_send, (struct ua *ua, const char *uri, baresip_options_h *resph, \
                                        void *arg)) \
    X(int,            ua_register, (struct ua *ua)) \
    X(void,           ua_stop_all, (bool forced)) \
    X(int,            uag_event_register, (baresip_ua_event_h *eh, void *arg)) \
    X(const char *,   uag_event_str, (int ev)) \
    X(void,           uag_event_unregister, (baresip_ua_event_h *eh)) \
    X(struct sip *,   uag_sip, (void))
/* clang-format on */

#define BARESIP_DECLARE(result, name, arguments) result name arguments __attribute__((weak));
BARESIP_FUNCTIONS(BARESIP_DECLARE)
#undef BARESIP_DECLARE
