/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl keys: the master key is changed while agents work. */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/time_text.h"
#include "net/ctl/commands.h"
#include "net/ctl/progress.h"
#include "net/import/import.h"
#include "net/store/store_admin.h"
#include "net/store/store_keys.h"

#define STEP_ROWS 200 /* a transaction: agents wait no longer */
#define ROUNDS_MAX 8  /* a column that never comes to an end is a fault */

static enum err_code in_transaction(struct ctl *ctl,
                                    enum err_code (*fn)(struct ctl *, void *, struct err *),
                                    void *arg, struct err *err)
{
    enum err_code code = store_begin(ctl->st, err);
    if (code) {
        return code;
    }
    code = fn(ctl, arg, err);
    if (!code) {
        code = ctl_commit_batch(ctl, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

static enum err_code clear(struct ctl *ctl, void *arg, struct err *err)
{
    return import_clear(ctl->st, STEP_ROWS, ctl->now_utc_s, arg, err);
}

static enum err_code begin(struct ctl *ctl, void *arg, struct err *err)
{
    return store_rotate_begin(ctl->st, ctl->keys, ctl->now_utc_s, arg, err);
}

/* With no import under way, and none that was cut. */
static enum err_code begin_alone(struct ctl *ctl, uint32_t *ret_id, struct err *err)
{
    int lock = -1;
    bool left = true;
    enum err_code code = import_lock(ctl->data_dir, &lock, err);
    while (!code && left) {
        code = in_transaction(ctl, clear, &left, err);
    }
    if (!code) {
        code = in_transaction(ctl, begin, ret_id, err);
    }
    if (lock >= 0) {
        close(lock);
    }
    return code;
}

static enum err_code step(struct ctl *ctl, void *arg, struct err *err)
{
    return store_rotate_step(ctl->st, STEP_ROWS, arg, err);
}

static enum err_code end(struct ctl *ctl, void *arg, struct err *err)
{
    const int64_t *left = arg;
    return store_rotate_end(ctl->st, *left > 0, (int64_t)time(NULL), err);
}

static enum err_code walk(struct ctl *ctl, struct progress *progress, struct err *err)
{
    struct store_rotate_progress at = {.left = true};
    enum err_code code = ERR_OK;
    while (!code && at.left) {
        code = in_transaction(ctl, step, &at, err);
        if (!code) {
            progress_show(progress, gettext("sealing anew"), PROGRESS_NO_ROWS, at.place,
                          at.n_places);
        }
    }
    return code;
}

static enum err_code rotate(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)args;
    uint32_t id = 0;
    struct progress progress;
    int64_t left = 1;
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = begin_alone(ctl, &id, err);
    }
    progress_init(&progress);
    for (int round = 0; !code && left > 0; round++) {
        code = round == ROUNDS_MAX ? err_set(err, ERR_STORE, "fields stay under another key")
                                   : walk(ctl, &progress, err);
        if (!code) {
            code = store_sealed_otherwise(ctl->st, &left, err);
        }
        if (!code) {
            code = in_transaction(ctl, end, &left, err);
        }
    }
    progress_clear(&progress);
    if (!code) {
        printf(gettext("everything is sealed with key %" PRIu32
                       " now; keep a copy of %s/master.key, "
                       "apart\n"),
               id, ctl->data_dir);
    }
    return code;
}

const struct ctl_command command_keys_rotate = {
    .name = "keys rotate",
    .operands = "",
    .help = N_("seal everything with a new key, while agents work; goes on where it was cut"),
    .run = rotate,
};

static enum err_code add(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)args;
    uint32_t id = 0;
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = keys_add(ctl->keys, &id, err);
    }
    if (!code) {
        printf(gettext("key %" PRIu32 " is in %s/master.key: bring the file to every machine that "
                       "serves this database, then \"pupitrectl keys rotate\"\n"),
               id, ctl->data_dir);
    }
    return code;
}

const struct ctl_command command_keys_add = {
    .name = "keys add",
    .operands = "",
    .help = N_("put a new key into the key file only, to be brought to other machines first"),
    .run = add,
};

static const struct ctl_option list_options[] = {
    {"--json", NULL, N_("as JSON"), false},
};

static const char *state_of(const struct store_key *k)
{
    return k->writes ? N_("writes") : k->in_file ? N_("opens") : N_("retired");
}

static void tell(const struct store_key_facts *f, bool json)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct store_key *k = &f->keys[i];
        if (json) {
            printf("%s{\"key_id\": \"%" PRIu32 "\", \"state\": \"%s\", \"in_file\": %s}",
                   i ? ",\n " : "[", k->id, state_of(k), k->in_file ? "true" : "false");
        } else {
            printf("%" PRIu32 "\t%s\n", k->id, gettext(state_of(k)));
        }
    }
    if (json) {
        puts(f->n ? "]" : "[]");
    } else if (f->rotating) {
        puts(gettext("a rotation was begun and is not done: \"pupitrectl keys rotate\" goes on"));
    }
}

static enum err_code list(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct store_key_facts facts;
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = store_key_list(ctl->st, &facts, err);
    }
    if (!code) {
        tell(&facts, ctl_option(&command_keys_list, args, "--json") != NULL);
    }
    return code;
}

const struct ctl_command command_keys_list = {
    .name = "keys list",
    .operands = "",
    .help = N_("list the keys, and which one writes"),
    .options = list_options,
    .n_options = sizeof list_options / sizeof list_options[0],
    .run = list,
};

static enum err_code keep(struct ctl *ctl, void *arg, struct err *err)
{
    const int64_t *id = arg;
    return store_key_retire(ctl->st, (uint32_t)*id, ctl->now_utc_s, err);
}

static enum err_code retire(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    int64_t id = 0;
    const char *text = args->operands[0];
    if (!text_to_int(text, strlen(text), 1, UINT32_MAX, &id)) {
        return err_field(err, ERR_METHOD, "ID", gettext("a number is needed"));
    }
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = in_transaction(ctl, keep, &id, err);
    }
    if (!code) {
        code = keys_take_out(ctl->keys, (uint32_t)id, err);
    }
    if (!code) {
        printf(gettext("key %" PRId64 " is retired: what was sealed with it, in backups too, opens "
                       "with a copy of it only\n"),
               id);
    }
    return code;
}

const struct ctl_command command_keys_retire = {
    .name = "keys retire",
    .operands = "ID",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("take a key that nothing is sealed with any more out of the key file"),
    .run = retire,
};
