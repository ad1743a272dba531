/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of pupitred. Without TLS only loopback is listened on: tokens and people's data
 * would cross the network in clear. */

#include "net/server/options.h"

#include <string.h>

#include "core/i18n.h"
#include "net/api/backend_url.h"
#include "net/host/log.h"
#include "net/server/phone_settings.h"
#include "net/store/store.h"

static const char *take_listen(const char *text, void *ret)
{
    return listen_parse(text, ret)
               ? NULL
               : "ADDR:PORT is expected, such as 127.0.0.1:8080 or [::1]:8080; up to four, "
                 "with commas between";
}
_Static_assert(sizeof(struct listen_list) <= CONF_FIELD_MAX, "it fits into a field");

/* HOST or HOST:PORT as it may stand in a SIP URI, after sips: when it speaks TLS. */
static const char *take_gateway(const char *text, void *ret)
{
    const char *host = strncmp(text, "sips:", 5) == 0 ? text + 5 : text;
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]";
    const size_t len = strlen(host);
    if (len == 0 || strspn(host, allowed) != len)
        return "HOST or HOST:PORT is expected, after sips: when it speaks TLS";
    *(const char **)ret = text;
    return NULL;
}

static const char *take_outbound(const char *text, void *ret)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:[];=";
    const size_t len = strlen(text);
    if (strspn(text, allowed) != len ||
        (len > 0 && strncmp(text, "sip:", 4) != 0 && strncmp(text, "sips:", 5) != 0))
        return "sip:HOST or sips:HOST is expected, without a user";
    *(const char **)ret = text;
    return NULL;
}

/* The base of a FHIR server. */
static const char *take_federal(const char *text, void *ret)
{
    bool is_local;
    if (backend_url_check(text, true, &is_local, NULL) != ERR_OK)
        return "https://HOST/PATH is expected (http:// for this machine only)";
    *(const char **)ret = text;
    return NULL;
}

static const char *take_store(const char *text, void *ret)
{
    const char *rule = store_url_fault(text);
    if (!rule)
        *(const char **)ret = text;
    return rule;
}

#define AT(field) offsetof(struct options, field)
/* clang-format off */
static const struct conf_row rows[] = {
    {.name = "data", .section = "server", .variable = "PUPITRE_DATA", .arg = "DIR",
     .help = "directory of the database, made by pupitrectl init",
     .standard = "/var/lib/pupitre", .kind = CONF_PATH, .offset = AT(data)},
    {.name = "store", .section = "server", .variable = "PUPITRE_STORE", .arg = "URL",
     .help = "database in PostgreSQL, which several pupitred may share; else a file in DIR",
     .kind = CONF_OTHER, .take = take_store, .offset = AT(store)},
    {.name = "listen", .section = "server", .variable = "PUPITRED_LISTEN", .arg = "ADDR:PORT,...",
     .help = "where to serve; port 0: any free one, see DIR/address",
     .standard = "127.0.0.1:8080", .kind = CONF_OTHER, .take = take_listen, .offset = AT(listen)},
    {.name = "request-timeout", .section = "server", .variable = "PUPITRED_REQUEST_TIMEOUT",
     .arg = "SECONDS", .help = "longest a request may take to come, and a connection be idle",
     .standard = "60", .kind = CONF_NUMBER, .min = 1, .max = 3600,
     .offset = AT(request_timeout_s)},
    {.name = "rate-session", .section = "server", .variable = "PUPITRED_RATE_SESSION",
     .arg = "NUMBER", .help = "points a minute that a session may ask for; 0: any",
     .standard = "1200", .kind = CONF_NUMBER, .min = 0, .max = 1000000,
     .offset = AT(rate_session)},
    {.name = "rate-address", .section = "server", .variable = "PUPITRED_RATE_ADDRESS",
     .arg = "NUMBER", .help = "points a minute of an address without a session; 0: any",
     .standard = "12000", .kind = CONF_NUMBER, .min = 0, .max = 1000000,
     .offset = AT(rate_address)},
    {.name = "session-limit", .section = "server", .variable = "PUPITRED_SESSION_LIMIT",
     .arg = "SECONDS", .help = "how long a session may last; a call is waited for",
     .standard = "57600", .kind = CONF_NUMBER, .min = 60, .max = 604800,
     .offset = AT(session_limit_s)},
    {.name = "session-idle", .section = "server", .variable = "PUPITRED_SESSION_IDLE",
     .arg = "SECONDS", .help = "how long a session lasts when no workstation is there; 0: any time",
     .standard = "3600", .kind = CONF_NUMBER, .min = 0, .max = 604800,
     .offset = AT(session_idle_s)},
    {.name = "tls-cert", .section = "server", .variable = "PUPITRED_TLS_CERT", .arg = "FILE",
     .help = "serve HTTPS with this certificate and its chain (PEM)",
     .kind = CONF_PATH, .offset = AT(tls_cert)},
    {.name = "tls-key", .section = "server", .variable = "PUPITRED_TLS_KEY", .arg = "FILE",
     .help = "its key (PEM), which nobody else may read",
     .kind = CONF_PATH, .offset = AT(tls_key)},
    {.name = "drain", .section = "server", .variable = "PUPITRED_DRAIN", .arg = "SECONDS",
     .help = "on SIGTERM, serve so long while /readyz says no",
     .standard = "0", .kind = CONF_NUMBER, .min = 0, .max = 3600, .offset = AT(drain_s)},
    {.name = "gateway", .section = "phone", .variable = "PUPITRED_GATEWAY", .arg = "HOST[:PORT]",
     .help = "SIP gateway: people are called at sip:NUMBER@HOST:PORT; sips:HOST: it speaks TLS",
     .kind = CONF_OTHER, .take = take_gateway, .offset = AT(gateway), .required = true},
    {.name = "sip-outbound", .section = "phone", .variable = "PUPITRED_SIP_OUTBOUND", .arg = "URI",
     .help = "SIP proxy for the desks' calls",
     .standard = "", .kind = CONF_OTHER, .take = take_outbound, .offset = AT(sip_outbound)},
    {.name = "sip-register", .section = "phone", .variable = "PUPITRED_SIP_REGISTER",
     .help = "desks register with the SIP gateway",
     .standard = "no", .kind = CONF_FLAG, .offset = AT(sip_register)},
    {.name = "sip-transport", .section = "phone", .variable = "PUPITRED_SIP_TRANSPORT",
     .arg = "NAME", .help = "udp, tcp, tls, or auto: tls when the addresses above say so",
     .standard = "auto", .kind = CONF_CHOICE, .choices = phone_transport_names,
     .offset = AT(sip_transport)},
    {.name = "sip-media", .section = "phone", .variable = "PUPITRED_SIP_MEDIA", .arg = "NAME",
     .help = "plain, srtp, dtls-srtp, or auto: srtp with tls, else plain",
     .standard = "auto", .kind = CONF_CHOICE, .choices = phone_media_names,
     .offset = AT(sip_media)},
    {.name = "sip-ca", .section = "phone", .variable = "PUPITRED_SIP_CA", .arg = "FILE",
     .help = "authorities that vouch for the exchange (PEM); default: those of each PC",
     .kind = CONF_PATH, .offset = AT(sip_ca)},
    {.name = "sip-secret-life", .section = "phone", .variable = "PUPITRED_SIP_SECRET_LIFE",
     .arg = "SECONDS", .help = "how long a desk uses a SIP secret; it is good for twice as long",
     .standard = "3600", .kind = CONF_NUMBER, .min = 1, .max = 604800,
     .offset = AT(sip_secret_life_s)},
    {.name = "federal-url", .section = "federal", .variable = "PUPITRED_FEDERAL_URL", .arg = "URL",
     .help = "FHIR base of the federal side, where submitted answers go; none: they wait",
     .kind = CONF_OTHER, .take = take_federal, .offset = AT(federal_url)},
    {.name = "federal-ca", .section = "federal", .variable = "PUPITRED_FEDERAL_CA", .arg = "FILE",
     .help = "authorities that vouch for it (PEM); default: the system's",
     .kind = CONF_PATH, .offset = AT(federal_ca)},
    {.name = "federal-secret", .section = "federal",
     .variable = "PUPITRED_FEDERAL_SECRET", .arg = "FILE",
     .help = "bearer TOKEN or basic USER:PASSWORD, in a file that nobody else may read",
     .kind = CONF_PATH, .offset = AT(federal_secret)},
    {.name = "federal-timeout", .section = "federal", .variable = "PUPITRED_FEDERAL_TIMEOUT",
     .arg = "SECONDS", .help = "longest to wait for one answer of it",
     .standard = "30", .kind = CONF_NUMBER, .min = 1, .max = 600,
     .offset = AT(federal_timeout_s)},
    {.name = "federal-stuck", .section = "federal", .variable = "PUPITRED_FEDERAL_STUCK",
     .arg = "SECONDS", .help = "answers that wait longer raise an alarm",
     .standard = "900", .kind = CONF_NUMBER, .min = 1, .max = 604800,
     .offset = AT(federal_stuck_s)},
    {.name = "log", .section = "log", .variable = "PUPITRED_LOG", .arg = "WHERE",
     .help = "stderr, journal, syslog or a file",
     .standard = "stderr", .kind = CONF_PATH, .choices = log_target_names, .offset = AT(log)},
    {.name = "log-level", .section = "log", .variable = "PUPITRED_LOG_LEVEL", .arg = "LEVEL",
     .help = "error, warning, info or debug; what is below it is not logged",
     .standard = "info", .kind = CONF_CHOICE, .choices = log_level_names, .offset = AT(log_level)},
    {.name = "verbose", .help = "the same as --log-level debug",
     .kind = CONF_ALIAS, .alias_of = "log-level", .standard = "debug"},
};
/* clang-format on */

static bool reaches_others(const struct listen_list *list)
{
    for (unsigned i = 0; i < list->n; i++)
        if (!listen_is_loopback(&list->at[i]))
            return true;
    return false;
}

static void check(struct conf *c, const void *settings)
{
    const struct options *o = settings;
    if (!o->tls_cert != !o->tls_key)
        conf_complain(c, o->tls_cert ? "tls-cert" : "tls-key", "tls-cert and tls-key go together");
    else if (!o->tls_cert && reaches_others(&o->listen))
        conf_complain(c, "listen",
                      "without TLS loopback addresses only, because names and tokens would cross "
                      "the network in clear: set tls-cert and tls-key");
    const char *option = NULL;
    const char *fault = o->gateway ? phone_settings_fault(o, &option) : NULL;
    if (fault)
        conf_complain(c, option, fault);
}

const struct conf_program options_program = {
    .name = "pupitred",
    .usage = "[OPTION]...",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .system_file = "/etc/pupitre/pupitred.conf",
    .check = check,
};
