/* SPDX-License-Identifier: Apache-2.0 */
/* Where the last login's folder is on the server (net/desk/ssh_memory.h). */

#include "net/desk/ssh_memory.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/host/whole_file.h"

#define FILE_MAX 512

static const char *file_of(const struct desk_place *place, char ret[DESK_PATH_MAX + 8])
{
    (void)snprintf(ret, DESK_PATH_MAX + 8, "%s/far", place->dir);
    return ret;
}

/* HOST TAB FOLDER NEWLINE. The folder goes into a shell's words, so its letters are looked at. */
void ssh_memory_read(const struct desk_place *place, const char *host, char ret[DESK_PATH_MAX])
{
    char path[DESK_PATH_MAX + 8], line[FILE_MAX] = "";
    ret[0] = '\0';
    FILE *f = fopen(file_of(place, path), "re");
    if (!f)
        return;
    const bool read = fgets(line, sizeof line, f);
    (void)fclose(f);
    char *tab = read ? strchr(line, '\t') : NULL;
    if (!tab || (size_t)(tab - line) != strlen(host) || strncmp(line, host, strlen(host)) != 0)
        return;
    const size_t len = strspn(tab + 1, DESK_PATH_LETTERS);
    if (len == 0 || len >= DESK_PATH_MAX || tab[1] != '/' || tab[1 + len] != '\n')
        return;
    memcpy(ret, tab + 1, len);
    ret[len] = '\0';
}

void ssh_memory_write(const struct desk_place *place, const char *host, const char *dir)
{
    char path[DESK_PATH_MAX + 8], line[FILE_MAX];
    const int n = snprintf(line, sizeof line, "%s\t%s\n", host, dir);
    if (n > 0 && n < (int)sizeof line)
        (void)!whole_file_write(file_of(place, path), line, (size_t)n, false, NULL);
}

void ssh_memory_forget(const struct desk_place *place)
{
    char path[DESK_PATH_MAX + 8];
    (void)unlink(file_of(place, path));
}
