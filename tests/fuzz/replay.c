/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds a target without libFuzzer: each file of a corpus, whole and cut at every byte. TAP. */

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define FILE_MAX (64 * 1024)

/* An own block of exactly this size, so that a sanitizer sees a read behind its end. */
static void feed(const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    FUZZ_HOLDS(copy);
    if (len)
        memcpy(copy, data, len);
    (void)LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static bool replay(const char *dir, const char *name)
{
    static uint8_t data[FILE_MAX];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    const size_t len = fread(data, 1, sizeof data, f);
    const bool whole = !ferror(f) && len < sizeof data;
    fclose(f);
    for (size_t cut = 0; whole && cut <= len; cut++)
        feed(data, cut);
    return whole;
}

int main(int argc, char **argv)
{
    int n = 0;
    bool good = true;
    DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
    if (!dir) {
        fprintf(stderr, "usage: replay CORPUS-DIRECTORY\n");
        return 1;
    }
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        const bool ok = replay(argv[1], entry->d_name);
        printf("%sok %d - %s and all its beginnings\n", ok ? "" : "not ", ++n, entry->d_name);
        fflush(stdout);
        good = good && ok;
    }
    closedir(dir);
    printf("1..%d\n", n);
    return good && n ? 0 : 1;
}
