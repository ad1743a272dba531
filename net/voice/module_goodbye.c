/* SPDX-License-Identifier: Apache-2.0 */
/* The last word to a person whose telephone died. A process that is killed says no BYE: the person
 * would go on listening to nobody, or the telephone go on ringing. So the desk is told beforehand,
 * for each call, what would end it, and the next process says that. A process that has to end says
 * it itself for a call that libre cannot end yet: one that nobody has answered with a word (its
 * CANCEL waits for that, RFC 3261 9.1), or whose side owes us an ACK.
 *
 * Before the answer it is the CANCEL of our INVITE, which has to come with that INVITE's branch
 * (RFC 3261 9.1) and is sent as it stands; after the answer a BYE in its dialog (12.2.1.1), from
 * what the 200 says. Both are taken from the messages as they pass, because baresip shows neither
 * dialog nor transaction. */

#include "net/voice/module.h"

#include <string.h>

#include <re_hash.h>
#include <re_mem.h>
#include <re_msg.h>
#include <re_sa.h>
#include <re_uri.h>

#include <re_sip.h>

/* More than a call has requests of ours: our numbers go up by one (RFC 3261 12.2.1.1). */
#define CSEQ_AHEAD 1000
/* UDP loses; as a transaction without an end that anybody waits for. */
#define CANCELS 4
#define CANCEL_EVERY_MS SIP_T1

/* libre gives its trace handler no argument of ours. */
static struct module *watching;

static bool add_route(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
    (void)msg;
    (void)mbuf_printf(arg, "Route: %r\r\n", &hdr->val);
    return false;
}

static bool starts_with(const uint8_t *pkt, size_t len, const char *word)
{
    return len >= strlen(word) && memcmp(pkt, word, strlen(word)) == 0;
}

/* The one of this call, or one that is free; the oldest when there is none. */
static struct module_goodbye **place_of(struct module *m, const char *call)
{
    struct module_goodbye **place = NULL;
    for (size_t i = MODULE_CALLS_MAX; i-- > 0;)
        if (!m->goodbyes[i] || strcmp(m->goodbyes[i]->call, call) == 0)
            place = !place || m->goodbyes[i] ? &m->goodbyes[i] : place;
    return place ? place : &m->goodbyes[0];
}

static void tell(struct module *m, const struct sip_msg *msg, const struct mbuf *head,
                 const char *method, const char *uri, const char *to)
{
    struct module_goodbye *g = mem_zalloc(sizeof *g, NULL);
    if (!g || msg->callid.l >= sizeof g->call || head->end >= sizeof g->head) {
        mem_deref(g);
        return;
    }
    (void)pl_strcpy(&msg->callid, g->call, sizeof g->call);
    (void)re_snprintf(g->method, sizeof g->method, "%s", method);
    (void)re_snprintf(g->uri, sizeof g->uri, "%s", uri);
    (void)re_snprintf(g->to, sizeof g->to, "%s", to);
    memcpy(g->head, head->buf, head->end);
    struct module_goodbye **place = place_of(m, g->call);
    mem_deref(*place);
    *place = g;
    module_send(m, "goodbye", "call", g->call, "method", method, "uri", uri, "to", to, "head",
                g->head, NULL);
}

void module_goodbye_drop(struct module *m, const char *call)
{
    for (size_t i = 0; i < MODULE_CALLS_MAX; i++)
        if (m->goodbyes[i] && strcmp(m->goodbyes[i]->call, call) == 0)
            m->goodbyes[i] = mem_deref(m->goodbyes[i]);
}

/* Our INVITE went to dst. */
static void tell_cancel(struct module *m, const struct sip_msg *msg, enum sip_transp tp,
                        const struct sa *dst)
{
    char to[80];
    const struct sip_hdr *via = sip_msg_hdr(msg, SIP_HDR_VIA);
    struct mbuf *mb = mbuf_alloc(1024);
    if (mb && via) {
        (void)mbuf_printf(mb, "CANCEL %r SIP/2.0\r\nVia: %r\r\nMax-Forwards: 70\r\n", &msg->ruri,
                          &via->val);
        (void)sip_msg_hdr_apply(msg, true, SIP_HDR_ROUTE, add_route, mb);
        (void)mbuf_printf(
            mb, "To: %r\r\nFrom: %r\r\nCall-ID: %r\r\nCSeq: %u CANCEL\r\nContent-Length: 0\r\n\r\n",
            &msg->to.val, &msg->from.val, &msg->callid, msg->cseq.num);
        (void)re_snprintf(to, sizeof to, "%d %J", (int)tp, dst);
        tell(m, msg, mb, "CANCEL", "", to);
    }
    mem_deref(mb);
}

/* They answered. */
static void tell_bye(struct module *m, const struct sip_msg *msg)
{
    char uri[512], first[512] = "";
    struct sip_addr target, route;
    const struct sip_hdr *contact = sip_msg_hdr(msg, SIP_HDR_CONTACT);
    if (!contact || sip_addr_decode(&target, &contact->val) || target.auri.l >= sizeof uri)
        return;
    (void)pl_strcpy(&target.auri, uri, sizeof uri);
    /* The route set is theirs turned round. */
    const struct sip_hdr *last = sip_msg_hdr_apply(msg, false, SIP_HDR_RECORD_ROUTE, NULL, NULL);
    if (last && sip_addr_decode(&route, &last->val) == 0)
        (void)pl_strcpy(&route.auri, first, sizeof first);
    struct mbuf *mb = mbuf_alloc(1024);
    if (mb) {
        (void)mbuf_printf(mb, "Max-Forwards: 70\r\n");
        (void)sip_msg_hdr_apply(msg, false, SIP_HDR_RECORD_ROUTE, add_route, mb);
        (void)mbuf_printf(
            mb, "To: %r\r\nFrom: %r\r\nCall-ID: %r\r\nCSeq: %u BYE\r\nContent-Length: 0\r\n\r\n",
            &msg->to.val, &msg->from.val, &msg->callid, msg->cseq.num + CSEQ_AHEAD);
        tell(m, msg, mb, "BYE", uri, first);
    }
    mem_deref(mb);
}

static void on_message(bool tx, enum sip_transp tp, const struct sa *src, const struct sa *dst,
                       const uint8_t *pkt, size_t len, void *arg)
{
    (void)src;
    (void)arg;
    struct module *m = watching;
    if (!m || m->stopping || !starts_with(pkt, len, tx ? "INVITE " : "SIP/2.0 2"))
        return;
    struct sip_msg *msg = NULL;
    struct mbuf *mb = mbuf_alloc(len);
    if (mb && mbuf_write_mem(mb, pkt, len) == 0) {
        mb->pos = 0;
        if (sip_msg_decode(&msg, mb) == 0 && pl_strcasecmp(&msg->cseq.met, "INVITE") == 0) {
            if (tx && !pl_isset(&msg->to.tag))
                tell_cancel(m, msg, tp, dst);
            else if (!tx && module_call_answered(m, &msg->callid))
                tell_bye(m, msg);
        }
    }
    mem_deref(msg);
    mem_deref(mb);
}

void module_goodbye_forget(struct module *m)
{
    list_flush(&m->cancels);
    for (size_t i = 0; i < MODULE_CALLS_MAX; i++)
        m->goodbyes[i] = mem_deref(m->goodbyes[i]);
}

void module_goodbye_watch(struct module *m)
{
    watching = m;
    if (m)
        sip_set_trace_handler(uag_sip(), on_message);
}

/* --- saying it ---------------------------------------------------- */

struct cancel {
    struct le le; /* module::cancels owns it */
    struct tmr again;
    struct mbuf *mb;
    struct sa to;
    enum sip_transp tp;
    unsigned left;
};

static void destroy_cancel(void *arg)
{
    struct cancel *c = arg;
    list_unlink(&c->le);
    tmr_cancel(&c->again);
    mem_deref(c->mb);
}

static void send_cancel(void *arg)
{
    struct cancel *c = arg;
    c->mb->pos = 0;
    (void)sip_send(uag_sip(), NULL, c->tp, &c->to, c->mb);
    if (--c->left)
        tmr_start(&c->again, CANCEL_EVERY_MS, send_cancel, c);
    else
        mem_deref(c);
}

static bool say_cancel(struct module *m, const char *head, const char *to)
{
    struct pl tp, address;
    struct cancel *c = mem_zalloc(sizeof *c, destroy_cancel);
    if (!c)
        return false;
    tmr_init(&c->again);
    c->left = CANCELS;
    c->mb = mbuf_alloc(strlen(head));
    if (!c->mb || mbuf_write_str(c->mb, head) ||
        re_regex(to, strlen(to), "[0-9]+ [^ ]+", &tp, &address) ||
        sa_decode(&c->to, address.p, address.l)) {
        mem_deref(c);
        return false;
    }
    c->tp = (enum sip_transp)pl_u32(&tp);
    list_append(&m->cancels, &c->le, c);
    send_cancel(c);
    return true;
}

static void on_answer(int err, const struct sip_msg *msg, void *arg)
{
    (void)err;
    (void)msg;
    (void)arg; /* whatever they say: there is nothing more to do */
}

static bool say_bye(const char *head, const char *uri, const char *to)
{
    struct pl pl;
    struct uri route;
    pl_set_str(&pl, to);
    const bool routed = *to && uri_decode(&route, &pl) == 0;
    return sip_requestf(NULL, uag_sip(), true, "BYE", uri, routed ? &route : NULL, NULL, NULL,
                        on_answer, NULL, "%s", head) == 0;
}

static bool say(struct module *m, const char *method, const char *head, const char *uri,
                const char *to)
{
    return strcmp(method, "BYE") == 0 ? say_bye(head, uri, to) : say_cancel(m, head, to);
}

void module_goodbye_say_all(struct module *m)
{
    for (size_t i = 0; i < MODULE_CALLS_MAX; i++) {
        const struct module_goodbye *g = m->goodbyes[i];
        if (g)
            (void)say(m, g->method, g->head, g->uri, g->to);
    }
}

void module_goodbye_say(struct module *m, const char *id, const struct odict *cmd)
{
    const char *method = odict_string(cmd, "method"), *head = odict_string(cmd, "head");
    const char *uri = odict_string(cmd, "uri"), *to = odict_string(cmd, "to");
    if (!method || !head || !uri || !to)
        module_refuse(m, id, "invalid", "A goodbye lacks a field.");
    else if (say(m, method, head, uri, to))
        module_reply(m, id, NULL);
    else
        module_refuse(m, id, "unavailable", "The other side could not be told.");
}
