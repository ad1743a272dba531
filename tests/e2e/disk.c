/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/disk.h"

#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/harness/deadline.h"
#include "tests/harness/tmpdir.h"

/* A lower limit can be taken back. */
void disk_of_backend(struct world *w, bool full)
{
    struct rlimit limit;
    assert_int_equal(prlimit(proc_pid(w->backend), RLIMIT_FSIZE, NULL, &limit), 0);
    limit.rlim_cur = full ? 1 : limit.rlim_max;
    assert_int_equal(prlimit(proc_pid(w->backend), RLIMIT_FSIZE, &limit, NULL), 0);
}

static bool holds_nothing(const char *dir)
{
    struct dirent **names = NULL;
    const int n = scandir(dir, &names, NULL, NULL);
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
    return n == 2;
}

void disk_of_pc(struct world *w, bool full)
{
    CLEANUP_FREE char *dir = tmpdir_path(w->dir, "state/pupitre/e2e");
    CLEANUP_FREE char *aside = tmpdir_path(w->dir, "state/pupitre/aside");
    if (full) {
        const int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
        while (!holds_nothing(dir)) {
            assert_true(deadline_left(until) > 0);
            (void)poll(NULL, 0, 10);
        }
        assert_int_equal(rename(dir, aside), 0);
        tmpdir_write(dir, "");
    } else {
        assert_int_equal(remove(dir), 0);
        assert_int_equal(rename(aside, dir), 0);
    }
}
