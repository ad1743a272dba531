/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What pupitre-desk and its own module inside baresip say to each other, version 1.
 *
 * A SOCK_SEQPACKET socketpair, one JSON object a message, at most VOICE_MESSAGE_MAX bytes. The
 * module's end is inherited; its number stands in the environment variable VOICE_FD_ENV. Every
 * value is a string ("yes"/"no" for truth, decimal digits for numbers): the module reads with
 * libre's JSON reader, which guesses types, and a message with another type is refused.
 *
 * Command {"id":"7","cmd":"dial",…}
 * Reply   {"id":"7","ok":"yes",…} or {"id":"7","ok":"no","code":"state","message":"…"}
 *         code: invalid | not-found | state | no-sound | unavailable
 * Event   {"event":"ring",…}
 *
 *   cmd      fields                                        reply
 *   account  aor (sip:user@host), secret ("" = none),      {}; replaces the former account; refused
 *            outbound (sip:… or ""), register (yes/no),    with "state" during a call
 *            transport (udp/tcp/tls; "" = as
 *            outbound says, else udp), media (plain/srtp/
 *            dtls-srtp), ca (PEM, "" = this PC's);
 *            these three may lack: "", plain, ""
 *   secret   secret                                        {}; from the next registration and the
 *                                                          next call on; disturbs none
 *   dial     uri (sip:…)                                   call (SIP Call-ID); "no-sound" when no
 *                                                          sound device opens: nothing was sent
 *   hangup   call, perhaps here (yes/no)                   {}; BYE, or CANCEL before the answer; to
 *                                                          one who calls 603, or 480 with here no
 *   ring     call                                          {}; the caller is heard ringing
 *   answer   call                                          {}; the caller is answered
 *   mute     call, on (yes/no)                             {}
 *   hold     call, on (yes/no)                             {}
 *   dtmf     call, digits (0-9*#A-D)                       {}; RFC 4733
 *   transfer call, uri (sip:…)                            {}: REFER was sent; what came of it is an
 *                                                          event, and a failure keeps the call
 *   stats    call                                          sent, received, lost, jitter_us, rtt_us
 *   probe    —                                             sound (yes/no)
 *   devices  —                                             {}, after an event `found` for each
 *   choose   input, output (names, "" = of the setting),   {}; in a call at once
 *            input_volume, output_volume (0-100)
 *   test     on, tone (yes/no)                             {}; events `level` while on
 *   goodbye  method, uri, to, head: as in the event        {}; said for a process that died
 *   quit     —                                             {}; BYE to all, un-REGISTER, exit
 *
 *   event        fields
 *   hello        version (of baresip), module (of us): first message when all is well
 *   refused      reason (English sentence): first message when not; the process exits then
 *   sound        on (yes/no), reason
 *   found        way (input/output), name, label: a device that can be chosen
 *   device       way, works (yes/no), name and label of what is in use, or was; "" = nothing is:
 *                the call or the test is over
 *   level        peak (0-32767): of the microphone since the event before
 *   microphone   silent (yes/no): it gives not even noise, for 5 s
 *   registered   on (yes/no), reason
 *   tls          fault, about: the exchange's certificate was refused:
 *                "name"        it is for other names: about
 *                "expired", "early"  outside its time; about: YYYY-MM-DD
 *                "self-signed" and not known here
 *                "untrusted"   nobody trusted vouches for it; about: who does
 *                ""            it is all right again
 *   secure       call, on: yes: from here on its sound is encrypted; no: it is not, and need not be
 *   ring         call, status ("180", "183", "0" = another provisional answer)
 *   answer       call: with a codec that both sides know; without one it ends ("line")
 *   peer_hold    call
 *   peer_resume  call
 *   transfer_failed call, status ("486", "0" = none), text: the REFER, or the call that it led to,
 *                was refused; this call goes on
 *   goodbye      call, method ("CANCEL" or "BYE"), uri, to, head: what would end the call, said by
 *                the next process when this one dies; a later one of the same call is right
 *   incoming     call, number (of the caller, "" = unknown), name (in the caller's words): nothing
 *                rings before the command ring; never while there is another call
 *   end          call, status ("486", "0" = none), text (words of the peer or of baresip), cause:
 *                "local"  hangup command        "sip"    final answer to our INVITE, see status
 *                "peer"   its BYE or CANCEL     "rtp"    no more sound came
 *                "line"   transport, name or protocol failed
 *                "transferred" the other side has who answered it in our place
 *                "media"  the other side does not encrypt its sound, and has to
 *
 * No call ends because of a sound device: what baresip takes for one is ours and never goes
 * (net/voice/sound_side.h).
 *
 * Calls are named by their SIP Call-ID and by nothing else: there is no current call. The module
 * takes each call's handlers over from baresip, so that a failed transfer keeps the call, no held
 * call is resumed by itself, and a REFER from outside is declined. A redirection (3xx) is an end
 * with its status and not another call. When the desk's end closes, the module hangs up,
 * un-registers and ends the process. */

/* So long nothing is heard in a call in which both may speak: the line is lost. */
#define VOICE_SILENCE_MAX_S 30

#define VOICE_PROTOCOL_VERSION "1"
#define VOICE_MESSAGE_MAX (32 * 1024)
#define VOICE_FD_ENV "PUPITRE_VOICE_FD"
/* Our source and player in baresip's configuration, and the key there that names the driver and
 * its device: "alsa,default". */
#define VOICE_AUDIO_MODULE "pupitre"
#define VOICE_AUDIO_KEY "pupitre_audio"
/* The only baresip whose functions and structures these declarations were checked against. */
#define VOICE_BARESIP_VERSION "1.0.0"
