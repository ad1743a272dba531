/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded into a program: its wall clock is off by as many seconds as stand in the file that
 * CLOCK_STEP names (8 bytes, as the machine writes them), which a test changes while it runs. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t none;
static const volatile int64_t *step = &none;

static void __attribute__((constructor)) begin(void)
{
    const char *path = getenv("CLOCK_STEP");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        abort();
    void *at = mmap(NULL, sizeof *step, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (at == MAP_FAILED)
        abort();
    step = at;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#pragma GCC diagnostic ignored "-Wpedantic" /* dlsym gives functions as data */

int clock_gettime(clockid_t id, struct timespec *t)
{
    int rc = NEXT(clock_gettime)(id, t);
    if (rc == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        t->tv_sec += (time_t)*step;
    return rc;
}

time_t time(time_t *ret)
{
    time_t now = NEXT(time)(NULL) + (time_t)*step;
    if (ret)
        *ret = now;
    return now;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
    int rc = NEXT(gettimeofday)(t, zone);
    if (rc == 0)
        t->tv_sec += (time_t)*step;
    return rc;
}
