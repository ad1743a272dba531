/* SPDX-License-Identifier: Apache-2.0 */
/* A file of settings, by pupitred's own table: whatever it holds, what is taken is plain text
 * within its rules, each fault is one plain line, and what is printed of it says the same when it
 * is read again. */

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "net/server/options.h"
#include "tests/fuzz/fuzz.h"

static void read_bytes(struct conf *c, struct options *o, const void *data, size_t len)
{
    char path[64];
    const int fd = memfd_create("settings", MFD_CLOEXEC);
    FUZZ_HOLDS(fd >= 0 && fchmod(fd, 0600) == 0 && write(fd, data, len) == (ssize_t)len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    conf_read_file(c, path, CONF_SYSTEM, true);
    close(fd);
    conf_finish(c, o);
}

static bool is_line(const char *text)
{
    return text_is_plain(text, strlen(text), TEXT_ONE_LINE);
}

static void print_and_read_again(const struct conf *c)
{
    char *printed = NULL;
    size_t len = 0;
    struct options o = {0};
    struct conf *again = conf_new(&options_program);
    FILE *f = open_memstream(&printed, &len);
    FUZZ_HOLDS(again && f);
    conf_print(c, f);
    fclose(f);
    read_bytes(again, &o, printed, len);
    for (size_t i = 0; i < options_program.row_count; i++) {
        const char *was = conf_text_of(c, i);
        const char *is = conf_text_of(again, i);
        if (was && was[0] != ';') /* after a blank that begins a comment */
            FUZZ_HOLDS(is && strcmp(was, is) == 0);
    }
    conf_free(again);
    free(printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct options o = {0};
    struct conf *c = conf_new(&options_program);
    FUZZ_HOLDS(c);
    read_bytes(c, &o, data, len);
    FUZZ_HOLDS(conf_fault_count(c) <= 100);
    for (size_t i = 0; i < conf_fault_count(c); i++)
        FUZZ_HOLDS(conf_fault(c, i)[0] && is_line(conf_fault(c, i)));
    for (size_t i = 0; i < options_program.row_count; i++)
        FUZZ_HOLDS(!conf_text_of(c, i) || is_line(conf_text_of(c, i)));
    FUZZ_HOLDS(o.data && o.log && o.sip_outbound && o.log_level >= 0 && o.log_level <= 3);
    print_and_read_again(c);
    conf_free(c);
    return 0;
}
