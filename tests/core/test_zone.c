/* SPDX-License-Identifier: Apache-2.0 */
/* Names of time zones, and files beside them that are none. */

#include "core/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void names_of_the_database_are_taken(void **state)
{
    (void)state;
    static const char *const good[] = {"Europe/Brussels", "UTC",    "America/Argentina/Salta",
                                       "Etc/GMT+12",      "CET",    "America/Port-au-Prince",
                                       "US/Pacific",      "GB-Eire"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(zone_is_iana(good[i]));
}

static void other_files_of_the_folder_are_no_zones(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "right/Europe/Brussels",
                                      "posix/Europe/Brussels",
                                      "posixrules",
                                      "localtime",
                                      "Factory",
                                      "leapseconds",
                                      "zone.tab",
                                      "Europe",
                                      "Europe/",
                                      "Europe//Brussels",
                                      "/etc/passwd",
                                      "/",
                                      "europe/Brussels",
                                      "Europe/../posixrules",
                                      "Eur/Brussels",
                                      "CET-1CEST",
                                      "EST5EDT,M3.2.0,M11.1.0",
                                      "Mars/Phobos",
                                      "UT"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(zone_is_iana(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_the_database_are_taken),
        cmocka_unit_test(other_files_of_the_folder_are_no_zones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
