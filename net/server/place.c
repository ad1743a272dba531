/* SPDX-License-Identifier: Apache-2.0 */
/* Lock and address file. The lock is flock(2) on DIR/pupitred.lock: it goes with the process,
 * however that ends, so a file left behind means nothing. */

#include "net/server/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_NAME "pupitred.lock"
#define ADDRESS_NAME "address"
#define ADDRESS_NEW_NAME "address.new"

enum err_code place_take(const char *dir, struct place *ret, struct err *err)
{
    const int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", dir,
                       strerror(errno));
    const int lock_fd = openat(dir_fd, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_fd < 0 || flock(lock_fd, LOCK_EX | LOCK_NB) < 0) {
        const int e = errno;
        if (lock_fd >= 0)
            close(lock_fd);
        close(dir_fd);
        if (e == EWOULDBLOCK)
            return err_set(err, ERR_CONFLICT, "%s: another pupitred is running here.", dir);
        return err_set(err, ERR_IO, "%s/" LOCK_NAME ": %s", dir, strerror(e));
    }
    /* Whoever died here left an address at which nobody listens. */
    (void)unlinkat(dir_fd, ADDRESS_NAME, 0);
    *ret = (struct place){.dir_fd = dir_fd, .lock_fd = lock_fd};
    return ERR_OK;
}

/* An address a line. */
static size_t print_all(const struct listen_list *addresses, char *ret, size_t size)
{
    size_t len = 0;
    for (unsigned i = 0; i < addresses->n; i++) {
        char one[LISTEN_TEXT_SIZE];
        listen_print(&addresses->at[i], one);
        len += (size_t)snprintf(ret + len, size - len, "%s\n", one);
    }
    return len;
}

enum err_code place_publish(struct place *p, const struct listen_list *addresses, struct err *err)
{
    char text[LISTEN_MAX * LISTEN_TEXT_SIZE + 1];
    const size_t len = print_all(addresses, text, sizeof text);
    const int fd =
        openat(p->dir_fd, ADDRESS_NEW_NAME, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written = fd >= 0 && write(fd, text, len) == (ssize_t)len;
    const int e = errno;
    if (fd >= 0)
        close(fd);
    if (!written)
        return err_set(err, ERR_IO, ADDRESS_NEW_NAME ": %s", strerror(e));
    if (renameat(p->dir_fd, ADDRESS_NEW_NAME, p->dir_fd, ADDRESS_NAME) < 0)
        return err_set(err, ERR_IO, ADDRESS_NAME ": %s", strerror(errno));
    p->has_address = true;
    snprintf(p->address, sizeof p->address, "%.*s", (int)len - 1, text);
    for (char *end = p->address; (end = strchr(end, '\n'));)
        *end = ' ';
    return ERR_OK;
}

void place_leave(struct place *p)
{
    if (p->has_address)
        (void)unlinkat(p->dir_fd, ADDRESS_NAME, 0);
    close(p->lock_fd);
    close(p->dir_fd);
}
