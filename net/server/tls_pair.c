/* SPDX-License-Identifier: Apache-2.0 */
/* The pair, and those that it replaced: a handshake that has begun may still need one of them, for
 * as long as the guard lets a head take. */

#include "net/server/tls_pair.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "net/host/log.h"
#include "net/server/tls.h"

#define CHAIN_MAX 16
#define WARNING_S ((int64_t)14 * 24 * 3600)
/* Longer than the longest request timeout that may be set. */
#define RETIRED_MS ((int64_t)2 * 3600 * 1000)

/* What tells one state of a file from the next. */
struct mark {
    dev_t dev;
    ino_t ino;
    off_t size;
    struct timespec mtime, ctime;
};

struct credentials {
    struct credentials *older;
    int64_t retired_ms; /* 0 = in use */
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned n_chain;
    gnutls_privkey_t key;
};

struct tls_pair {
    const char *cert_path, *key_path;
    struct log *log;
    struct mark marks[2];
    struct credentials *now; /* the newest first */
};

/* GnuTLS hands its callback no context of ours, and libmicrohttpd leaves no way to give one. Loop
 * thread only, like all of a connection's work. */
static struct tls_pair *served;

static struct credentials *credentials_free(struct credentials *c)
{
    if (!c)
        return NULL;
    for (unsigned i = 0; i < c->n_chain; i++)
        gnutls_pcert_deinit(&c->chain[i]);
    if (c->key)
        gnutls_privkey_deinit(c->key);
    free(c);
    return NULL;
}

static struct credentials *credentials_of(const struct tls_files *files, struct err *err)
{
    const gnutls_datum_t cert = {(unsigned char *)files->cert, (unsigned)strlen(files->cert)};
    const gnutls_datum_t key = {(unsigned char *)files->key, (unsigned)strlen(files->key)};
    struct credentials *c = calloc(1, sizeof *c);
    if (!c) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    unsigned n = CHAIN_MAX;
    int rc = gnutls_pcert_list_import_x509_raw(c->chain, &n, &cert, GNUTLS_X509_FMT_PEM, 0);
    c->n_chain = rc < 0 ? 0 : n;
    if (rc >= 0)
        rc = gnutls_privkey_init(&c->key);
    if (rc >= 0)
        rc = gnutls_privkey_import_x509_raw(c->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (rc >= 0)
        return c;
    (void)err_set(err, ERR_INVALID, "The certificate cannot be served: %s", gnutls_strerror(rc));
    return credentials_free(c);
}

/* A certificate that is not good today is served all the same: every client says so, and the
 * clock may be what is wrong. */
static void log_times(struct log *log, const struct tls_files *files)
{
    const int64_t now = (int64_t)time(NULL);
    if (now < files->not_before_utc_s)
        log_line(log, LOG_ERROR, "tls", "the certificate is not valid yet");
    else if (now > files->not_after_utc_s)
        log_line(log, LOG_ERROR, "tls", "the certificate has expired");
    else if (now > files->not_after_utc_s - WARNING_S)
        log_line(log, LOG_WARNING, "tls", "the certificate expires in %lld days",
                 (long long)((files->not_after_utc_s - now) / (24 * 3600)));
}

static struct mark mark_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return (struct mark){0};
    return (struct mark){st.st_dev, st.st_ino, st.st_size, st.st_mtim, st.st_ctim};
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same(const struct mark *a, const struct mark *b)
{
    return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
           is_same_time(&a->mtime, &b->mtime) && is_same_time(&a->ctime, &b->ctime);
}

/* The marks are taken first: what changes while it is read is read again. */
static enum err_code load(struct tls_pair *p, struct err *err)
{
    struct tls_files files;
    p->marks[0] = mark_of(p->cert_path);
    p->marks[1] = mark_of(p->key_path);
    const enum err_code code = tls_load(p->cert_path, p->key_path, &files, err);
    if (code != ERR_OK)
        return code;
    struct credentials *c = credentials_of(&files, err);
    if (c) {
        log_times(p->log, &files);
        c->older = p->now;
        p->now = c;
    }
    tls_unload(&files);
    return c ? ERR_OK : err->code;
}

static void drop_retired(struct credentials *newest, int64_t now_ms)
{
    struct credentials **link = &newest->older;
    while (*link) {
        struct credentials *c = *link;
        if (!c->retired_ms)
            c->retired_ms = now_ms;
        if (now_ms - c->retired_ms > RETIRED_MS) {
            *link = c->older;
            credentials_free(c);
        } else {
            link = &c->older;
        }
    }
}

void tls_pair_look(struct tls_pair *p, int64_t now_ms)
{
    const struct mark cert = mark_of(p->cert_path), key = mark_of(p->key_path);
    drop_retired(p->now, now_ms);
    if (is_same(&cert, &p->marks[0]) && is_same(&key, &p->marks[1]))
        return;
    struct err err;
    if (load(p, &err) == ERR_OK)
        log_line(p->log, LOG_INFO, "tls", "a new certificate is served");
    else
        log_line(p->log, LOG_ERROR, "tls", "the certificate stays as it was: %s", err.sentence);
}

static int retrieve(gnutls_session_t session, const gnutls_datum_t *names, int n_names,
                    const gnutls_pk_algorithm_t *algorithms, int n_algorithms,
                    gnutls_pcert_st **ret_chain, unsigned *ret_n, gnutls_privkey_t *ret_key)
{
    (void)session;
    (void)names;
    (void)n_names;
    (void)algorithms;
    (void)n_algorithms;
    if (!served)
        return -1;
    *ret_chain = served->now->chain;
    *ret_n = served->now->n_chain;
    *ret_key = served->now->key;
    return 0;
}

gnutls_certificate_retrieve_function2 *tls_pair_callback(void)
{
    return retrieve;
}

struct tls_pair *tls_pair_new(const char *cert_path, const char *key_path, struct log *log,
                              struct err *err)
{
    struct tls_pair *p = calloc(1, sizeof *p);
    if (!p) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    p->cert_path = cert_path;
    p->key_path = key_path;
    p->log = log;
    if (load(p, err) != ERR_OK)
        return tls_pair_free(p);
    served = p;
    return p;
}

struct tls_pair *tls_pair_free(struct tls_pair *p)
{
    if (!p)
        return NULL;
    if (served == p)
        served = NULL;
    while (p->now) {
        struct credentials *older = p->now->older;
        credentials_free(p->now);
        p->now = older;
    }
    free(p);
    return NULL;
}
