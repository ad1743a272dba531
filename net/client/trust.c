/* SPDX-License-Identifier: Apache-2.0 */
#include "net/client/trust.h"

#include <stddef.h>
#include <string.h>

#include "core/i18n.h"

const char trust_not_ours[] = N_("What answers at the backend's address is not the backend.");

bool trust_set(CURL *easy, const char *ca)
{
    bool ok = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
              curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
              curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
    if (!ok || !ca)
        return ok;
    struct curl_blob pem = {(void *)ca, strlen(ca), CURL_BLOB_NOCOPY};
    return curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &pem) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
}

/* X509_V_ERR_… of OpenSSL's x509_vfy.h, which libcurl hands through as they are. It looks at the
 * name itself once the handshake found the chain good, and the verdict is not filled in then. */
enum {
    CERT_NO_VERDICT = 1,
    CERT_NOT_YET_VALID = 9,
    CERT_HAS_EXPIRED = 10,
};

static const char *why_distrusted(CURL *easy)
{
    long verdict = 0;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
    switch (verdict) {
    case CERT_NO_VERDICT:
        return N_("The backend's certificate is for another name. Call the helpdesk.");
    case CERT_NOT_YET_VALID:
        return N_("The backend's certificate is not valid yet. Is this PC's clock right?");
    case CERT_HAS_EXPIRED:
        return N_("The backend's certificate has expired. Call the helpdesk.");
    default:
        return N_("The backend's certificate is not trusted. Call the helpdesk.");
    }
}

static const struct {
    CURLcode result;
    const char *why;
} reasons[] = {
    {CURLE_SSL_CACERT_BADFILE,
     N_("The file of trusted certificates cannot be used. Call the helpdesk.")},
    {CURLE_SSL_CONNECT_ERROR,
     N_("The backend does not speak TLS as it should. Call the helpdesk.")    },
    {CURLE_UNSUPPORTED_PROTOCOL, trust_not_ours                               }, /* no HTTP at all */
    {CURLE_WEIRD_SERVER_REPLY,   trust_not_ours                               },
};

const char *trust_why(CURL *easy, CURLcode result)
{
    if (result == CURLE_PEER_FAILED_VERIFICATION)
        return why_distrusted(easy);
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].result == result)
            return reasons[i].why;
    return NULL;
}
