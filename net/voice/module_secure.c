/* SPDX-License-Identifier: Apache-2.0 */
/* Is the sound of a call as secret as it has to be? Keys of SRTP come with the answer, those of
 * DTLS-SRTP after it, when the answer agreed to them at all. Until then not a sample is sent or
 * heard (media_is_strict in module_phone.c). */

#include "net/voice/module.h"

#include <re_sa.h>
#include <re_sdp.h>

/* How long keys may take after the answer. */
#define KEYS_MS 10000

static const struct stream *stream_of(const struct call *call)
{
    const struct le *le = list_head(call_streaml(call));
    return le ? le->data : NULL;
}

enum module_keys module_secure_keys(const struct module_call *note, const struct call *call)
{
    if (note->media == MODULE_MEDIA_PLAIN)
        return MODULE_KEYS_NONE;
    if (note->secure_told)
        return MODULE_KEYS_THERE;
    const bool has_sound = sdp_media_rport(stream_sdpmedia(stream_of(call))) != 0;
    return has_sound && note->media == MODULE_MEDIA_DTLS_SRTP ? MODULE_KEYS_AWAITED
                                                              : MODULE_KEYS_MISSING;
}

void module_secure_tell(struct module *m, const struct call *call, struct module_call *note)
{
    if (!note || note->secure_told || !stream_is_secure(stream_of(call)))
        return;
    tmr_cancel(&note->insecure);
    note->secure_told = true;
    module_send(m, "secure", "call", note->id, "on", "yes", NULL);
}

static void on_insecure(void *arg)
{
    module_call_end_insecure(arg);
}

/* Never at once: baresip's handler still holds the call. */
void module_secure_await(struct module_call *note, enum module_keys keys)
{
    tmr_start(&note->insecure, keys == MODULE_KEYS_AWAITED ? KEYS_MS : 0, on_insecure, note);
}
