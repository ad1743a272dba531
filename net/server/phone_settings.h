/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How the desks reach the telephone exchange, worked out of the settings of [phone] once at the
 * start.
 *
 * The exchange offers TLS when its address says so: gateway sips:HOST, or a sip_outbound of sips:
 * or with ;transport=tls. Then SIP goes over TLS and the sound over SRTP, unless sip_transport or
 * sip_media say otherwise; without such an address both are plain. */

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"

struct options;

#define PHONE_CA_MAX (16 * 1024) /* as the desk takes it */

struct phone_settings {
    const char *gateway;   /* HOST[:PORT], in the options' memory */
    struct buf domain;     /* HOST of the agents' addresses */
    struct buf outbound;   /* sip:HOST…, "" = none */
    const char *transport; /* "udp", "tcp", "tls" */
    const char *media;     /* "plain", "srtp", "dtls-srtp" */
    struct buf ca;         /* PEM text of who vouches for the exchange; "" = the PC's authorities */
};

/* The words of sip_transport and sip_media, NULL at the end; the first is the default. */
extern const char *const phone_transport_names[];
extern const char *const phone_media_names[];

/* What is wrong with the settings together, with the name of the option in *ret_option; NULL =
 * nothing. */
const char *phone_settings_fault(const struct options *o, const char **ret_option);

/* Fill *ret from options without a fault, reading sip_ca. Errors: ERR_IO, ERR_INVALID (no
 * certificate in it), ERR_NOMEM. */
enum err_code phone_settings_init(struct phone_settings *ret, const struct options *o,
                                  struct err *err) MUSTCHECK;
void phone_settings_deinit(struct phone_settings *p);
