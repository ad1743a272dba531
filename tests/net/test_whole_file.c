/* SPDX-License-Identifier: Apache-2.0 */
/* A file is there as a whole, or as it was. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/host/whole_file.h"
#include "tests/harness/tmpdir.h"

static void assert_file(const char *path, const char *text)
{
    char *is = tmpdir_read(path);
    assert_string_equal(is, text);
    free(is);
}

static void what_is_written_is_the_owners_alone(void **state)
{
    (void)state;
    char *dir = tmpdir_new(), *path = tmpdir_path(dir, "file");
    struct stat st;
    for (int durable = 0; durable < 2; durable++) {
        tmpdir_write(path, "before, and longer than what comes");
        assert_int_equal(chmod(path, 0644), 0);
        assert_int_equal(whole_file_write(path, "after", 5, durable, NULL), ERR_OK);
        assert_file(path, "after");
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
    }
    free(path);
    tmpdir_free(dir);
}

/* The largest size of a file stands in for a full disk: bytes are refused in the middle. */
static void a_write_that_fails_leaves_what_was(void **state)
{
    (void)state;
    enum { LEN = 20000 };
    static char much[LEN];
    char *dir = tmpdir_new(), *path = tmpdir_path(dir, "file");
    struct err err = {0};
    struct rlimit was, little;
    tmpdir_write(path, "before");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    little = (struct rlimit){.rlim_cur = LEN / 2, .rlim_max = was.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    const enum err_code code = whole_file_write(path, much, LEN, false, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(code, ERR_IO);
    assert_string_equal(err.sentence, "File too large");
    assert_file(path, "before");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0); /* nothing else is left in it */
    free(path);
    free(dir);
}

static void a_place_that_is_none_is_said(void **state)
{
    (void)state;
    char *dir = tmpdir_new(), *path = tmpdir_path(dir, "missing/file");
    struct err err = {0};
    assert_int_equal(whole_file_write(path, "x", 1, false, &err), ERR_IO);
    assert_string_equal(err.sentence, "No such file or directory");
    char name[8192];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(whole_file_write(name, "x", 1, false, &err), ERR_IO);
    assert_string_equal(err.sentence, "File name too long");
    free(path);
    tmpdir_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_the_owners_alone),
        cmocka_unit_test(a_write_that_fails_leaves_what_was),
        cmocka_unit_test(a_place_that_is_none_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
