/* SPDX-License-Identifier: Apache-2.0 */
#include "net/server/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sodium.h>

#define FILE_MAX ((off_t)1024 * 1024)

/* Who can read the key can be the backend. Debian keeps keys in files that a group may read. */
#define KEY_FORBIDDEN_MODE (S_IRWXO | S_IWGRP)

static enum err_code read_all(int fd, size_t len, const char *path, char **ret, struct err *err)
{
    char *text = malloc(len + 1);
    size_t have = 0;
    if (!text)
        return err_set(err, ERR_NOMEM, NULL);
    while (have < len) {
        const ssize_t n = read(fd, text + have, len - have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        have += (size_t)n;
    }
    if (have < len) {
        sodium_memzero(text, len);
        free(text);
        return err_set(err, ERR_IO, "%.150s: it cannot be read.", path);
    }
    text[len] = '\0';
    *ret = text;
    return ERR_OK;
}

static enum err_code read_file(const char *path, mode_t forbidden, char **ret, struct err *err)
{
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(err, ERR_IO, "%.150s: %s", path, strerror(errno));
    enum err_code code = ERR_OK;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
        code = err_set(err, ERR_IO, "%.150s: it has to be a small file.", path);
    else if (st.st_mode & forbidden)
        code =
            err_set(err, ERR_FORBIDDEN,
                    "%.150s: others can read or change the key; it should have mode 0600.", path);
    else
        code = read_all(fd, (size_t)st.st_size, path, ret, err);
    close(fd);
    return code;
}

static gnutls_datum_t datum(char *text)
{
    return (gnutls_datum_t){(unsigned char *)text, (unsigned)strlen(text)};
}

/* Do they belong together? That is what a server would find out at its first client. */
static enum err_code check_pair(const struct tls_files *f, const char *cert_path,
                                const char *key_path, struct err *err)
{
    gnutls_certificate_credentials_t pair;
    const gnutls_datum_t cert = datum(f->cert);
    const gnutls_datum_t key = datum(f->key);
    if (gnutls_certificate_allocate_credentials(&pair) != GNUTLS_E_SUCCESS)
        return err_set(err, ERR_NOMEM, NULL);
    const int rc = gnutls_certificate_set_x509_key_mem(pair, &cert, &key, GNUTLS_X509_FMT_PEM);
    gnutls_certificate_free_credentials(pair);
    if (rc >= 0)
        return ERR_OK;
    if (rc == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        (void)err_set(err, ERR_INVALID, "%.100s: it is not the key of %.100s.", key_path,
                      cert_path);
    else
        (void)err_set(err, ERR_INVALID, "%.100s with %.100s: %s", cert_path, key_path,
                      gnutls_strerror(rc));
    return ERR_INVALID;
}

static enum err_code read_times(struct tls_files *f, const char *path, struct err *err)
{
    gnutls_x509_crt_t crt;
    const gnutls_datum_t cert = datum(f->cert);
    if (gnutls_x509_crt_init(&crt) != GNUTLS_E_SUCCESS)
        return err_set(err, ERR_NOMEM, NULL);
    const int rc = gnutls_x509_crt_import(crt, &cert, GNUTLS_X509_FMT_PEM);
    f->not_before_utc_s = rc < 0 ? 0 : (int64_t)gnutls_x509_crt_get_activation_time(crt);
    f->not_after_utc_s = rc < 0 ? 0 : (int64_t)gnutls_x509_crt_get_expiration_time(crt);
    gnutls_x509_crt_deinit(crt);
    if (rc < 0)
        return err_set(err, ERR_INVALID, "%.150s: there is no certificate in it (PEM).", path);
    return ERR_OK;
}

enum err_code tls_load(const char *cert_path, const char *key_path, struct tls_files *ret,
                       struct err *err)
{
    struct tls_files f = {0};
    enum err_code code = read_file(cert_path, 0, &f.cert, err);
    if (code == ERR_OK)
        code = read_file(key_path, KEY_FORBIDDEN_MODE, &f.key, err);
    if (code == ERR_OK)
        code = read_times(&f, cert_path, err);
    if (code == ERR_OK)
        code = check_pair(&f, cert_path, key_path, err);
    if (code != ERR_OK) {
        tls_unload(&f);
        return code;
    }
    *ret = f;
    return ERR_OK;
}

void tls_unload(struct tls_files *f)
{
    free(f->cert);
    if (f->key)
        sodium_memzero(f->key, strlen(f->key));
    free(f->key);
    *f = (struct tls_files){0};
}
