/* SPDX-License-Identifier: Apache-2.0 */
/* The client and the desk before backends that show good and bad certificates. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "client_bench.h"
#include "net/client/ca.h"
#include "net/desk/http.h"

static const char not_trusted[] = "The backend's certificate is not trusted. Call the helpdesk.";
static const char other_name[] =
    "The backend's certificate is for another name. Call the helpdesk.";
static const char expired[] = "The backend's certificate has expired. Call the helpdesk.";
static const char too_early[] =
    "The backend's certificate is not valid yet. Is this PC's clock right?";
static const char no_tls[] = "The backend does not speak TLS as it should. Call the helpdesk.";

/* The certificates are made once for all tests. */
static char pki[64];

static const char *in_pki(const char *name, const char *suffix)
{
    static char path[2][160];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s%s", pki, name, suffix);
    return path[turn];
}

static int make_pki(void **state)
{
    (void)state;
    char command[400];
    snprintf(pki, sizeof pki, "/tmp/pc-pki-%ld", (long)getpid());
    snprintf(command, sizeof command, "%s %s", MAKE_PKI, pki);
    return system(command);
}

static int drop_pki(void **state)
{
    (void)state;
    char command[200];
    snprintf(command, sizeof command, "rm -r %s", pki);
    return system(command);
}

static char *ca_text(const char *name)
{
    char *pem = NULL;
    struct err err = {0};
    assert_int_equal(ca_read(in_pki(name, ".pem"), &pem, &err), ERR_OK);
    return pem;
}

/* The stand-in shows this certificate (NULL: plain HTTP); the client trusts the authority of `ca`
 * (NULL: the system's). */
static void meet(struct bench *b, const char *scheme, const char *host, const char *cert,
                 const char *ca)
{
    char *pem = ca ? ca_text(ca) : NULL;
    b->client = client_free(b->client);
    standin_down(b->standin);
    standin_secure(b->standin, cert ? in_pki(cert, ".pem") : NULL,
                   cert ? in_pki(cert, ".key") : NULL);
    standin_up(b->standin);
    bench_connect(b, scheme, host, pem);
    free(pem);
}

static void an_agent_works_over_tls(void **state)
{
    struct bench *b = *state;
    meet(b, "https", "127.0.0.1", "good", "ca");
    bench_sign_in(b);
    bench_wait(b, bench_works, 1); /* by the event stream */
    assert_int_equal(b->backend, WS_BACKEND_OK);
    meet(b, "https", "localhost", "good", "ca");
    bench_sign_in(b);
}

static void nobody_signs_in_at_a_backend_that_is_not_proved(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *scheme, *host, *cert, *ca, *why;
    } rows[] = {
        {"https", "127.0.0.1", "good",        NULL,       not_trusted                                 },
        {"https", "127.0.0.1", "good",        "other-ca", not_trusted                                 },
        {"https", "127.0.0.1", "self-signed", "ca",       not_trusted                                 },
        {"https", "127.0.0.1", "wrong-name",  "ca",       other_name                                  },
        {"https", "localhost", "wrong-name",  "ca",       other_name                                  },
        {"https", "127.0.0.1", "expired",     "ca",       expired                                     },
        {"https", "127.0.0.1", "early",       "ca",       too_early                                   },
        {"https", "127.0.0.1", NULL,          "ca",       no_tls                                      },
        {"http",  "127.0.0.1", "good",        NULL,       "The backend is not reachable. Please wait."},
    };
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 201, JSON, SESSION);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        meet(b, rows[i].scheme, rows[i].host, rows[i].cert, rows[i].ca);
        bench_ask(b, WS_REQ_SIGN_IN);
        if (b->code != ERR_UNAVAILABLE || strcmp(b->sentence, rows[i].why) != 0)
            fail_msg("row %zu: %s: %s", i, err_info(b->code)->name, b->sentence);
        bench_wait(b, bench_backend_is, WS_BACKEND_AWAY); /* it goes on looking */
    }
    /* The password went to none of them. */
    assert_int_equal(standin_count(b->standin, "POST /v1/sessions"), 0);
}

static void a_certificate_that_turns_bad_is_said_and_mended_by_itself(void **state)
{
    struct bench *b = *state;
    meet(b, "https", "127.0.0.1", "good", "ca");
    bench_sign_in(b);
    bench_wait(b, bench_works, 1);
    standin_down(b->standin);
    standin_secure(b->standin, in_pki("expired", ".pem"), in_pki("expired", ".key"));
    standin_up(b->standin);
    bench_wait(b, bench_says, 0);
    assert_string_equal(b->why, expired);
    assert_int_equal(b->backend, WS_BACKEND_AWAY);
    const unsigned before = standin_count(b->standin, "GET /v1/events");
    standin_down(b->standin);
    standin_secure(b->standin, in_pki("good", ".pem"), in_pki("good", ".key"));
    standin_up(b->standin);
    bench_wait(b, bench_backend_is, WS_BACKEND_OK);
    assert_string_equal(b->why, "");
    assert_int_equal(standin_count(b->standin, "GET /v1/events"), before + 1);
}

static void the_file_of_certificates_is_looked_at(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum err_code code;
    } rows[] = {
        {"none.pem",  ERR_IO       },
        {"",          ERR_IO       }, /* a directory */
        {"good.key",  ERR_INVALID  },
        {"index",     ERR_INVALID  },
        {"large.pem", ERR_TOO_LARGE},
    };
    FILE *large = fopen(in_pki("large", ".pem"), "w");
    for (size_t i = 0; i < CA_MAX_BYTES; i++)
        fputc('\n', large);
    fputs("-----BEGIN CERTIFICATE-----\n", large);
    fclose(large);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *pem = NULL;
        struct err err = {0};
        assert_int_equal(ca_read(in_pki(rows[i].name, ""), &pem, &err), rows[i].code);
        assert_string_equal(err.field, "ca");
        assert_null(pem);
    }
}

/* --- the desk --- */

static void on_posted(long status, void *arg)
{
    *(long *)arg = status;
    re_cancel();
}

static long post(struct bench *b, const char *ca)
{
    char url[100];
    struct err err = {0};
    long status = -1;
    struct desk_http *h = desk_http_new(on_posted, &status);
    snprintf(url, sizeof url, "https://127.0.0.1:%d/v1/calls/1/events", standin_port(b->standin));
    assert_int_equal(desk_http_post(h, url, ca, "call-token", "0123456789abcdef", "{}", &err),
                     ERR_OK);
    re_main(NULL);
    desk_http_free(h);
    return status;
}

static void the_desk_tells_a_proved_backend_only(void **state)
{
    struct bench *b = *state;
    static const char *const bad[] = {"self-signed", "wrong-name", "expired", "early"};
    char *ca = ca_text("ca");
    char *other = ca_text("other-ca");
    standin_set(b->standin, "POST /v1/calls/1/events", STANDIN_ANSWER, 200, JSON,
                "{\"last_seq\":1}");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        meet(b, "https", "127.0.0.1", bad[i], "ca");
        assert_int_equal(post(b, ca), 0);
    }
    meet(b, "https", "127.0.0.1", "good", "ca");
    assert_int_equal(post(b, ""), 0);
    assert_int_equal(post(b, other), 0);
    assert_int_equal(standin_count(b->standin, "POST /v1/calls/1/events"), 0);
    assert_int_equal(post(b, ca), 200);
    free(ca);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEER(an_agent_works_over_tls),
        PEER(nobody_signs_in_at_a_backend_that_is_not_proved),
        PEER(a_certificate_that_turns_bad_is_said_and_mended_by_itself),
        PEER(the_file_of_certificates_is_looked_at),
        PEER(the_desk_tells_a_proved_backend_only),
    };
    return cmocka_run_group_tests_name("client_tls", tests, make_pki, drop_pki);
}
