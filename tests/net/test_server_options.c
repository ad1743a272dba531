/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of pupitred: each row at each place, and what is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf_walk.h"
#include "core/buf.h"
#include "net/host/log.h"
#include "net/server/options.h"

struct world {
    struct conf *conf;
    struct options options;
};

static void end(struct world *w)
{
    w->conf = conf_free(w->conf);
}

/* A command line of words; NULL ends it. */
static void begin(struct world *w, ...)
{
    char *argv[16] = {strdup("pupitred")};
    int argc = 1;
    va_list ap;
    va_start(ap, w);
    for (const char *word; (word = va_arg(ap, const char *));)
        argv[argc++] = strdup(word);
    va_end(ap);
    *w = (struct world){.conf = conf_new(&options_program)};
    assert_non_null(w->conf);
    conf_read_arguments(w->conf, argc, argv);
    conf_finish(w->conf, &w->options);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
}

static void each_setting_can_be_said_at_each_place(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct conf_sample samples[] = {
        {"data", {"/var/lib/a", "/var/lib/b"}},
        {"drain", {"1", "30"}},
        {"request-timeout", {"5", "600"}},
        {"session-limit", {"60", "604800"}},
        {"session-idle", {"0", "7200"}},
        {"rate-session", {"0", "60"}},
        {"rate-address", {"0", "100000"}},
        {"gateway", {"sip.example.org", "127.0.0.1:5"}},
        {"store", {"postgresql://pupitre@db/one", "postgresql:///pupitre?host=/run/postgresql"}},
        {"federal-url", {"https://fhir.example.org/r4", "http://127.0.0.1:9/"}},
        {"federal-ca", {"/ca.pem", "/b/ca.pem"}},
        {"federal-secret", {"/secret", "/b/secret"}},
        {"federal-timeout", {"1", "600"}},
        {"federal-stuck", {"60", "604800"}},
        {"listen", {"127.0.0.1:1", "[::1]:80,127.0.0.2:0"}},
        {"log", {"/var/log/p", "syslog"}},
        {"log-level", {"error", "debug"}},
        {"sip-outbound", {"sip:proxy", "sips:[::1]:5061"}},
        {"sip-register", {"yes", "no"}},
        {"sip-transport", {"tls", "tls"}},
        {"sip-media", {"dtls-srtp", "plain"}},
        {"sip-ca", {"/ca.pem", "/b/ca.pem"}},
        {"sip-secret-life", {"1", "604800"}},
        {"tls-cert", {"/etc/a.pem", "/etc/b.pem"}},
        {"tls-key", {"/etc/a.key", "/etc/b.key"}},
    };
    /* clang-format on */
    conf_walk(&options_program, &(struct options){0}, sizeof(struct options), samples,
              sizeof samples / sizeof samples[0]);
}

static void manual_and_example_name_each_setting(void **state)
{
    (void)state;
    conf_walk_texts(&options_program, "man/pupitred.conf.5", "net/server/pupitred.conf");
}

static void assert_listens(const struct options *options, const char *wanted)
{
    CLEANUP_BUF struct buf all = {0};
    for (unsigned i = 0; i < options->listen.n; i++) {
        char one[LISTEN_TEXT_SIZE];
        listen_print(&options->listen.at[i], one);
        buf_printf(&all, "%s%s", i ? "," : "", one);
    }
    assert_string_equal(buf_text(&all), wanted);
}

static void several_addresses_of_both_kinds_are_taken(void **state)
{
    (void)state;
    static const char *const lists[] = {
        "127.0.0.1:8080",
        "[::1]:8080",
        "127.0.0.1:0,[::1]:0",
        "127.0.0.1:1,127.0.0.2:1,127.3.0.1:9,[::1]:65535",
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct world w;
        begin(&w, "--gateway", "g", "--listen", lists[i], NULL);
        assert_int_equal(conf_fault_count(w.conf), 0);
        assert_listens(&w.options, lists[i]);
        end(&w);
    }
}

static void the_gateway_suffices(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "--gateway", "127.0.0.1:5070", NULL);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_string_equal(w.options.data, "/var/lib/pupitre");
    assert_string_equal(w.options.gateway, "127.0.0.1:5070");
    assert_listens(&w.options, "127.0.0.1:8080");
    assert_int_equal(w.options.request_timeout_s, 60);
    assert_string_equal(w.options.sip_outbound, "");
    assert_false(w.options.sip_register);
    assert_string_equal(w.options.log, "stderr");
    assert_int_equal(w.options.log_level, LOG_INFO);
    assert_int_equal(conf_action(w.conf), CONF_RUN);
    end(&w);
}

static void what_is_missing_is_named_with_the_ways_to_set_it(void **state)
{
    (void)state;
    struct world w;
    begin(&w, NULL);
    assert_int_equal(conf_fault_count(w.conf), 1);
    assert_string_equal(conf_fault(w.conf, 0),
                        "gateway: missing: set gateway in [phone] of /etc/pupitre/pupitred.conf, "
                        "or PUPITRED_GATEWAY, or --gateway");
    assert_int_equal(conf_exit_status(w.conf), 78);
    end(&w);
}

static void what_the_command_line_says_is_taken(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "--data", "d", "--gateway", "g", "--listen", "127.0.0.2:0", "--sip-register",
          "--sip-outbound", "sip:proxy.example.org", "--verbose", NULL);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_listens(&w.options, "127.0.0.2:0");
    assert_true(w.options.sip_register);
    assert_string_equal(w.options.sip_outbound, "sip:proxy.example.org");
    assert_int_equal(w.options.log_level, LOG_DEBUG);
    end(&w);
    begin(&w, "--data", "d", "--gateway", "g", "--sip-register=no", NULL);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_false(w.options.sip_register);
    end(&w);
}

static void other_addresses_than_loopback_are_refused_with_the_reason(void **state)
{
    (void)state;
    static const char *const others[] = {
        "0.0.0.0:0",        "192.0.2.1:80",          "255.255.255.255:1",     "[::]:0",
        "[2001:db8::1]:80", "[::ffff:192.0.2.1]:80", "127.0.0.1:1,0.0.0.0:1", "[::1]:1,[::]:1"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct world w;
        begin(&w, "--data", "d", "--gateway", "g", "--listen", others[i], NULL);
        assert_int_equal(conf_fault_count(w.conf), 1);
        assert_non_null(strstr(conf_fault(w.conf, 0), "TLS"));
        end(&w);
    }
}

static void with_a_certificate_and_its_key_any_address_is_taken(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "--gateway", "g", "--listen", "0.0.0.0:0", "--tls-cert", "c", "--tls-key", "k", NULL);
    assert_int_equal(conf_fault_count(w.conf), 0);
    assert_string_equal(w.options.tls_cert, "c");
    assert_string_equal(w.options.tls_key, "k");
    end(&w);
    begin(&w, "--gateway", "g", "--tls-cert", "c", NULL);
    assert_int_equal(conf_fault_count(w.conf), 1);
    assert_non_null(strstr(conf_fault(w.conf, 0), "go together"));
    end(&w);
    begin(&w, "--gateway", "g", "--tls-key", "k", NULL);
    assert_int_equal(conf_fault_count(w.conf), 1);
    end(&w);
}

static void nonsense_is_refused_by_name_and_never_by_value(void **state)
{
    (void)state;
    static const struct {
        const char *words[2];
        const char *says;
    } rows[] = {
        {{"--listen", "127.0.0.1"},                                                   "command line: --listen: ADDR:PORT"          },
        {{"--listen", "127.0.0.1:"},                                                  "command line: --listen: ADDR:PORT"          },
        {{"--listen", "127.0.0.1:65536"},                                             "command line: --listen: ADDR:PORT"          },
        {{"--listen", ":80"},                                                         "command line: --listen: ADDR:PORT"          },
        {{"--listen", "localhost:80"},                                                "command line: --listen: ADDR:PORT"          },
        {{"--listen", "127.0.0.1:8x"},                                                "command line: --listen: ADDR:PORT"          },
        {{"--listen", "::1:80"},                                                      "command line: --listen: ADDR:PORT"          },
        {{"--listen", "[::1]"},                                                       "command line: --listen: ADDR:PORT"          },
        {{"--listen", "[127.0.0.1]:80"},                                              "command line: --listen: ADDR:PORT"          },
        {{"--listen", "[::1%lo]:80"},                                                 "command line: --listen: ADDR:PORT"          },
        {{"--listen", "127.0.0.1:1,"},                                                "command line: --listen: ADDR:PORT"          },
        {{"--listen", "127.0.0.1:1,127.0.0.1:2,127.0.0.1:3,127.0.0.1:4,127.0.0.1:5"},
         "command line: --listen: ADDR:PORT"                                                                                       },
        {{"--gateway", "g;x=y"},                                                      "command line: --gateway: HOST"              },
        {{"--gateway", ""},                                                           "command line: --gateway: HOST"              },
        {{"--sip-outbound", "sip:u:p@proxy"},                                         "command line: --sip-outbound: sip:HOST"     },
        {{"--sip-outbound", "proxy"},                                                 "command line: --sip-outbound: sip:HOST"     },
        {{"--log-level", "loud"},                                                     "command line: --log-level: one of these"    },
        {{"--sip-register=si", "--verbose"},                                          "command line: --sip-register: yes or no"    },
        {{"--data", ""},                                                              "command line: --data: a text of 1 to 170"   },
        {{"--data", "a\nb"},                                                          "command line: --data: a text of 1 to 170"   },
        {{"--nonsense=hunter2", "--verbose"},                                         "command line: --nonsense: there is no such" },
        {{"--verbose", "--data"},                                                     "command line: --data: a value is missing"   },
        {{"--verbose", "hunter2"},                                                    "command line: there is an argument too many"},
        {{"--\x1b[2Jnonsense", "--verbose"},                                          "command line: --nonsense: there is no such" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world w;
        begin(&w, "--data", "d", "--gateway", "g", rows[i].words[0], rows[i].words[1], NULL);
        assert_int_equal(conf_fault_count(w.conf), 1);
        if (strncmp(conf_fault(w.conf, 0), rows[i].says, strlen(rows[i].says)) != 0)
            fail_msg("\"%s\" is not \"%s\"", conf_fault(w.conf, 0), rows[i].says);
        assert_null(strstr(conf_fault(w.conf, 0), "hunter2"));
        assert_int_equal(conf_exit_status(w.conf), 64);
        end(&w);
    }
}

static void help_and_version_need_nothing_else(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "--help", NULL);
    assert_int_equal(conf_action(w.conf), CONF_HELP);
    end(&w);
    begin(&w, "--version", NULL);
    assert_int_equal(conf_action(w.conf), CONF_VERSION);
    end(&w);
}

static void a_password_in_the_url_is_refused(void **state)
{
    (void)state;
    struct world w = {0};
    begin(&w, "--gateway", "g", "--store", "postgresql://pupitre:secretword@db/one", NULL);
    assert_int_equal(conf_fault_count(w.conf), 1);
    assert_non_null(strstr(conf_fault(w.conf, 0), "PGPASSFILE"));
    assert_null(strstr(conf_fault(w.conf, 0), "secretword"));
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_setting_can_be_said_at_each_place),
        cmocka_unit_test(manual_and_example_name_each_setting),
        cmocka_unit_test(several_addresses_of_both_kinds_are_taken),
        cmocka_unit_test(the_gateway_suffices),
        cmocka_unit_test(a_password_in_the_url_is_refused),
        cmocka_unit_test(what_is_missing_is_named_with_the_ways_to_set_it),
        cmocka_unit_test(what_the_command_line_says_is_taken),
        cmocka_unit_test(other_addresses_than_loopback_are_refused_with_the_reason),
        cmocka_unit_test(with_a_certificate_and_its_key_any_address_is_taken),
        cmocka_unit_test(nonsense_is_refused_by_name_and_never_by_value),
        cmocka_unit_test(help_and_version_need_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
