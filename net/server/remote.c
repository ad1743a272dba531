/* SPDX-License-Identifier: Apache-2.0 */
/* The other end. */

#include "net/server/remote.h"

#include <arpa/inet.h>
#include <string.h>

#include <microhttpd.h>

#define NETWORK_BYTES 8 /* of an IPv6 address */

static const struct sockaddr *address_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

void remote_print(struct MHD_Connection *connection, char ret[REMOTE_SIZE])
{
    const struct sockaddr *peer = address_of(connection);
    ret[0] = '\0';
    if (peer && peer->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)peer;
        (void)inet_ntop(AF_INET, &v4->sin_addr, ret, REMOTE_SIZE);
    } else if (peer && peer->sa_family == AF_INET6) {
        struct in6_addr network = ((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
        memset(network.s6_addr + NETWORK_BYTES, 0, sizeof network.s6_addr - NETWORK_BYTES);
        (void)inet_ntop(AF_INET6, &network, ret, REMOTE_SIZE);
    }
}

bool remote_is_local(struct MHD_Connection *connection)
{
    const struct sockaddr *peer = address_of(connection);
    if (!peer || MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Forwarded") ||
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Forwarded-For"))
        return false;
    if (peer->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)peer)->sin_addr.s_addr) >> 24 ==
               127;
    return peer->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr);
}
