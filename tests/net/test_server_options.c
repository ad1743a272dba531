/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <getopt.h>
#include <setjmp.h>

#include <cmocka.h>

#include "net/server/options.h"

/* Parse a command line of words; NULL ends it. */
static enum err_code parse(struct options *ret, struct err *err, ...)
{
    char *argv[16] = {strdup("pupitred")};
    int argc = 1;
    va_list ap;
    va_start(ap, err);
    for (const char *word; (word = va_arg(ap, const char *));)
        argv[argc++] = strdup(word);
    va_end(ap);
    optind = 0; /* getopt starts anew */
    const enum err_code code = options_parse(argc, argv, ret, err);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return code;
}

static void the_two_that_must_be_there_suffice(void **state)
{
    (void)state;
    struct options o;
    struct err err;
    assert_int_equal(parse(&o, &err, "--data", "d", "--gateway", "127.0.0.1:5070", NULL), ERR_OK);
    assert_int_equal(ntohl(o.listen.sin_addr.s_addr), INADDR_LOOPBACK);
    assert_int_equal(ntohs(o.listen.sin_port), 8080);
    assert_false(o.sip_register);
    assert_int_equal(o.action, OPTIONS_RUN);
}

static void without_data_or_gateway_it_does_not_start(void **state)
{
    (void)state;
    struct options o;
    struct err err;
    assert_int_equal(parse(&o, &err, "--gateway", "g", NULL), ERR_INVALID);
    assert_non_null(strstr(err.sentence, "--data"));
    assert_int_equal(parse(&o, &err, "--data", "d", NULL), ERR_INVALID);
    assert_non_null(strstr(err.sentence, "--gateway"));
}

static void other_addresses_than_loopback_are_refused_with_the_reason(void **state)
{
    (void)state;
    struct options o;
    struct err err;
    static const char *const others[] = {"0.0.0.0:0", "192.0.2.1:80", "255.255.255.255:1"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(
            parse(&o, &err, "--data", "d", "--gateway", "g", "--listen", others[i], NULL),
            ERR_INVALID);
        assert_non_null(strstr(err.sentence, "TLS"));
    }
    assert_int_equal(
        parse(&o, &err, "--data", "d", "--gateway", "g", "--listen", "127.0.0.2:0", NULL), ERR_OK);
    assert_int_equal(o.listen.sin_port, 0);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    struct options o;
    struct err err;
    static const char *const listens[] = {"127.0.0.1", "127.0.0.1:",   "127.0.0.1:65536",
                                          ":80",       "localhost:80", "127.0.0.1:8x"};
    for (size_t i = 0; i < sizeof listens / sizeof listens[0]; i++)
        assert_int_equal(
            parse(&o, &err, "--data", "d", "--gateway", "g", "--listen", listens[i], NULL),
            ERR_INVALID);
    assert_int_equal(parse(&o, &err, "--data", "d", "--gateway", "g;x=y", NULL), ERR_INVALID);
    assert_int_equal(parse(&o, &err, "--data", "d", "--gateway", "g", "--nonsense", NULL),
                     ERR_INVALID);
    assert_int_equal(parse(&o, &err, "--data", "d", "--gateway", "g", "more", NULL), ERR_INVALID);
    assert_int_equal(parse(&o, &err, "--data", NULL), ERR_INVALID);
}

static void help_and_version_need_nothing_else(void **state)
{
    (void)state;
    struct options o;
    struct err err;
    assert_int_equal(parse(&o, &err, "--help", NULL), ERR_OK);
    assert_int_equal(o.action, OPTIONS_HELP);
    assert_int_equal(parse(&o, &err, "--version", NULL), ERR_OK);
    assert_int_equal(o.action, OPTIONS_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_two_that_must_be_there_suffice),
        cmocka_unit_test(without_data_or_gateway_it_does_not_start),
        cmocka_unit_test(other_addresses_than_loopback_are_refused_with_the_reason),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(help_and_version_need_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
