/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* clang-format off */
/* The desk protocol, version 1: between a screen (pupitre) and its desk (pupitre-desk).
 *
 * One SOCK_STREAM Unix socket, mode 0600, $XDG_RUNTIME_DIR/pupitre/INSTANCE/desk.sock; the peer
 * must be of the same user (SO_PEERCRED). One UTF-8 JSON object a line, at most 64 KiB; a longer
 * or broken line ends the connection after an error reply, and so does anything wrong before hello.
 * A connection that does not say hello within 15 s is closed (a poor line may stand still for 5 s).
 * One screen at a time: a new one with the right attach token replaces the old, which is told
 * {"event":"replaced"} and closed.
 *
 * Request  {"v":1,"id":"7","op":"dial",…}       id: string of the screen's choice, echoed
 * Answer   {"v":1,"id":"7","ok":true,…}
 *      or  {"v":1,"id":"7","ok":false,"code":"state","message":"There is no call."}
 *          code is a name of core/err.h
 * Event    {"v":1,"event":"call",…}
 *
 *   op        fields                                          answer
 *   hello     attach (token read from the file `attach`       desk_version, baresip_version,
 *             beside the socket, 0600); must be first         signed_in, phone, reason, sound,
 *                                                             registered, fault, about
 *                                                             (as in the event phone),
 *                                                             call, consult, clock_ms (the desk's
 *                                                             clock, of no meaning elsewhere)
 *   admit     attach (as hello); instead of hello, and the    attach, signed_in, call (bool: one
 *             only request of its connection                  is up), grace_s (0 = unknown)
 *   ping      —                                               {}
 *   sign_in   backend (https URL, or http to this machine),   {}
 *             ca (optional, PEM text of who vouches for it,
 *             ≤ 32 KiB; "" = this machine's certificates),
 *             agent_id, token, journal_key,
 *             aor, sip_secret, outbound (URI or ""),
 *             register (bool), screen_grace_s,
 *             and optional: transport ("udp", "tcp",
 *             "tls"; without it as outbound says, else
 *             udp), media ("plain", the default, "srtp",
 *             "dtls-srtp"), sip_ca (PEM text of who
 *             vouches for the exchange, ≤ 16 KiB; "" =
 *             this machine's certificates),
 *             sip_secret_renew_s (ask the backend for
 *             another secret then; 0 or nothing: never),
 *             posts (bool, optional, true): backend is an
 *             address at the desk, too
 *   session   —                                               backend, agent_id, token,
 *             (only to a re-attaching screen)                 journal_key, keep (object or null),
 *                                                             sip_secret, sip_ca (those of now)
 *   keep      keep (object, ≤ 48 KiB: what the screen         {}
 *             wants back after its death; held in locked memory)
 *             part (bool, optional): its members replace those kept before, null takes one away;
 *             refused with "state" when nothing is kept
 *   dial      call_id (backend's), call_token, number         sip_call_id
 *             (E.164 or short code), uri (sip:…),             ("" when it ended before it began:
 *             ring_limit_s, before_ms, now_s (optional:       an end event says why)
 *             UTC seconds of the backend's clock; the
 *             call's events are stamped by it)
 *   consult   call_id (the person's), consult_id (backend's   sip_call_id (as with dial)
 *             id of the new call), and as with dial:
 *             call_token, number ("" for a user), uri,
 *             ring_limit_s, before_ms, now_s
 *   swap      call_id, consult_id                             {}
 *   take_back call_id                                         {}
 *   transfer  call_id, uri, number ("" for a user or queue)   {}: the other side was asked; what
 *                                                             came of it is an event
 *   answer    call_id of a call that came in                  {}: the event says when it is up
 *   end       call_id                                         {}; who calls us hears 603
 *   mute      call_id, on                                     {}
 *   hold      call_id, on                                     {}
 *   dtmf      call_id, digits (0-9*#A-D, ≤ 32)                {}
 *   call      —                                               call, consult (objects as below, or
 *                                                             null)
 *   stats     call_id                                         sent, received (RTP packets), lost
 *                                                             (of those sent to us), jitter_us,
 *                                                             rtt_us (0 = not known yet)
 *   devices   —                                               inputs, outputs: [{name, label}…];
 *                                                             input, output: {chosen ("" = of
 *                                                             the setting), volume, in_use ("" =
 *                                                             nothing now), label (of that),
 *                                                             works (bool)}
 *   choose    input, output (optional: a name of the list,    {}; in a call at once. Remembered
 *             ≤ 127 bytes; "" = of the setting `audio`)       on this PC; "io" = it counts, but
 *                                                             is not
 *   volume    input, output (optional: 0-100; 50 leaves the   {}, likewise
 *             sound as it is, 100 is 12 dB more)
 *   sound_test  on, tone (optional bool: a tone to hear)      {}; events `level` for 60 s, or
 *                                                             until on is false or the screen
 *                                                             goes
 *   ack       call_id, seq: the screen has the events up to   {}
 *             seq in its journal or at the backend
 *   sign_out  —   refused with code "state" during a call     {}, then un-registers and exits, or
 *                                                             closes the connection and stays
 *
 * A screen on another machine comes through a socket that ssh forwards: for the desk the peer is
 * the ssh of its own user, so the token alone says who comes. Who brings the socket there (`admit`,
 * pupitre-desk ssh) gets a token of its own for that login: it is good for hello while the
 * admitting connection lives, and dead with it, so that a screen behind a line that was given up
 * cannot come back. While such a connection is open the desk stays, also after sign_out.
 *
 * Every command about a call names it; there is no current call. Setting what already is set (mute
 * on while muted) is ok and does nothing.
 *
 * There may be two calls: the person's, and a consult about him; end, mute, hold, dtmf, stats and
 * ack take the name of either. core/legs.h says what may be asked in which pair of states and what
 * it becomes, and this holds throughout: never do both talk. So consult puts the person on hold
 * first (a hold event of his call, when he was not), and to take one off hold puts the other on
 * hold. A consult that fails or ends leaves the person on hold, until he is taken back: by
 * take_back (which ends the consult if it is up), swap or hold. A person who hangs up leaves the
 * consult up. One request of this kind is carried out at a time; another one in the meantime is
 * refused with "state".
 *
 * transfer ends the consult if it is up, puts the person on hold and asks the other side to call
 * uri (blind, RFC 3515): state "transferring". When somebody answers there, the call ends as
 * "transferred". When that comes to nothing the event transfer_failed says why (sip_status and text
 * of the refusal; 0 when nobody answered within the call's ring_limit_s), and the desk resumes the
 * person, also one who was on hold before. Whoever answers later than that ends the call as
 * "transferred" all the same.
 *
 * Somebody may call, too, where the account is registered: with a screen, no other call, and all
 * events of the last one acknowledged. It takes the place of the person's call; its call_id is the
 * desk's own, "in-…", its first event is "incoming", with the caller's number and name as text (to
 * be believed as little as any caller's word), and the backend is told nothing. Unanswered it ends
 * as "missed". Others hear 480, and 486 while there is a call: neither screen nor call notices.
 *
 *   event     fields
 *   phone     state: "starting" | "ready" | "failed" (also when the registrar refuses the
 *             login); reason (English sentence, may be "");
 *             sound: true | false (a usable sound device); registered: true | false;
 *             fault, about: why the exchange's certificate was refused (core/phone_fault.h), and
 *             whose or since when; "" = it was not. The telephone is "failed" until it is mended
 *   media       call_id, encrypted: true | false (whether its sound is, from here on)
 *   call      call_id, sip_call_id, seq (1, 2, 3 … per call), at (RFC 3339 UTC), kind (event name
 *             of core/call.h), end (name, with kind "end"), sip_status (int, 0 = none),
 *             text (reason phrase, control characters stripped, ≤ 80 characters)
 *   sound     input, output: {works: false = the device went in a call or a test, and silence is
 *             sent or heard until another is there; label: what is in use, or was, "" = nothing};
 *             silent: true = the agent talks, and the microphone gives not even noise
 *   level     on: false = the test is over; level_db: of the microphone's highest sample, -96 to 0
 *             below full scale; only when it changed, and at most four in a second
 *   replaced  —
 *
 * A permit to dial grows old, also on a line that stalls between screen and desk: hello tells the
 * desk's clock, and a dial that is read at before_ms of that clock or later is refused with
 * "state".
 *
 * `call`, `consult` in an answer: {call_id, sip_call_id, state, muted, peer_holds, end,
 * encrypted (true, false, or null: not known yet), events:[…all events so far…]}; it stays
 * available after the end until the next dial, the consult until the next consult.
 *
 * With transport tls nothing of SIP goes out but through TLS (1.2 or newer) to an exchange whose
 * certificate is in its time, vouched for, and for the host that outbound (or aor) names, an
 * address included; no wildcards. With another media than plain no sound goes out or is heard
 * before it is encrypted: a call whose other side does not, ends as "failed".
 *
 * With no screen attached the desk (unless posts is false) posts the events that no screen
 * acknowledged to BACKEND/calls/CALL_ID/events, those of each call with its own call token, and
 * after screen_grace_s without a screen it ends both calls (end "screen_lost") and posts that too.
 * It ends itself when signed out, or when no screen ever signed in within 60 s, or none came back
 * to a signed-in desk for 30 minutes, and never while a call is up or its events are not told. With
 * --listen it does not end by itself. The file `lock` beside the socket holds the desk's process
 * number.
 */
/* clang-format on */

#define DESK_PROTOCOL_VERSION 1
#define DESK_LINE_MAX (64 * 1024)
#define DESK_KEEP_MAX (48 * 1024)
#define DESK_CA_MAX (32 * 1024)
#define DESK_SIP_CA_MAX (16 * 1024)
