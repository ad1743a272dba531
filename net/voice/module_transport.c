/* SPDX-License-Identifier: Apache-2.0 */
/* How SIP reaches the exchange. baresip lays its own transports at its start and again when the
 * address of this PC changes; both are replaced by ours: with TLS that one alone, so that nothing
 * can go out plain, else UDP and TCP. */

#include "net/voice/module.h"

#include <string.h>

#include <re_mem.h>
#include <re_msg.h>
#include <re_sa.h>
#include <re_uri.h>

#include <re_sip.h>

/* How often baresip looks whether this PC's address changed. */
#define CHANGE_S 60

static const int families[] = {AF_INET, AF_INET6};

static int lay(struct module *m)
{
    struct sip *sip = uag_sip();
    int err = 0;
    sip_transp_flush(sip);
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        struct sa here;
        const struct sa *address = net_laddr_af(baresip_network(), families[i]);
        if (!address || !sa_isset(address, SA_ADDR))
            continue;
        sa_cpy(&here, address);
        sa_set_port(&here, 0);
        if (m->tls)
            err |= sip_transp_add(sip, SIP_TRANSP_TLS, &here, m->tls);
        else
            err |= sip_transp_add(sip, SIP_TRANSP_UDP, &here) |
                   sip_transp_add(sip, SIP_TRANSP_TCP, &here);
    }
    return err;
}

/* In place of baresip's own handler, whose uag_reset_transp would bring its own TLS back. */
static void on_address_change(void *arg)
{
    struct module *m = arg;
    (void)lay(m);
    if (!m->ua || m->stopping)
        return;
    if (m->registers)
        (void)ua_register(m->ua);
    const struct sa *here = net_laddr_af(baresip_network(), AF_INET);
    for (struct le *le = list_head(ua_calls(m->ua)); le; le = le->next)
        (void)call_reset_transp(le->data, here);
}

int module_transport_set(struct module *m, struct tls *tls)
{
    mem_deref(m->tls);
    m->tls = tls;
    m->tls_fault[0] = m->tls_about[0] = '\0';
    net_change(baresip_network(), CHANGE_S, on_address_change, m);
    return lay(m);
}

/* The host of sip:[user@]host[:port][;…], without the brackets of an IPv6 address. */
static bool host_of(const char *uri, char *host, size_t size)
{
    const char *at = strchr(uri, '@');
    const char *start = at ? at + 1 : uri + strlen("sip:");
    const bool bracketed = *start == '[';
    start += bracketed;
    const size_t len = strcspn(start, bracketed ? "]" : ":;");
    if (!len || len >= size)
        return false;
    memcpy(host, start, len);
    host[len] = '\0';
    return true;
}

static bool is_transport(const char *name, size_t len)
{
    static const char *const names[] = {"udp", "tcp", "tls"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i]) == len && strncmp(names[i], name, len) == 0)
            return true;
    return false;
}

/* The transport is said in the address that everything is sent to: without an outbound proxy that
 * is the account's own domain. An account that names none has that of its proxy, else UDP. */
static bool proxy_of(const struct module_account *a, char *proxy, size_t size, bool *ret_tls)
{
    char host[MODULE_HOST_SIZE];
    static const char key[] = ";transport=";
    const char *named = strstr(a->outbound, key);
    const char *transport = named ? named + sizeof key - 1 : *a->transport ? a->transport : "udp";
    const size_t len = strcspn(transport, ";");
    if (!is_transport(transport, len) ||
        (*a->transport && (strlen(a->transport) != len || strncmp(a->transport, transport, len))))
        return false;
    *ret_tls = strncmp(transport, "tls", 3) == 0;
    int n;
    if (named || strcmp(transport, "udp") == 0)
        n = re_snprintf(proxy, size, "%s", a->outbound);
    else if (*a->outbound)
        n = re_snprintf(proxy, size, "%s;transport=%s", a->outbound, transport);
    else if (host_of(a->aor, host, sizeof host))
        n = re_snprintf(proxy, size,
                        strchr(host, ':') ? "sip:[%s];transport=%s" : "sip:%s;transport=%s", host,
                        transport);
    else
        return false;
    return n >= 0 && (size_t)n < size;
}

int module_transport_of(struct module *m, const struct module_account *a, char *proxy, size_t size,
                        struct tls **ret_tls)
{
    char host[MODULE_HOST_SIZE];
    bool tls = false;
    *ret_tls = NULL;
    if (!proxy_of(a, proxy, size, &tls))
        return EINVAL;
    if (!tls)
        return 0;
    return host_of(proxy, host, sizeof host) ? module_tls_make(ret_tls, m, host, a->ca) : EINVAL;
}
