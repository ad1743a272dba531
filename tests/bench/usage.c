/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/usage.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

bool usage_memory(pid_t pid, struct usage_memory *ret)
{
    char path[64];
    char line[256];
    (void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    *ret = (struct usage_memory){0};
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    while (fgets(line, sizeof line, f)) {
        char name[32];
        double kib;
        if (sscanf(line, "%31[^:]: %lf kB", name, &kib) != 2)
            continue;
        if (strncmp(name, "Private_", 8) == 0)
            ret->private_b += kib * 1024;
        else if (strcmp(name, "Rss") == 0)
            ret->rss_b = kib * 1024;
        else if (strcmp(name, "Pss") == 0)
            ret->pss_b = kib * 1024;
        else if (strcmp(name, "Anonymous") == 0)
            ret->anonymous_b = kib * 1024;
    }
    (void)fclose(f);
    return ret->rss_b > 0;
}

double usage_written_b(pid_t pid)
{
    char path[64];
    char line[128];
    double bytes = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/io", (int)pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    while (fgets(line, sizeof line, f))
        (void)sscanf(line, "write_bytes: %lf", &bytes);
    (void)fclose(f);
    return bytes;
}

static double thread_cpu_s(pid_t pid, const char *thread)
{
    char path[320];
    double ns = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", (int)pid, thread);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    if (fscanf(f, "%lf", &ns) != 1)
        ns = 0;
    (void)fclose(f);
    return ns / 1e9;
}

double usage_cpu_s(pid_t pid)
{
    char path[64];
    double sum = 0;
    struct dirent *e;
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    if (!d)
        return 0;
    while ((e = readdir(d)))
        if (e->d_name[0] != '.')
            sum += thread_cpu_s(pid, e->d_name);
    (void)closedir(d);
    return sum;
}
