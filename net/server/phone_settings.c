/* SPDX-License-Identifier: Apache-2.0 */
/* What the settings of [phone] come to (net/server/phone_settings.h). */

#include "net/server/phone_settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "net/server/options.h"

#define SIPS "sips:"
#define TRANSPORT ";transport="

const char *const phone_transport_names[] = {"auto", "udp", "tcp", "tls", NULL};
const char *const phone_media_names[] = {"auto", "plain", "srtp", "dtls-srtp", NULL};

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* The transport that sip_outbound names; NULL = none. */
static const char *outbound_transport(const struct options *o)
{
    const char *param = strstr(o->sip_outbound, TRANSPORT);
    if (begins(o->sip_outbound, SIPS))
        return "tls";
    for (size_t i = 1; param && phone_transport_names[i]; i++) {
        const char *name = phone_transport_names[i];
        const size_t len = strlen(name);
        const char *said = param + strlen(TRANSPORT);
        if (strncmp(said, name, len) == 0 && (!said[len] || said[len] == ';'))
            return name;
    }
    return NULL;
}

static bool gateway_is_tls(const struct options *o)
{
    return begins(o->gateway, SIPS);
}

static const char *transport_of(const struct options *o)
{
    const char *named = outbound_transport(o);
    if (o->sip_transport)
        return phone_transport_names[o->sip_transport];
    return named ? named : gateway_is_tls(o) ? "tls" : "udp";
}

static const char *media_of(const struct options *o)
{
    if (o->sip_media)
        return phone_media_names[o->sip_media];
    return strcmp(transport_of(o), "tls") == 0 ? "srtp" : "plain";
}

const char *phone_settings_fault(const struct options *o, const char **ret_option)
{
    const char *named = outbound_transport(o);
    const bool tls = strcmp(transport_of(o), "tls") == 0;
    *ret_option = "sip-transport";
    if ((named && strcmp(named, transport_of(o)) != 0) || (gateway_is_tls(o) && !tls))
        return "the address of the gateway or of sip-outbound names another transport";
    *ret_option = "sip-media";
    if (!tls && strcmp(media_of(o), "srtp") == 0)
        return "the keys of srtp would cross the network in clear: set sip-transport to tls, or "
               "sip-media to dtls-srtp";
    *ret_option = "sip-ca";
    if (!tls && o->sip_ca)
        return "nobody looks at it without TLS: set sip-transport to tls";
    return NULL;
}

/* HOST of HOST[:PORT]. */
static size_t host_len(const char *gateway)
{
    const char *port = strrchr(gateway, ':');
    return port && !strchr(port, ']') ? (size_t)(port - gateway) : strlen(gateway);
}

/* A desk takes sip: only; that it is to be TLS is said beside it. */
static void print_outbound(struct phone_settings *p, const struct options *o)
{
    const bool udp = strcmp(p->transport, "udp") == 0;
    if (*o->sip_outbound)
        buf_printf(&p->outbound, "sip:%s", strchr(o->sip_outbound, ':') + 1);
    else if (!udp)
        buf_printf(&p->outbound, "sip:%s", p->gateway);
    if (!udp && !strstr(o->sip_outbound, TRANSPORT))
        buf_printf(&p->outbound, TRANSPORT "%s", p->transport);
}

static enum err_code read_ca(const char *path, struct buf *ret, struct err *err)
{
    char bytes[4096];
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(err, ERR_IO, "%.150s: %s", path, strerror(errno));
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0 && ret->len <= PHONE_CA_MAX;)
        buf_add(ret, bytes, n);
    const bool broken = ferror(f) != 0;
    (void)fclose(f);
    if (broken)
        return err_set(err, ERR_IO, "%.150s: it cannot be read.", path);
    if (ret->failed)
        return err_set(err, ERR_NOMEM, NULL);
    if (ret->len > PHONE_CA_MAX || strlen(buf_text(ret)) != ret->len)
        return err_set(err, ERR_INVALID, "%.150s: at most 16 KiB of text are taken.", path);
    gnutls_x509_crt_t *list = NULL;
    unsigned n = 0;
    const gnutls_datum_t pem = {(unsigned char *)ret->data, (unsigned)ret->len};
    if (!ret->len || gnutls_x509_crt_list_import2(&list, &n, &pem, GNUTLS_X509_FMT_PEM, 0) < 0)
        return err_set(err, ERR_INVALID, "%.150s: it holds no certificate (PEM).", path);
    for (unsigned i = 0; i < n; i++)
        gnutls_x509_crt_deinit(list[i]);
    gnutls_free(list);
    return ERR_OK;
}

enum err_code phone_settings_init(struct phone_settings *ret, const struct options *o,
                                  struct err *err)
{
    *ret = (struct phone_settings){
        .gateway = gateway_is_tls(o) ? o->gateway + strlen(SIPS) : o->gateway,
        .transport = transport_of(o),
        .media = media_of(o),
    };
    buf_add(&ret->domain, ret->gateway, host_len(ret->gateway));
    print_outbound(ret, o);
    enum err_code code =
        ret->domain.failed || ret->outbound.failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
    if (code == ERR_OK && o->sip_ca)
        code = read_ca(o->sip_ca, &ret->ca, err);
    if (code != ERR_OK)
        phone_settings_deinit(ret);
    return code;
}

void phone_settings_deinit(struct phone_settings *p)
{
    buf_free(&p->domain);
    buf_free(&p->outbound);
    buf_free(&p->ca);
    *p = (struct phone_settings){0};
}
