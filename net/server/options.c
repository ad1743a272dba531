/* SPDX-License-Identifier: Apache-2.0 */
/* The command line. Until TLS is there only loopback is listened on: tokens and people's data would
 * cross the network in clear. */

#include "net/server/options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

enum {
    OPT_DATA = 1,
    OPT_LISTEN,
    OPT_GATEWAY,
    OPT_SIP_OUTBOUND,
    OPT_SIP_REGISTER,
    OPT_LOG,
    OPT_VERBOSE,
    OPT_HELP,
    OPT_VERSION,
};

static const struct option long_options[] = {
    {"data",         required_argument, NULL, OPT_DATA        },
    {"listen",       required_argument, NULL, OPT_LISTEN      },
    {"gateway",      required_argument, NULL, OPT_GATEWAY     },
    {"sip-outbound", required_argument, NULL, OPT_SIP_OUTBOUND},
    {"sip-register", no_argument,       NULL, OPT_SIP_REGISTER},
    {"log",          required_argument, NULL, OPT_LOG         },
    {"verbose",      no_argument,       NULL, OPT_VERBOSE     },
    {"help",         no_argument,       NULL, OPT_HELP        },
    {"version",      no_argument,       NULL, OPT_VERSION     },
    {NULL,           0,                 NULL, 0               },
};

static const char help[] =
    "Usage: pupitred --data DIR --gateway HOST:PORT [options]\n"
    "The backend of Pupitre.\n\n"
    "  --data DIR            directory of the database, made by pupitrectl init\n"
    "  --listen ADDR:PORT    where to serve HTTP (127.0.0.1:8080); port 0: any free one;\n"
    "                        the address really used stands in DIR/address\n"
    "  --gateway HOST:PORT   SIP gateway: people are called at sip:NUMBER@HOST:PORT\n"
    "  --sip-outbound URI    SIP proxy for the desks' calls\n"
    "  --sip-register        desks register with the SIP gateway\n"
    "  --log FILE            where to log; \"stderr\" (default) or a file\n"
    "  --verbose             log requests that change nothing, too\n"
    "  --help, --version\n";

/* ADDR:PORT with an IPv4 address in numbers. */
static enum err_code parse_listen(const char *text, struct sockaddr_in *ret, struct err *err)
{
    char address[INET_ADDRSTRLEN];
    const char *colon = strrchr(text, ':');
    int64_t port;
    struct in_addr ip;
    if (!colon || (size_t)(colon - text) >= sizeof address)
        return err_set(err, ERR_INVALID, "--listen wants ADDR:PORT.");
    memcpy(address, text, (size_t)(colon - text));
    address[colon - text] = '\0';
    if (!text_to_int(colon + 1, strlen(colon + 1), 0, 65535, &port) ||
        inet_pton(AF_INET, address, &ip) != 1)
        return err_set(err, ERR_INVALID, "--listen wants ADDR:PORT, such as 127.0.0.1:8080.");
    if (ntohl(ip.s_addr) >> 24 != 127)
        return err_set(err, ERR_INVALID,
                       "--listen takes loopback addresses only: there is no TLS yet, and names and "
                       "tokens would cross the network in clear.");
    *ret = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr = ip, .sin_port = htons((uint16_t)port)};
    return ERR_OK;
}

/* HOST or HOST:PORT as it may stand in a SIP URI. */
static enum err_code check_gateway(const char *text, struct err *err)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]";
    const size_t len = strlen(text);
    if (len == 0 || len > 200 || strspn(text, allowed) != len)
        return err_set(err, ERR_INVALID, "--gateway wants HOST or HOST:PORT.");
    return ERR_OK;
}

static enum err_code take(int option, struct options *o, struct err *err)
{
    switch (option) {
    case OPT_DATA:
        o->data = optarg;
        return ERR_OK;
    case OPT_LISTEN:
        return parse_listen(optarg, &o->listen, err);
    case OPT_GATEWAY:
        o->gateway = optarg;
        return check_gateway(optarg, err);
    case OPT_SIP_OUTBOUND:
        o->sip_outbound = optarg;
        return ERR_OK;
    case OPT_SIP_REGISTER:
        o->sip_register = true;
        return ERR_OK;
    case OPT_LOG:
        o->log = optarg;
        return ERR_OK;
    case OPT_VERBOSE:
        o->verbose = true;
        return ERR_OK;
    case OPT_HELP:
        o->action = OPTIONS_HELP;
        return ERR_OK;
    case OPT_VERSION:
        o->action = OPTIONS_VERSION;
        return ERR_OK;
    default:
        return err_set(err, ERR_INVALID, "There is no such option, or it wants a value.");
    }
}

enum err_code options_parse(int argc, char **argv, struct options *ret, struct err *err)
{
    struct options o = {
        .listen = {.sin_family = AF_INET,
                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                   .sin_port = htons(8080)},
        .sip_outbound = "",
        .log = "stderr",
    };
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        const enum err_code code = take(option, &o, err);
        if (code != ERR_OK)
            return code;
    }
    if (optind < argc)
        return err_set(err, ERR_INVALID, "There is one argument too many.");
    if (o.action == OPTIONS_RUN && !o.data)
        return err_set(err, ERR_INVALID, "--data DIR is missing.");
    if (o.action == OPTIONS_RUN && !o.gateway)
        return err_set(err, ERR_INVALID, "--gateway HOST:PORT is missing.");
    *ret = o;
    return ERR_OK;
}

const char *options_help(void)
{
    return help;
}
