/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl purge: destroy what the services' policies say, and prove it. */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/time_text.h"
#include "net/ctl/backup_file.h"
#include "net/ctl/commands.h"
#include "net/ctl/identifier.h"
#include "net/store/store_admin.h"
#include "net/store/store_listing.h"
#include "net/store/store_purge.h"

#define STEP 25 /* people a transaction: agents wait no longer */
#define SERVICES_MAX 64
#define SCRUB_TRIES 50

static const struct ctl_option options[] = {
    {"--dry-run", NULL, N_("only say how much would be destroyed"), false},
};

struct services {
    char ids[SERVICES_MAX][SERVICE_ID_SIZE];
    size_t n;
};

static bool note_service(void *arg, const struct store_cell *cells)
{
    struct services *s = arg;
    if (s->n < SERVICES_MAX) {
        snprintf(s->ids[s->n++], SERVICE_ID_SIZE, "%.*s", SERVICE_ID_SIZE - 1, cells[0].text);
    }
    return true;
}

static enum err_code tell(struct ctl *ctl, const struct services *s, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < s->n; i++) {
        int64_t people = 0;
        int64_t answers = 0;
        code = store_purge_count(ctl->st, s->ids[i], ctl->now_utc_s, &people, &answers, err);
        if (!code) {
            printf(gettext("%s: %" PRId64 " people and the answers of %" PRId64
                           " calls would be destroyed\n"),
                   s->ids[i], people, answers);
        }
    }
    return code;
}

struct step {
    const char *service_id;
    size_t n;
};

static enum err_code step(struct ctl *ctl, struct step *s, struct err *err)
{
    enum err_code code = store_begin(ctl->st, err);
    if (code) {
        return code;
    }
    code = store_purge_step(ctl->st, s->service_id, STEP, ctl->now_utc_s, &s->n, err);
    if (!code) {
        code = ctl_commit_batch(ctl, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

static enum err_code certify(struct ctl *ctl, int64_t *ret_number, struct err *err)
{
    enum err_code code = store_begin(ctl->st, err);
    if (code) {
        return code;
    }
    code = store_purge_certify(ctl->st, ctl->now_utc_s, ret_number, err);
    if (!code) {
        code = store_commit(ctl->st, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

enum err_code ctl_scrub(struct ctl *ctl, struct err *err)
{
    enum err_code code = store_purge_scrub(ctl->st, err);
    for (int i = 0; code == ERR_UNAVAILABLE && i < SCRUB_TRIES; i++) {
        const struct timespec moment = {.tv_nsec = 100000000};
        (void)nanosleep(&moment, NULL);
        code = store_purge_scrub(ctl->st, err);
    }
    return code;
}

enum err_code ctl_print_certificate(struct ctl *ctl, int64_t number, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    enum err_code code = store_certificate_print(ctl->st, number, &text, err);
    if (!code) {
        fputs(buf_text(&text), stdout);
    }
    return code;
}

static enum err_code destroy(struct ctl *ctl, const struct services *s, struct err *err)
{
    int64_t number = 0;
    bool any = false;
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < s->n; i++) {
        struct step at = {s->ids[i], 1};
        while (!code && at.n > 0) {
            code = step(ctl, &at, err);
            any |= at.n > 0;
        }
    }
    if (!code) { /* also of a run that was cut */
        code = certify(ctl, &number, err);
    }
    if (!code && number == 0) {
        puts(gettext("nothing is due"));
        return ERR_OK;
    }
    if (!code) {
        code = ctl_print_certificate(ctl, number, err);
    }
    return code ? code : ctl_scrub(ctl, err);
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct services services = {.n = 0};
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = store_list(ctl->st, STORE_LIST_SERVICES, note_service, &services, err);
    }
    if (code) {
        return code;
    }
    return ctl_option(&command_purge, args, "--dry-run") ? tell(ctl, &services, err)
                                                         : destroy(ctl, &services, err);
}

const struct ctl_command command_purge = {
    .name = "purge",
    .operands = "",
    .help = N_("destroy what the services' policies say, with a certificate"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};

static const struct ctl_option list_options[] = {
    {"--json", NULL, N_("as JSON"), false},
};

static enum err_code list(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    const bool json = ctl_option(&command_certificate_list, args, "--json") != NULL;
    struct store_certificate rows[64];
    size_t n = sizeof rows / sizeof rows[0];
    int64_t before = 0;
    bool first = true;
    enum err_code code = ctl_open(ctl, err);
    while (!code && n == sizeof rows / sizeof rows[0]) {
        code = store_certificates(ctl->st, before, rows, sizeof rows / sizeof rows[0], &n, err);
        for (size_t i = 0; !code && i < n; i++, first = false) {
            char at[TIME_TEXT_SIZE];
            time_text_print(rows[i].at_utc_s, at);
            printf(json ? "%s{\"number\": %" PRId64
                          ", \"kind\": \"%s\", \"at\": \"%s\", \"tickets\": %" PRId64 "}"
                        : "%s%" PRId64 "\t%s\t%s\t%" PRId64 "\n",
                   !json   ? ""
                   : first ? "["
                           : ",\n ",
                   rows[i].number, rows[i].kind, at, rows[i].tickets);
            before = rows[i].number;
        }
    }
    if (!code && json) {
        puts(first ? "[]" : "]");
    }
    return code;
}

const struct ctl_command command_certificate_list = {
    .name = "certificate list",
    .operands = "",
    .help = N_("list the certificates of what was destroyed"),
    .options = list_options,
    .n_options = 1,
    .run = list,
};

static enum err_code print(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    int64_t number = 0;
    const char *text = args->operands[0];
    if (!text_to_int(text, strlen(text), 1, INT64_MAX, &number)) {
        return err_field(err, ERR_METHOD, "NUMBER", gettext("a number is needed"));
    }
    enum err_code code = ctl_open(ctl, err);
    return code ? code : ctl_print_certificate(ctl, number, err);
}

const struct ctl_command command_certificate_print = {
    .name = "certificate print",
    .operands = "NUMBER",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("print a certificate with its signature, verified"),
    .run = print,
};

static enum err_code prove(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)args;
    char ticket[CTL_IDENTIFIER_SIZE];
    int64_t number = 0;
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = ctl_read_identifier(gettext("Ticket: "), ticket, err);
    }
    if (!code) {
        code = store_certificate_find(ctl->st, ticket, &number, err);
    }
    ctl_wipe_identifier(ticket);
    return code ? code : ctl_print_certificate(ctl, number, err);
}

const struct ctl_command command_certificate_find = {
    .name = "certificate find",
    .operands = "",
    .help = N_("prove that a ticket was destroyed; the ticket is read from standard input"),
    .run = prove,
};
