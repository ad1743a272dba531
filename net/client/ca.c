/* SPDX-License-Identifier: Apache-2.0 */
#include "net/client/ca.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

enum err_code ca_read(const char *path, char **ret_pem, struct err *err)
{
    FILE *file = fopen(path, "re");
    char *pem = calloc(1, CA_MAX_BYTES + 2);
    enum err_code code = ERR_OK;
    size_t len = file && pem ? fread(pem, 1, CA_MAX_BYTES + 1, file) : 0;
    if (!pem)
        code = err_set(err, ERR_NOMEM, NULL);
    else if (!file || ferror(file))
        code = err_field(err, ERR_IO, "ca", N_("The file of trusted certificates cannot be read."));
    else if (len > CA_MAX_BYTES)
        code = err_field(err, ERR_TOO_LARGE, "ca",
                         N_("The file of trusted certificates is larger than 32 KiB."));
    else if (strlen(pem) != len || !strstr(pem, "-----BEGIN CERTIFICATE-----"))
        code = err_field(err, ERR_INVALID, "ca",
                         N_("The file of trusted certificates holds no certificate (PEM)."));
    if (file)
        fclose(file);
    if (code != ERR_OK)
        free(pem);
    else
        *ret_pem = pem;
    return code;
}
