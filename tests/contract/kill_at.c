/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded into a program: KILL_AT=N sends it SIGKILL, or the signal KILL_WITH, before the N-th call
 * that changes what is on the disk, or, with KILL_AT_SEND, that says something to another program,
 * so that a test can try every such moment. KILL_COUNT names a file that gets the number of calls
 * when the program ends by itself. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int fsync(int fd);
int fdatasync(int fd);
int rename(const char *from, const char *to);
ssize_t send(int fd, const void *bytes, size_t n, int flags);
int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags);
int link(const char *from, const char *to);
int unlink(const char *path);

static int count;

static void step(void)
{
    const char *at = getenv("KILL_AT"), *with = getenv("KILL_WITH");
    count++;
    if (at && strtol(at, NULL, 10) == count)
        (void)kill(getpid(), with ? (int)strtol(with, NULL, 10) : SIGKILL);
}

static void __attribute__((destructor)) tell(void)
{
    const char *path = getenv("KILL_COUNT");
    FILE *f = path ? fopen(path, "w") : NULL;
    if (f) {
        fprintf(f, "%d\n", count);
        fclose(f);
    }
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#pragma GCC diagnostic ignored "-Wpedantic" /* dlsym gives functions as data */

int fsync(int fd)
{
    step();
    return NEXT(fsync)(fd);
}

ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
    if (getenv("KILL_AT_SEND"))
        step();
    return NEXT(send)(fd, bytes, n, flags);
}

int fdatasync(int fd)
{
    step();
    return NEXT(fdatasync)(fd);
}

int rename(const char *from, const char *to)
{
    step();
    return NEXT(rename)(from, to);
}

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
    step();
    return NEXT(renameat2)(from_fd, from, to_fd, to, flags);
}

int link(const char *from, const char *to)
{
    step();
    return NEXT(link)(from, to);
}

int unlink(const char *path)
{
    step();
    return NEXT(unlink)(path);
}
