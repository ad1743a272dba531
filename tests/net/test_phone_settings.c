/* SPDX-License-Identifier: Apache-2.0 */
/* What the settings of [phone] come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/server/options.h"
#include "net/server/phone_settings.h"
#include "tests/harness/tmpdir.h"

static int index_of(const char *const *names, const char *name)
{
    int i = 0;
    while (strcmp(names[i], name) != 0)
        assert_non_null(names[++i]);
    return i;
}

static struct options options_of(const char *gateway, const char *outbound, const char *transport,
                                 const char *media)
{
    return (struct options){.gateway = gateway,
                            .sip_outbound = outbound,
                            .sip_transport = index_of(phone_transport_names, transport),
                            .sip_media = index_of(phone_media_names, media)};
}

static void tls_is_used_when_it_is_offered(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *gateway, *outbound, *set_transport, *set_media;
        const char *transport, *media, *to, *host, *domain;
    } cases[] = {
        {"h:5070", "", "auto", "auto", "udp", "plain", "", "h:5070", "h"},
        {"h", "sip:p;lr", "auto", "auto", "udp", "plain", "sip:p;lr", "h", "h"},
        {"h", "sip:p;transport=tcp", "auto", "auto", "tcp", "plain", "sip:p;transport=tcp", "h", "h"},
        {"h:5070", "", "tcp", "auto", "tcp", "plain", "sip:h:5070;transport=tcp", "h:5070", "h"},
        {"h", "", "udp", "dtls-srtp", "udp", "dtls-srtp", "", "h", "h"},
        {"sips:h:5061", "", "auto", "auto", "tls", "srtp", "sip:h:5061;transport=tls", "h:5061", "h"},
        {"sips:[::1]:5061", "", "auto", "auto", "tls", "srtp", "sip:[::1]:5061;transport=tls", "[::1]:5061", "[::1]"},
        {"sips:h", "", "tls", "plain", "tls", "plain", "sip:h;transport=tls", "h", "h"},
        {"h", "sips:p:5061", "auto", "auto", "tls", "srtp", "sip:p:5061;transport=tls", "h", "h"},
        {"h", "sip:p;transport=tls;lr", "auto", "dtls-srtp", "tls", "dtls-srtp", "sip:p;transport=tls;lr", "h", "h"},
        {"sips:h", "sip:p", "auto", "auto", "tls", "srtp", "sip:p;transport=tls", "h", "h"},
        {"h", "sip:p", "tls", "auto", "tls", "srtp", "sip:p;transport=tls", "h", "h"},
        {"h", "sips:p;transport=tls", "auto", "auto", "tls", "srtp", "sip:p;transport=tls", "h", "h"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct options o = options_of(cases[i].gateway, cases[i].outbound,
                                            cases[i].set_transport, cases[i].set_media);
        struct phone_settings p;
        const char *option;
        assert_null(phone_settings_fault(&o, &option));
        assert_int_equal(phone_settings_init(&p, &o, NULL), ERR_OK);
        assert_string_equal(p.transport, cases[i].transport);
        assert_string_equal(p.media, cases[i].media);
        assert_string_equal(buf_text(&p.outbound), cases[i].to);
        assert_string_equal(p.gateway, cases[i].host);
        assert_string_equal(buf_text(&p.domain), cases[i].domain);
        assert_string_equal(buf_text(&p.ca), "");
        phone_settings_deinit(&p);
    }
}

static void what_contradicts_itself_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *gateway, *outbound, *transport, *media, *ca, *option;
    } cases[] = {
        {"sips:h", "",                    "udp",  "auto", NULL,      "sip-transport"},
        {"sips:h", "sip:p;transport=udp", "auto", "auto", NULL,      "sip-transport"},
        {"h",      "sips:p",              "tcp",  "auto", NULL,      "sip-transport"},
        {"h",      "sip:p;transport=tcp", "tls",  "auto", NULL,      "sip-transport"},
        {"h",      "",                    "auto", "srtp", NULL,      "sip-media"    },
        {"h",      "",                    "tcp",  "srtp", NULL,      "sip-media"    },
        {"h",      "",                    "auto", "auto", "/ca.pem", "sip-ca"       },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct options o =
            options_of(cases[i].gateway, cases[i].outbound, cases[i].transport, cases[i].media);
        const char *option = "";
        o.sip_ca = cases[i].ca;
        assert_non_null(phone_settings_fault(&o, &option));
        assert_string_equal(option, cases[i].option);
    }
}

static void the_authorities_are_read_and_looked_at(void **state)
{
    (void)state;
    char *dir = tmpdir_new();
    char path[512];
    snprintf(path, sizeof path, "%s/ca.pem", dir);
    struct options o = options_of("sips:h", "", "auto", "auto");
    struct phone_settings p;
    struct err err = {0};
    o.sip_ca = path;
    assert_int_equal(phone_settings_init(&p, &o, &err), ERR_IO);
    assert_non_null(strstr(err.sentence, "ca.pem"));
    static const char *const bad[] = {"", "text\n",
                                      "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                      "-----END CERTIFICATE-----\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_true(fputs(bad[i], f) >= 0);
        fclose(f);
        assert_int_equal(phone_settings_init(&p, &o, &err), ERR_INVALID);
        assert_non_null(strstr(err.sentence, "no certificate"));
    }
    tmpdir_free(dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_is_used_when_it_is_offered),
        cmocka_unit_test(what_contradicts_itself_is_named),
        cmocka_unit_test(the_authorities_are_read_and_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
