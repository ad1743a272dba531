/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/room.h"

#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

static char dir[] = "/tmp/pupitre-fuzz-XXXXXX"; /* atexit takes no context */

static int forget(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static void room_close(void)
{
    (void)nftw(dir, forget, 16, FTW_DEPTH | FTW_PHYS);
}

void room_open(struct desk_place *ret)
{
    struct err err;
    if (strstr(dir, "XXXXXX")) {
        FUZZ_HOLDS(mkdtemp(dir) && setenv("XDG_RUNTIME_DIR", dir, 1) == 0 &&
                   setenv("XDG_STATE_HOME", dir, 1) == 0);
        FUZZ_HOLDS(atexit(room_close) == 0);
    }
    FUZZ_HOLDS(desk_place_name(ret, "fuzz", &err) == ERR_OK);
}
