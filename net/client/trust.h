/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Is it really the backend that answers? How libcurl looks at certificates, and what the agent can
 * tell the helpdesk when they are wrong. The sentences are marked for gettext. */

#include <stdbool.h>

#include <curl/curl.h>

/* Somebody answers there, but nobody whom we know. */
extern const char trust_not_ours[];

/* Chain and name are looked at, whatever libcurl's defaults are. ca: PEM text, borrowed for the
 * life of the handle; NULL = the system's. False: libcurl cannot do it. */
bool trust_set(CURL *easy, const char *ca);

/* Why a transfer failed, where waiting alone does not mend it; NULL = nothing of that kind. */
const char *trust_why(CURL *easy, CURLcode result);
