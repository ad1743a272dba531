/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The private configuration that baresip runs with: one file, a folder of links to the few modules
 * that it may load, no account, no password, no control port. */

#include <stdbool.h>

#include "core/err.h"

#define VOICE_STOCK_MODULES "/usr/lib/baresip/modules"
#define VOICE_SOUNDS "/usr/share/baresip"

struct voice_setup {
    const char *dir;    /* made if need be, 0700; holds `config` and `modules/` */
    const char *module; /* path of pupitre_voice.so */
    /* "alsa" or "alsa:DEVICE": the sound card; "tone": a 400 Hz tone is sent and nothing is heard;
     * "file:PATH": a WAV file is sent, again and again, and nothing is heard;
     * "auto": alsa where there is a card, else tone. */
    const char *audio;
    bool loopback; /* the edge is on this machine: stay on 127.0.0.1 */
    bool dtls;     /* DTLS-SRTP is wanted: its module makes an RSA key at each start */
};

/* Is the host of a SIP URI this machine (127.x.y.z or localhost)? */
bool voice_uri_is_loopback(const char *uri);

/* Write everything below dir. Errors: ERR_INVALID (audio), ERR_IO. */
enum err_code voice_config_write(const struct voice_setup *setup, struct err *err) MUSTCHECK;
