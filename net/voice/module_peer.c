/* SPDX-License-Identifier: Apache-2.0 */
/* What the other side's session description (SDP) says of a call that is answered: can it be spoken
 * with, does it hold us. */

#include "net/voice/module.h"

#include <re_mem.h>
#include <re_sa.h>
#include <re_sdp.h>

#include "net/voice/module_protocol.h"

/* An answer without a session, or without a codec of ours, is a call in which nobody hears
 * anything; baresip takes it for answered. */
bool module_peer_can_talk(const struct call *call)
{
    return audio_codec(call_audio(call), true) != NULL;
}

/* It takes no sound; or it has no address (0.0.0.0 is hold in RFC 2543, and baresip sends nothing
 * there). libre turns the peer's attribute round: its "sendonly" is our SDP_RECVONLY. */
static bool holds(const struct sdp_media *media)
{
    return !(sdp_media_rdir(media) & SDP_SENDONLY) || !sa_isset(sdp_media_raddr(media), SA_ALL);
}

void module_peer_session(struct module *m, struct call *call, struct module_call *note, bool answer)
{
    const struct le *le = list_head(call_streaml(call));
    if (!le || call_state(call) != BARESIP_STATE_ESTABLISHED)
        return;
    const struct sdp_media *media = stream_sdpmedia(le->data);
    /* Who comes back from a long hold needs a moment until he is heard: baresip counts the silence
     * of the hold, and ends the call at its next look. */
    stream_enable_rtp_timeout(le->data, VOICE_SILENCE_MAX_S * 1000);
    /* The answer to our own hold only mirrors it. */
    if (answer && !(sdp_media_ldir(media) & SDP_RECVONLY))
        return;
    const bool now = holds(media);
    if (now != note->peer_holds)
        module_send(m, now ? "peer_hold" : "peer_resume", "call", note->id, NULL);
    note->peer_holds = now;
}
