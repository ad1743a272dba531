/* SPDX-License-Identifier: Apache-2.0 */
/* Where a user's files are, by the environment alone. */

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

#include "net/host/xdg.h"

static void set(const char *variable, const char *value)
{
    assert_int_equal(value ? setenv(variable, value, 1) : unsetenv(variable), 0);
}

static void each_base_has_its_fallback(void **state)
{
    (void)state;
    static const struct {
        enum xdg_base base;
        const char *variable;
        const char *below_home;
    } bases[] = {
        {XDG_CONFIG, "XDG_CONFIG_HOME", ".config"     },
        {XDG_STATE,  "XDG_STATE_HOME",  ".local/state"},
        {XDG_CACHE,  "XDG_CACHE_HOME",  ".cache"      },
    };
    static const char *const ignored[] = {NULL, "", "relative", "./x", "~/x", "$HOME/x"};
    char path[XDG_PATH_MAX];
    char want[XDG_PATH_MAX];
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        set("HOME", "/home/x");
        set(bases[i].variable, "/else/where");
        assert_true(xdg_path(bases[i].base, "f", path, sizeof path));
        assert_string_equal(path, "/else/where/pupitre/f");
        assert_true(xdg_path(bases[i].base, "", path, sizeof path));
        assert_string_equal(path, "/else/where/pupitre");
        for (size_t k = 0; k < sizeof ignored / sizeof ignored[0]; k++) {
            set(bases[i].variable, ignored[k]);
            set("HOME", "/home/x");
            snprintf(want, sizeof want, "/home/x/%s/pupitre/f", bases[i].below_home);
            assert_true(xdg_path(bases[i].base, "f", path, sizeof path));
            assert_string_equal(path, want);
            for (size_t n = 0; n < sizeof ignored / sizeof ignored[0]; n++) {
                set("HOME", ignored[n]);
                assert_false(xdg_path(bases[i].base, "f", path, sizeof path));
                assert_string_equal(path, "");
            }
        }
        set(bases[i].variable, NULL);
    }
}

static void a_path_too_long_is_none(void **state)
{
    (void)state;
    char path[XDG_PATH_MAX];
    char home[XDG_PATH_MAX + 8] = "/";
    memset(home + 1, 'x', sizeof home - 2);
    set("HOME", home);
    set("XDG_RUNTIME_DIR", home);
    assert_false(xdg_path(XDG_STATE, "f", path, sizeof path));
    assert_false(xdg_runtime_path(path, sizeof path));
}

static void the_runtime_folder_has_a_fallback_in_tmp(void **state)
{
    (void)state;
    static const char *const ignored[] = {NULL, "", "run"};
    char path[XDG_PATH_MAX];
    char want[64];
    set("XDG_RUNTIME_DIR", "/run/user/1");
    assert_true(xdg_runtime_path(path, sizeof path));
    assert_string_equal(path, "/run/user/1/pupitre");
    snprintf(want, sizeof want, "/tmp/pupitre-%lu", (unsigned long)getuid());
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        set("XDG_RUNTIME_DIR", ignored[i]);
        assert_true(xdg_runtime_path(path, sizeof path));
        assert_string_equal(path, want);
        assert_null(xdg_runtime_fault());
    }
}

static void the_runtime_folder_has_to_be_ours_alone(void **state)
{
    (void)state;
    static const mode_t open_modes[] = {0701, 0710, 0720, 0755, 0770, 0777, 01777};
    char dir[] = "/tmp/pp-xdg-XXXXXX";
    char file[64];
    assert_non_null(mkdtemp(dir));
    set("XDG_RUNTIME_DIR", dir);
    assert_null(xdg_runtime_fault());
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        assert_int_equal(chmod(dir, open_modes[i]), 0);
        assert_non_null(strstr(xdg_runtime_fault(), "open to others"));
    }
    assert_int_equal(chmod(dir, 0700), 0);
    snprintf(file, sizeof file, "%s/file", dir);
    FILE *f = fopen(file, "we");
    assert_non_null(f);
    fclose(f);
    set("XDG_RUNTIME_DIR", file);
    assert_non_null(strstr(xdg_runtime_fault(), "not a folder"));
    unlink(file);
    set("XDG_RUNTIME_DIR", file);
    assert_non_null(strstr(xdg_runtime_fault(), "not there"));
    if (geteuid() == 0) { /* only root can give one away, or sees its own as another's */
        assert_int_equal(chown(dir, 65534, 65534), 0);
        set("XDG_RUNTIME_DIR", dir);
        assert_non_null(strstr(xdg_runtime_fault(), "somebody else"));
    } else {
        set("XDG_RUNTIME_DIR", "/");
        assert_non_null(strstr(xdg_runtime_fault(), "somebody else"));
    }
    rmdir(dir);
}

static void a_folder_is_made_with_what_is_above_it(void **state)
{
    (void)state;
    char dir[] = "/tmp/pp-xdg-XXXXXX";
    char path[64];
    struct stat st;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a/b/c", dir);
    xdg_make(path);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0700);
        rmdir(path);
        *strrchr(path, '/') = '\0';
    }
    xdg_make("/proc/1/pupitre"); /* what cannot be made is not */
    rmdir(dir);
}

static void a_name_that_could_leave_its_folder_is_none(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "default", "demo-4.x_Y", "0",
                                       "12345678901234567890123456789012"};
    static const char *const bad[] = {
        "",    ".",    "..",  ".a",       "-a",  "_a",
        "a/b", "../a", "a b", "\xc3\xa9", "a\n", "123456789012345678901234567890123"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(xdg_is_name(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(xdg_is_name(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_base_has_its_fallback),
        cmocka_unit_test(a_path_too_long_is_none),
        cmocka_unit_test(the_runtime_folder_has_a_fallback_in_tmp),
        cmocka_unit_test(the_runtime_folder_has_to_be_ours_alone),
        cmocka_unit_test(a_folder_is_made_with_what_is_above_it),
        cmocka_unit_test(a_name_that_could_leave_its_folder_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
