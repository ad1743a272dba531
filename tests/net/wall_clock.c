/* SPDX-License-Identifier: Apache-2.0 */
/* For LD_PRELOAD: the time of day is off by as many seconds as the file $WALL_CLOCK is long in
 * units of ten minutes, less 24 hours; no file: it is right. A size needs no reading, so that the
 * step is the same for every thread and costs one system call. Monotonic clocks stay right. */

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define STEP_S 600
#define ZERO_S 86400

static time_t off_s(void)
{
    struct stat st;
    const char *path = getenv("WALL_CLOCK");
    if (!path || stat(path, &st) != 0)
        return 0;
    return (time_t)st.st_size * STEP_S - ZERO_S;
}

__attribute__((visibility("default"))) int gettimeofday(struct timeval *restrict tv,
                                                        void *restrict tz)
{
    (void)tz;
    struct timespec t;
    if (syscall(SYS_clock_gettime, CLOCK_REALTIME, &t) != 0)
        return -1;
    tv->tv_sec = t.tv_sec + off_s();
    tv->tv_usec = t.tv_nsec / 1000;
    return 0;
}

__attribute__((visibility("default"))) time_t time(time_t *ret)
{
    struct timeval tv = {0};
    (void)gettimeofday(&tv, NULL);
    if (ret)
        *ret = tv.tv_sec;
    return tv.tv_sec;
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *t)
{
    const int err = (int)syscall(SYS_clock_gettime, id, t);
    if (err == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        t->tv_sec += off_s();
    return err;
}
