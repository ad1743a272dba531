/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded into a program: what SQLite asks of the disk fails with the error numbers that stand in
 * the file named by DISK_FAULT (four 4-byte numbers: writing, syncing, reading, and fsync(2), which
 * is the program's own way to sync and not SQLite's; 0 = it works), which a test changes while the
 * program runs. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const volatile int32_t none[4];
static const volatile int32_t *fault = none;

static void __attribute__((constructor)) begin(void)
{
    const char *path = getenv("DISK_FAULT");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        abort();
    void *at = mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (at == MAP_FAILED)
        abort();
    fault = at;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#pragma GCC diagnostic ignored "-Wpedantic" /* dlsym gives functions as data */

static int failed(int which)
{
    if (fault[which])
        errno = fault[which];
    return fault[which] != 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
    return failed(0) ? -1 : NEXT(pwrite64)(fd, bytes, len, at);
}

int ftruncate64(int fd, off64_t len)
{
    return failed(0) ? -1 : NEXT(ftruncate64)(fd, len);
}

int fdatasync(int fd)
{
    return failed(1) ? -1 : NEXT(fdatasync)(fd);
}

int fsync(int fd)
{
    return failed(1) || failed(3) ? -1 : NEXT(fsync)(fd);
}

ssize_t pread64(int fd, void *bytes, size_t len, off64_t at)
{
    return failed(2) ? -1 : NEXT(pread64)(fd, bytes, len, at);
}
