/* SPDX-License-Identifier: Apache-2.0 */
/* TLS to the telephone exchange, with its certificate and its name looked at.
 *
 * baresip 1.0.0 looks at neither, not even with sip_cafile. So its own TLS transport is taken away
 * and one is put in its place whose OpenSSL context does: chain, dates, and the one name that the
 * account was made for. A handshake that fails here has not sent a byte of SIP. */

#include "net/voice/module.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define USE_OPENSSL /* re_tls.h: for tls_openssl_context, which Debian's libre has */
#include <re_mem.h>
#include <re_sa.h>
#include <re_tls.h>

/* Names of a certificate are somebody else's words: what a name may hold, and no more. */
static void add_name(char *list, size_t size, const char *name, size_t len)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                ".-_*: ";
    const size_t used = strlen(list);
    if (used + len + 3 > size)
        return;
    char *at = list + used;
    if (used)
        at += re_snprintf(at, size - used, ", ");
    for (size_t i = 0; i < len; i++)
        *at++ = name[i] && strchr(plain, name[i]) ? name[i] : '?';
    *at = '\0';
}

static void add_address(char *list, size_t size, const ASN1_OCTET_STRING *ip)
{
    char text[64];
    struct sa sa;
    const unsigned char *b = ASN1_STRING_get0_data(ip);
    if (ASN1_STRING_length(ip) == 16)
        sa_set_in6(&sa, b, 0);
    else if (ASN1_STRING_length(ip) == 4)
        sa_set_in(&sa, (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3], 0);
    else
        return;
    if (re_snprintf(text, sizeof text, "%j", &sa) > 0)
        add_name(list, size, text, strlen(text));
}

static void add_common_name(char *list, size_t size, const X509_NAME *name)
{
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    const X509_NAME_ENTRY *entry = at < 0 ? NULL : X509_NAME_get_entry(name, at);
    const ASN1_STRING *text = entry ? X509_NAME_ENTRY_get_data(entry) : NULL;
    if (text)
        add_name(list, size, (const char *)ASN1_STRING_get0_data(text),
                 (size_t)ASN1_STRING_length(text));
}

/* Whom a certificate is for. */
static void list_names(X509 *cert, char *list, size_t size)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    list[0] = '\0';
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);
        if (n->type == GEN_DNS)
            add_name(list, size, (const char *)ASN1_STRING_get0_data(n->d.dNSName),
                     (size_t)ASN1_STRING_length(n->d.dNSName));
        else if (n->type == GEN_IPADD)
            add_address(list, size, n->d.iPAddress);
    }
    GENERAL_NAMES_free(names);
    if (!list[0])
        add_common_name(list, size, X509_get_subject_name(cert));
}

static void print_day(const ASN1_TIME *at, char *text, size_t size)
{
    struct tm tm;
    text[0] = '\0';
    if (ASN1_TIME_to_tm(at, &tm))
        (void)strftime(text, size, "%Y-%m-%d", &tm);
}

static void tell(struct module *m, const char *fault, const char *about)
{
    if (strcmp(m->tls_fault, fault) == 0 && strcmp(m->tls_about, about) == 0)
        return;
    (void)re_snprintf(m->tls_fault, sizeof m->tls_fault, "%s", fault);
    (void)re_snprintf(m->tls_about, sizeof m->tls_about, "%s", about);
    module_send(m, "tls", "fault", fault, "about", about, NULL);
    if (*fault)
        module_phone_try_again(m);
}

static void tell_fault(struct module *m, int error, X509 *cert)
{
    char about[sizeof m->tls_about] = "";
    switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        list_names(cert, about, sizeof about);
        tell(m, "name", about);
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        print_day(X509_get0_notAfter(cert), about, sizeof about);
        tell(m, "expired", about);
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        print_day(X509_get0_notBefore(cert), about, sizeof about);
        tell(m, "early", about);
        break;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        tell(m, "self-signed", "");
        break;
    default:
        add_common_name(about, sizeof about, X509_get_issuer_name(cert));
        tell(m, "untrusted", about);
        break;
    }
}

/* OpenSSL asks for each certificate of the chain, the exchange's own (depth 0) last when all is
 * well. */
static int on_verify(int ok, X509_STORE_CTX *store)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct module *m = ssl ? SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)) : NULL;
    X509 *cert = X509_STORE_CTX_get_current_cert(store);
    if (!m || !cert)
        return 0;
    if (!ok)
        tell_fault(m, X509_STORE_CTX_get_error(store), cert);
    else if (X509_STORE_CTX_get_error_depth(store) == 0)
        tell(m, "", "");
    return ok;
}

/* All certificates of a PEM text; false when there is none, or something else. */
static bool trust_pem(SSL_CTX *ctx, const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *cert;
    bool any = false, all = bio != NULL;
    while (all && (cert = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
        any = true;
        all = X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), cert) == 1;
        X509_free(cert);
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
        all = false; /* the end of the text is told as an error, too */
    ERR_clear_error();
    BIO_free(bio);
    return any && all;
}

/* RFC 5922 7.2: no wildcards. */
static bool expect_name(SSL_CTX *ctx, const char *host)
{
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_WILDCARDS);
    struct sa sa;
    return sa_set_str(&sa, host, 0) == 0 ? X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1
                                         : X509_VERIFY_PARAM_set1_host(param, host, 0) == 1;
}

int module_tls_make(struct tls **ret, struct module *m, const char *host, const char *ca)
{
    struct tls *tls = NULL;
    const int err = tls_alloc(&tls, TLS_METHOD_SSLV23, NULL, NULL);
    if (err)
        return err;
    SSL_CTX *ctx = tls_openssl_context(tls);
    SSL_CTX_set_app_data(ctx, m);
    if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 || !expect_name(ctx, host) ||
        !(*ca ? trust_pem(ctx, ca) : SSL_CTX_set_default_verify_paths(ctx) == 1)) {
        mem_deref(tls);
        return EINVAL;
    }
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, on_verify);
    *ret = tls;
    return 0;
}
