/* SPDX-License-Identifier: Apache-2.0 */
/* pg_dump and pg_restore. The URL has no password (store_url_fault), so it may be an argument. */

#include "net/ctl/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/store/store_backup.h"

extern char **environ;

static enum err_code run(const char *const *argv, bool quiet, struct err *err)
{
    pid_t pid;
    int status = 0;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (quiet) {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    }
    int e = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (e) {
        return err_set(err, ERR_NOT_FOUND, gettext("%s is not there: install postgresql-client"),
                       argv[0]);
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return err_set(err, ERR_IO, "%s: %s", argv[0], strerror(errno));
        }
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0
               ? ERR_OK
               : err_set(err, ERR_IO, gettext("%s failed: see above"), argv[0]);
}

enum err_code dump_write(const char *url, const char *path, struct err *err)
{
    char schema[STORE_SCHEMA_SIZE];
    enum err_code code = store_schema_name(url, schema, err);
    const char *const dump[] = {
        "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--schema",
        schema,    "--file",          path,         "--dbname",        url,
        NULL};
    const char *const list[] = {"pg_restore", "--list", path, NULL};
    if (!code) {
        code = run(dump, false, err);
    }
    return code ? code : run(list, true, err);
}

enum err_code dump_read(const char *url, const char *path, struct err *err)
{
    char schema[STORE_SCHEMA_SIZE];
    enum err_code code = store_schema_name(url, schema, err);
    const char *const restore[] = {"pg_restore",
                                   "--single-transaction",
                                   "--exit-on-error",
                                   "--no-owner",
                                   "--no-privileges",
                                   "--schema",
                                   schema,
                                   "--dbname",
                                   url,
                                   path,
                                   NULL};
    return code ? code : run(restore, false, err);
}
