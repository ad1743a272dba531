/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Who is at the other end of a connection, as far as its address says. */

#include <stdbool.h>

#include <netinet/in.h>

struct MHD_Connection;

#define REMOTE_SIZE INET6_ADDRSTRLEN

/* The address that limits go by: of IPv6 the network, of which one machine has all addresses. */
void remote_print(struct MHD_Connection *connection, char ret[REMOTE_SIZE]);
/* Somebody on this machine, and not by way of a proxy. */
bool remote_is_local(struct MHD_Connection *connection);
