/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl init: a data directory with a key and an empty database. */

#include <errno.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/store/keys.h"

/* Make it, or take one that only its owner can enter. */
static enum err_code make_directory(const char *dir, struct err *err)
{
    struct stat st;
    if (mkdir(dir, 0700) == 0) {
        return ERR_OK;
    }
    if (errno != EEXIST) {
        return err_set(err, ERR_IO, "%s: %s", dir, strerror(errno));
    }
    if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
        return err_set(err, ERR_IO, gettext("%s is not a directory"), dir);
    }
    if ((st.st_mode & 077) != 0) {
        return err_set(err, ERR_FORBIDDEN,
                       gettext("%s can be entered by others: it has to have mode 0700"), dir);
    }
    return ERR_OK;
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)args;
    CLEANUP_FREE char *key = NULL;
    enum err_code code = make_directory(ctl->data_dir, err);
    if (!code) {
        code = keys_path_in(ctl->data_dir, &key, err);
    }
    if (!code) {
        code = keys_create(key, err);
    }
    if (!code) {
        code = keys_load(key, &ctl->keys, err);
    }
    if (!code) {
        code = ctl_open_store(ctl, STORE_CREATE, err);
    }
    if (!code) {
        ctl_sign_entries(ctl);
    }
    if (!code) {
        code = store_migrate(ctl->st, ctl->now_utc_s, err);
    }
    if (!code) {
        code = ctl_audited(ctl, "init", "", NULL, NULL, err);
    }
    if (!code) {
        printf(gettext("%s is ready. Keep a copy of %s in a safe place: without it nobody can read "
                       "the database.\n"),
               ctl->data_dir, key);
    }
    return code;
}

const struct ctl_command command_init = {
    .name = "init",
    .operands = "",
    .help = N_("make the data directory, its key and an empty database"),
    .run = run,
};
