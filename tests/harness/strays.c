/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/strays.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness/deadline.h"

enum {
    STRAYS_MAX = 512,
};

struct entry {
    pid_t pid;
    pid_t parent;
    char state;
    char name[32];
    bool ours; /* a descendant of this process */
};

struct table {
    struct entry *items;
    size_t count;
};

void strays_adopt(void)
{
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* The name stands in brackets and may itself hold brackets and blanks: the last one closes it. */
static bool entry_read(const char *pid_text, struct entry *e)
{
    char path[64];
    char line[512];

    (void)snprintf(path, sizeof(path), "/proc/%.20s/stat", pid_text);
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    bool ok = fgets(line, sizeof(line), f) != NULL;
    (void)fclose(f);
    char *open = ok ? strchr(line, '(') : NULL;
    char *end = ok ? strrchr(line, ')') : NULL;
    int parent;
    if (!open || !end || sscanf(end + 1, " %c %d", &e->state, &parent) != 2)
        return false;
    *end = '\0';
    (void)snprintf(e->name, sizeof(e->name), "%.31s", open + 1);
    e->pid = (pid_t)strtol(pid_text, NULL, 10);
    e->parent = parent;
    e->ours = false;
    return true;
}

static void mark_descendants(struct table *t)
{
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < t->count; i++) {
            struct entry *e = &t->items[i];
            bool ours = e->parent == getpid();
            for (size_t k = 0; k < t->count && !ours; k++)
                ours = t->items[k].ours && t->items[k].pid == e->parent;
            more = more || (ours && !e->ours);
            e->ours = ours;
        }
    }
}

/* Only processes of this descent are kept. */
static struct table table_read(void)
{
    struct table t = {0};
    size_t cap = 0;
    DIR *dir = opendir("/proc");
    struct dirent *d;
    while (dir && (d = readdir(dir)) != NULL) {
        struct entry e;
        if (d->d_name[0] < '1' || d->d_name[0] > '9' || !entry_read(d->d_name, &e))
            continue;
        if (t.count == cap) {
            cap = cap ? cap * 2 : 256;
            t.items = reallocarray(t.items, cap, sizeof(*t.items));
            if (!t.items)
                abort();
        }
        t.items[t.count++] = e;
    }
    if (dir)
        (void)closedir(dir);
    mark_descendants(&t);
    return t;
}

size_t strays_list(const char *name, pid_t *ret_pids, size_t size)
{
    struct table t = table_read();
    size_t count = 0;
    for (size_t i = 0; i < t.count; i++) {
        const struct entry *e = &t.items[i];
        if (!e->ours || e->state == 'Z' || (name && strncmp(e->name, name, 15) != 0))
            continue;
        if (count < size)
            ret_pids[count] = e->pid;
        count++;
    }
    free(t.items);
    return count;
}

static void tell(const char *name)
{
    struct table t = table_read();
    for (size_t i = 0; i < t.count; i++)
        if (t.items[i].ours && (!name || strncmp(t.items[i].name, name, 15) == 0))
            (void)fprintf(stderr, "# still there: %d %s (%c)\n", (int)t.items[i].pid,
                          t.items[i].name, t.items[i].state);
    free(t.items);
}

bool strays_wait_none(const char *name, int deadline_ms)
{
    int64_t until = deadline_now_ms() + deadline_ms;
    pid_t pid;

    while (strays_list(name, &pid, 1) > 0) {
        int fd = pidfd_open(pid, 0);
        if (fd < 0)
            continue; /* it ended meanwhile */
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, deadline_left(until));
        (void)close(fd);
        if (ready == 0) {
            tell(name);
            return false;
        }
    }
    return true;
}

size_t strays_kill(void)
{
    pid_t pids[STRAYS_MAX];
    size_t killed = 0;
    size_t n;

    while ((n = strays_list(NULL, pids, STRAYS_MAX)) > 0) {
        n = n < STRAYS_MAX ? n : STRAYS_MAX;
        for (size_t i = 0; i < n; i++)
            (void)kill(pids[i], SIGKILL);
        killed += n;
        (void)strays_wait_none(NULL, 5000);
    }
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    return killed;
}
