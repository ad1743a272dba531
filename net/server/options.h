/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The settings of pupitred: one table for the command line, the environment and pupitred.conf(5)
 * (net/host/conf.h). A new setting is a field here and a row there. */

#include <stdbool.h>
#include <stdint.h>

#include "net/host/conf.h"
#include "net/server/listen.h"

struct options {
    const char *data;          /* directory of the key, and of the database with SQLite */
    const char *store;         /* URL of a PostgreSQL database; NULL = SQLite in data */
    int64_t request_timeout_s; /* for a head, and for a body beside 1 s for each KiB of it */
    struct listen_list listen; /* without TLS loopback only; port 0 = any free */
    const char *tls_cert;      /* PEM file; NULL = plain HTTP */
    const char *tls_key;       /* PEM file, NULL exactly when tls_cert is */
    int64_t rate_session;      /* points a minute of a session, 0 = any (rate.h) */
    int64_t rate_address;      /* of an address without one */
    int64_t session_limit_s;   /* how long a session may last */
    int64_t session_idle_s;    /* and how long nobody may be there; 0 = any time */
    int64_t drain_s;           /* between the signal to stop and the end of service */
    const char *gateway;       /* [sips:]HOST[:PORT] of the SIP gateway */
    const char *sip_outbound;  /* sip: or sips: URI, "" = none (phone_settings.h) */
    bool sip_register;
    int sip_transport;          /* index in phone_transport_names; 0 = as the addresses say */
    int sip_media;              /* index in phone_media_names; 0 = encrypted where SIP is */
    const char *sip_ca;         /* PEM file; NULL = the PCs' own authorities */
    int64_t sip_secret_life_s;  /* of a desk's secret, until it is replaced */
    const char *federal_url;    /* FHIR base, https://HOST/PATH; NULL = nothing is sent */
    const char *federal_ca;     /* PEM file; NULL = the system's */
    const char *federal_secret; /* file of mode 0600; NULL = none */
    int64_t federal_timeout_s;  /* for one answer */
    int64_t federal_stuck_s;    /* what waits longer raises an alarm */
    const char *log;            /* one of log_target_names, or a file */
    int log_level;              /* enum log_level */
};

extern const struct conf_program options_program;
