/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into pupitred: lets one allocation fail, or all from one on, and counts those that
 * are not freed. The orders come through a
 * file that both sides map, named by FAIL_AT_FILE: see struct order. */

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct order {
    atomic_int left;     /* allocations that still succeed; < 0: all of them */
    atomic_int lasting;  /* what follows fails, too */
    atomic_int happened; /* how many failed */
    atomic_int live;     /* allocations that were not freed */
};

/* glibc's own, behind the names that are taken here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static struct order *order; /* malloc has no argument to carry it */

__attribute__((constructor)) static void open_orders(void)
{
    const char *path = getenv("FAIL_AT_FILE");
    const int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *map = mmap(NULL, sizeof *order, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (map != MAP_FAILED)
        order = map;
}

static int is_due(void)
{
    if (!order || atomic_load(&order->left) < 0)
        return 0;
    if (atomic_fetch_sub(&order->left, 1) > 0)
        return 0;
    if (atomic_load(&order->lasting))
        atomic_store(&order->left, 0);
    atomic_fetch_add(&order->happened, 1);
    errno = ENOMEM;
    return 1;
}

static void *count(void *p, int n)
{
    if (order && p)
        atomic_fetch_add(&order->live, n);
    return p;
}

void *malloc(size_t size)
{
    return is_due() ? NULL : count(__libc_malloc(size), 1);
}

void *calloc(size_t n, size_t size)
{
    return is_due() ? NULL : count(__libc_calloc(n, size), 1);
}

void *realloc(void *p, size_t size)
{
    if (is_due())
        return NULL;
    return p ? __libc_realloc(p, size) : count(__libc_realloc(p, size), 1);
}

void free(void *p)
{
    (void)count(p, -1);
    __libc_free(p);
}
