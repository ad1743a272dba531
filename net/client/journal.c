/* SPDX-License-Identifier: Apache-2.0 */
/* The journal: a thread that writes, and a queue to it.
 *
 * Orders go to the thread through a list under a mutex; the thread takes all that wait, writes
 * them, syncs once, and tells the loop through libre's mqueue. After a failed write the segment is
 * left as it is (its stream cannot go on) and the next write begins a new one. */

#include "net/client/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/client/journal_format.h"
#include "net/client/journal_left.h"
#include "net/client/loop.h"

#define PATH_SIZE 1024

/* What the thread tells the loop, beside 0 and 1: a write could not be kept, or was. */
#define TOLD_OPENED 2

enum order_kind { ORDER_WRITE, ORDER_DONE, ORDER_UNLINK };

struct order {
    struct order *next;
    enum order_kind kind;
    uint64_t id;
    char *text; /* of a write; the path of an unlink */
    size_t len;
};

/* One file of this process. */
struct segment {
    struct segment *next;
    int fd;
    bool usable;
    crypto_secretstream_xchacha20poly1305_state state;
    uint64_t *ids; /* writes in it that are not done */
    size_t n, cap;
    char path[PATH_SIZE];
};

/* In locked memory: the key lies in it. */
struct journal {
    unsigned char key[JOURNAL_KEY_BYTES];
    char dir[PATH_SIZE - 64];
    struct journal_handlers handlers;
    struct mqueue *answers;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool quit;                /* under the mutex */
    bool silent;              /* under the mutex: nobody listens any more, answers is gone */
    struct order *first;      /* under the mutex */
    struct order **last;      /* under the mutex */
    struct order *leftovers;  /* of the loop, once it is opened: files that were read */
    struct journal *before;   /* of the thread: one that has to finish first */
    bool refused;             /* of the thread: the folder was not ours when it was looked at */
    struct segment *segments; /* of the thread: the newest first */
    bool lost_one;            /* of the thread: a write failed */
    bool is_open;             /* of the loop */
};

/* --- the thread --- */

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

static void sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd); /* the file itself is synced and looked at */
        close(fd);
    }
}

/* Names sort by time; the random part keeps two starts in one millisecond apart. */
static int open_new(const char *dir, char path[PATH_SIZE])
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    unsigned long long ms =
        (unsigned long long)now.tv_sec * 1000 + (unsigned long long)now.tv_nsec / 1000000;
    snprintf(path, PATH_SIZE, "%s/journal-%013llu-%08x.pj", dir, ms, randombytes_random());
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0)
        (void)flock(fd, LOCK_EX | LOCK_NB); /* nobody else knows this file yet */
    return fd;
}

static struct segment *begin_segment(struct journal *j)
{
    struct segment *s = sodium_malloc(sizeof *s);
    if (!s)
        return NULL;
    memset(s, 0, sizeof *s);
    s->fd = open_new(j->dir, s->path);
    CLEANUP_BUF struct buf head = {0};
    journal_format_begin(&s->state, j->key, &head);
    if (s->fd < 0 || head.failed || !write_all(s->fd, head.data, head.len)) {
        if (s->fd >= 0) {
            unlink(s->path);
            close(s->fd);
        }
        sodium_free(s);
        return NULL;
    }
    sync_dir(j->dir);
    s->usable = true;
    s->next = j->segments;
    j->segments = s;
    return s;
}

static struct segment *usable_segment(struct journal *j)
{
    if (j->segments && j->segments->usable)
        return j->segments;
    return begin_segment(j);
}

static bool remember(struct segment *s, uint64_t id)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 16;
        uint64_t *more = realloc(s->ids, cap * sizeof *more);
        if (!more)
            return false;
        s->ids = more;
        s->cap = cap;
    }
    s->ids[s->n++] = id;
    return true;
}

static bool add_frame(struct segment *s, char kind, uint64_t id, const char *text, size_t len)
{
    CLEANUP_BUF struct buf frame = {0};
    journal_format_add(&s->state, kind, id, text, len, &frame);
    if (frame.failed || !write_all(s->fd, frame.data, frame.len))
        s->usable = false;
    return s->usable;
}

/* A folder that was not ours is looked at again, for somebody may have put it right. */
static bool is_allowed(struct journal *j)
{
    j->refused = j->refused && journal_folder_make(j->dir, NULL) == ERR_FORBIDDEN;
    return !j->refused;
}

static bool keep(struct journal *j, const struct order *o)
{
    const bool fits = o->len < JOURNAL_FRAME_MAX / 2 && is_allowed(j);
    struct segment *s = fits ? usable_segment(j) : NULL;
    return s && remember(s, o->id) && add_frame(s, 'w', o->id, o->text, o->len);
}

static void drop_segment(struct journal *j, struct segment *s)
{
    struct segment **at = &j->segments;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    unlink(s->path);
    close(s->fd);
    free(s->ids);
    sodium_free(s);
}

static void strike(struct journal *j, uint64_t id)
{
    struct segment *s = j->segments;
    while (s) {
        struct segment *next = s->next;
        size_t i = 0;
        while (i < s->n && s->ids[i] != id)
            i++;
        if (i < s->n) {
            s->ids[i] = s->ids[--s->n];
            if (s->n == 0)
                drop_segment(j, s);
            else if (s->usable)
                (void)add_frame(s, 'd', id, NULL, 0); /* lost: it is sent twice, with one key */
        }
        s = next;
    }
}

/* Tell the loop; false when nobody listens. */
static bool tell(struct journal *j, int what, void *data)
{
    for (;;) {
        pthread_mutex_lock(&j->mutex);
        const bool silent = j->silent;
        const bool told = !silent && mqueue_push(j->answers, what, data) == 0;
        pthread_mutex_unlock(&j->mutex);
        if (silent || told)
            return told;
        /* The pipe is full when the loop is far behind: it will come to it. */
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
}

static void answer(struct journal *j, uint64_t id, bool ok)
{
    (void)tell(j, ok, (void *)(uintptr_t)id);
}

static void free_order(struct order *o)
{
    if (o->text)
        sodium_memzero(o->text, o->len);
    free(o->text);
    free(o);
}

/* Carry out what waits. Writes are answered after one sync for all of them. */
static void carry_out(struct journal *j, struct order *orders)
{
    bool *kept = NULL;
    size_t n = 0, i = 0;
    for (struct order *o = orders; o; o = o->next)
        n++;
    kept = calloc(n, sizeof *kept);
    for (struct order *o = orders; o; o = o->next, i++)
        if (o->kind == ORDER_WRITE && kept)
            kept[i] = keep(j, o);
    bool synced = true;
    for (struct segment *s = j->segments; s; s = s->next)
        if (fdatasync(s->fd) != 0) {
            /* What the disk lost may be anywhere in it, and a later sync would not say so. */
            s->usable = false;
            synced = false;
        }
    i = 0;
    while (orders) {
        struct order *o = orders;
        orders = o->next;
        bool ok = kept && kept[i++] && synced;
        if (o->kind == ORDER_WRITE) {
            j->lost_one = j->lost_one || !ok;
            answer(j, o->id, ok);
        } else if (o->kind == ORDER_DONE) {
            strike(j, o->id);
        } else if (!j->lost_one) {
            unlink(o->text);
        }
        free_order(o);
    }
    free(kept);
}

static struct order *new_order(enum order_kind kind, uint64_t id, const char *text, size_t len)
{
    struct order *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    *o = (struct order){.kind = kind, .id = id, .len = len};
    if (text) {
        o->text = calloc(1, len + 1);
        if (!o->text) {
            free(o);
            return NULL;
        }
        memcpy(o->text, text, len);
    }
    return o;
}

/* The files that were read become orders to remove them, for the loop to give. */
static void note_files(struct journal *j, const struct journal_opened *o)
{
    for (size_t i = 0; i < o->n_files; i++) {
        struct order *order = new_order(ORDER_UNLINK, 0, o->paths[i], strlen(o->paths[i]));
        if (!order)
            return; /* it stays, and is read again the next time */
        order->next = j->leftovers;
        j->leftovers = order;
    }
}

static void open_up(struct journal *j)
{
    struct journal_opened *o = calloc(1, sizeof *o);
    j->before = journal_free(j->before);
    if (!o)
        return; /* what is left is found the next time; the workstation does not wait for ever */
    o->code = journal_folder_make(j->dir, &o->err);
    j->refused = o->code == ERR_FORBIDDEN;
    if (o->code == ERR_OK)
        journal_left_read(j->dir, j->key, o);
    note_files(j, o);
    if (!tell(j, TOLD_OPENED, o))
        journal_left_free(o);
}

static void *run(void *arg)
{
    struct journal *j = arg;
    open_up(j);
    pthread_mutex_lock(&j->mutex);
    for (;;) {
        while (!j->first && !j->quit)
            pthread_cond_wait(&j->wake, &j->mutex);
        struct order *orders = j->first;
        j->first = NULL;
        j->last = &j->first;
        if (!orders)
            break;
        pthread_mutex_unlock(&j->mutex);
        carry_out(j, orders);
        pthread_mutex_lock(&j->mutex);
    }
    pthread_mutex_unlock(&j->mutex);
    return NULL;
}

/* --- the loop's side --- */

static void on_told(int what, void *data, void *arg)
{
    struct journal *j = arg;
    if (what == TOLD_OPENED) {
        j->is_open = true;
        j->handlers.opened(data, j->handlers.arg);
        journal_left_free(data);
    } else {
        j->handlers.written((uint64_t)(uintptr_t)data, what != 0, j->handlers.arg);
    }
}

static void give(struct journal *j, struct order *o)
{
    pthread_mutex_lock(&j->mutex);
    *j->last = o;
    while (*j->last)
        j->last = &(*j->last)->next;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->mutex);
}

void journal_write(struct journal *j, uint64_t id, const char *text, size_t len)
{
    struct order *o = new_order(ORDER_WRITE, id, text, len);
    if (o)
        give(j, o);
    else
        answer(j, id, false);
}

void journal_done(struct journal *j, uint64_t id)
{
    struct order *o = new_order(ORDER_DONE, id, NULL, 0);
    if (o) /* without memory the write is sent once more by the next process */
        give(j, o);
}

enum err_code journal_new(struct journal **ret, const char *dir,
                          const unsigned char key[JOURNAL_KEY_BYTES],
                          const struct journal_handlers *handlers, struct journal *before_take,
                          struct err *err)
{
    struct journal *j = strlen(dir) < sizeof(*ret)->dir ? sodium_malloc(sizeof *j) : NULL;
    if (!j) {
        journal_free(before_take);
        return strlen(dir) < sizeof(*ret)->dir
                   ? err_set(err, ERR_NOMEM, NULL)
                   : err_set(err, ERR_IO, N_("The folder for the journal has too long a name."));
    }
    memset(j, 0, sizeof *j);
    memcpy(j->key, key, sizeof j->key);
    memcpy(j->dir, dir, strlen(dir) + 1);
    j->handlers = *handlers;
    j->before = before_take;
    j->last = &j->first;
    pthread_mutex_init(&j->mutex, NULL);
    pthread_cond_init(&j->wake, NULL);
    if (mqueue_alloc(&j->answers, on_told, j) != 0 ||
        pthread_create(&j->thread, NULL, run, j) != 0) {
        journal_free(before_take);
        mem_deref(j->answers);
        sodium_free(j);
        return err_set(err, ERR_NOMEM, NULL);
    }
    *ret = j;
    return ERR_OK;
}

struct journal *journal_close(struct journal *j)
{
    if (!j)
        return NULL;
    pthread_mutex_lock(&j->mutex);
    j->quit = j->silent = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->mutex);
    j->answers = mem_deref(j->answers);
    return j;
}

struct journal *journal_free(struct journal *j)
{
    if (!j)
        return NULL;
    pthread_mutex_lock(&j->mutex);
    j->quit = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->mutex);
    pthread_join(j->thread, NULL);
    mem_deref(j->answers);
    while (j->segments) {
        struct segment *s = j->segments;
        j->segments = s->next;
        close(s->fd);
        free(s->ids);
        sodium_free(s);
    }
    while (j->leftovers) {
        struct order *o = j->leftovers;
        j->leftovers = o->next;
        free_order(o);
    }
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->mutex);
    sodium_free(j);
    return NULL;
}

void journal_forget_leftovers(struct journal *j)
{
    if (!j->is_open || !j->leftovers)
        return;
    give(j, j->leftovers);
    j->leftovers = NULL;
}
