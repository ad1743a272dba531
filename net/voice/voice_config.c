/* SPDX-License-Identifier: Apache-2.0 */
/* The private configuration of baresip (net/voice/voice_config.h). */

#include "net/voice/voice_config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "net/host/sound.h"
#include "net/voice/module_protocol.h"

#define DTLS_MODULE "dtls_srtp.so"

/* What baresip may load; the last one is ours. sndfile, ctrl_tcp and menu are left out on purpose:
 * calls are not recorded, and nobody but the desk commands. */
static const char *const stock_modules[] = {"g711.so", "srtp.so", DTLS_MODULE};

bool voice_uri_is_loopback(const char *uri)
{
    const char *host = strchr(uri, '@');
    if (host)
        host++;
    else
        host = strncmp(uri, "sip:", 4) == 0 ? uri + 4 : uri;
    return strncmp(host, "127.", 4) == 0 ||
           (strncmp(host, "localhost", 9) == 0 && strchr(":;>", host[9]));
}

static bool has_sound_card(void)
{
    FILE *f = fopen("/proc/asound/pcm", "re");
    if (!f)
        return false;
    const bool has = fgetc(f) != EOF;
    (void)fclose(f);
    return has;
}

/* Our module's player and source are the only ones; they work in this one format. */
static void add_audio(struct buf *b, const char *audio)
{
    if (strcmp(audio, "auto") == 0)
        audio = has_sound_card() ? "alsa" : "tone";
    const char *device = strchr(audio, ':');
    buf_str(b, "audio_player " VOICE_AUDIO_MODULE ",desk\naudio_source " VOICE_AUDIO_MODULE
               ",desk\naudio_alert " VOICE_AUDIO_MODULE ",desk\n"
               "ausrc_srate 8000\nausrc_channels 1\nauplay_srate 8000\nauplay_channels 1\n");
    if (device)
        buf_printf(b, VOICE_AUDIO_KEY " %.*s,%s\n", (int)(device - audio), audio, device + 1);
    else
        buf_printf(b, VOICE_AUDIO_KEY " %s,%s\n", audio,
                   strcmp(audio, "alsa") == 0 ? "default" : "");
}

static enum err_code build(struct buf *b, const struct voice_setup *setup, struct err *err)
{
    buf_str(b, "# Written by pupitre-desk at each start; changes are lost.\n"
               "poll_method epoll\n"
               "call_local_timeout 120\n"
               "call_max_calls 4\n"
               "audio_path " VOICE_SOUNDS "\n"
               /* Ports are picked at random in this range, below Linux's own ephemeral ones; SIP
                * has no sip_listen and so takes whatever is free, its TLS port included. */
               "rtp_ports 16384-32766\n");
    /* Looked at only while sound flows both ways: a held call is safe. */
    buf_printf(b, "rtp_timeout %d\n", VOICE_SILENCE_MAX_S);
    if (setup->loopback)
        buf_str(b, "net_interface 127.0.0.1\n");
    if (!sound_is_known(setup->audio))
        return err_set(err, ERR_INVALID, N_("The audio setting is not known."));
    add_audio(b, setup->audio);
    buf_printf(b, "module_path %s/modules\n", setup->dir);
    for (size_t i = 0; i < sizeof stock_modules / sizeof stock_modules[0]; i++)
        if (setup->dtls || strcmp(stock_modules[i], DTLS_MODULE) != 0)
            buf_printf(b, "module %s\n", stock_modules[i]);
    buf_str(b, "module_app pupitre_voice.so\n");
    return b->failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
}

static enum err_code make_dir(const char *path, struct err *err)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return ERR_OK;
    const enum err_code code = err_set(err, ERR_IO, N_("The telephone's folder cannot be made."));
    err_detail(err, "mkdir: %s", strerror(errno));
    return code;
}

/* A link that points where it should, whatever was there before. */
static enum err_code make_link(const char *target, const char *folder, const char *name,
                               struct err *err)
{
    char path[512];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return err_set(err, ERR_IO, N_("The telephone's folder has too long a name."));
    if (unlink(path) != 0 && errno != ENOENT)
        return err_set(err, ERR_IO, N_("The telephone's folder cannot be written."));
    if (symlink(target, path) != 0)
        return err_set(err, ERR_IO, N_("The telephone's folder cannot be written."));
    return ERR_OK;
}

static enum err_code link_modules(const struct voice_setup *setup, struct err *err)
{
    char folder[400];
    if (snprintf(folder, sizeof folder, "%s/modules", setup->dir) >= (int)sizeof folder)
        return err_set(err, ERR_IO, N_("The telephone's folder has too long a name."));
    enum err_code code = make_dir(folder, err);
    for (size_t i = 0; !code && i < sizeof stock_modules / sizeof stock_modules[0]; i++) {
        char target[256];
        (void)snprintf(target, sizeof target, VOICE_STOCK_MODULES "/%s", stock_modules[i]);
        code = make_link(target, folder, stock_modules[i], err);
    }
    return code ? code : make_link(setup->module, folder, "pupitre_voice.so", err);
}

static enum err_code write_file(const char *path, const struct buf *b, struct err *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, N_("The telephone's configuration cannot be written."));
    const ssize_t n = write(fd, b->data, b->len);
    if (close(fd) != 0 || n < 0 || (size_t)n != b->len)
        return err_set(err, ERR_IO, N_("The telephone's configuration cannot be written."));
    return ERR_OK;
}

enum err_code voice_config_write(const struct voice_setup *setup, struct err *err)
{
    CLEANUP_BUF struct buf b = {0};
    char path[400];
    if (snprintf(path, sizeof path, "%s/config", setup->dir) >= (int)sizeof path)
        return err_set(err, ERR_IO, N_("The telephone's folder has too long a name."));
    enum err_code code = build(&b, setup, err);
    if (!code)
        code = make_dir(setup->dir, err);
    if (!code)
        code = link_modules(setup, err);
    return code ? code : write_file(path, &b, err);
}
