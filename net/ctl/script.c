/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl script check, script load: interview scripts. */

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "net/api/questionnaire.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"

static const struct ctl_option check_options[] = {
    {"--json", NULL, N_("as JSON: an object a line"), false},
};

static size_t largest(void)
{
    return json_limits_script.bytes;
}

/* ctl_read_file names the file, which stands before every finding. */
static const char *without_path(const char *sentence, const char *path)
{
    size_t len = strlen(path);
    bool named = strncmp(sentence, path, len) == 0 && strncmp(sentence + len, ": ", 2) == 0;
    return named ? sentence + len + 2 : sentence;
}

/* Find what is wrong with one file; that it cannot be read is a problem of it like others, and
 * returned, too. */
static enum err_code find(const char *path, struct findings *findings)
{
    CLEANUP_BUF struct buf text = {0};
    struct err why = {0};
    enum err_code code = ctl_read_file(path, largest(), &text, &why);
    if (!code) {
        (void)questionnaire_check(buf_text(&text), text.len, findings); /* what it says is listed */
    } else {
        findings_add(findings, true, "file", NULL, "%s",
                     without_path(err_sentence(&why, code), path));
    }
    findings->failed |= code == ERR_NOMEM;
    return code;
}

/* Print what is wrong with one file. *ret_code: of a file that cannot be read, or ERR_INVALID. */
static enum err_code check_file(const char *path, bool json, enum err_code *ret_code,
                                struct err *err)
{
    CLEANUP_BUF struct buf out = {0};
    CLEANUP_FINDINGS struct findings findings = {0};
    enum err_code code = find(path, &findings);
    *ret_code = code ? code : findings.n_errors ? ERR_INVALID : ERR_OK;
    for (size_t i = 0; i < findings.n; i++) {
        if (json) {
            CLEANUP_JSON cJSON *row = finding_json(&findings.rows[i], path);
            json_print(row, &out);
            buf_char(&out, '\n');
        } else {
            finding_print(&findings.rows[i], path, &out);
        }
    }
    if (findings.failed || out.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    fputs(buf_text(&out), stdout);
    return ERR_OK;
}

static enum err_code check(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)ctl;
    bool json = ctl_option(&command_script_check, args, "--json") != NULL;
    enum err_code worst = ERR_OK;
    int bad = 0;
    for (int i = 0; i < args->n_operands; i++) {
        enum err_code found = ERR_OK;
        enum err_code code = check_file(args->operands[i], json, &found, err);
        if (code) {
            return code;
        }
        /* What was not looked at at all weighs more than what has errors. */
        if (found && (!worst || worst == ERR_INVALID || worst == ERR_TOO_LARGE)) {
            worst = found;
        }
        bad += found != ERR_OK;
    }
    return bad ? err_set(err, worst, gettext("%d of %d scripts have errors"), bad, args->n_operands)
               : ERR_OK;
}

struct loading {
    const struct script *script;
    const struct buf *text;
    bool is_new;
};

static enum err_code put(struct ctl *ctl, void *arg, struct err *err)
{
    struct loading *l = arg;
    return store_script_put(ctl->st, l->script->id, l->script->version ? l->script->version : "",
                            buf_text(l->text), l->text->len, ctl->now_utc_s, &l->is_new, err);
}

/* A duration that the service does not define is read aloud as not known. Who has several services
 * is told when they are loaded. */
static void warn_of_durations(struct ctl *ctl, const struct script *script, const char *path)
{
    char id[SERVICE_ID_SIZE];
    const struct service *service = NULL;
    struct err err;
    if (store_service_only(ctl->st, id, &err) || store_service(ctl->st, id, &service, &err)) {
        return;
    }
    for (size_t i = 0; i < PERSON_KIND_COUNT; i++) {
        if (strcmp(service->scripts[i], script->id) == 0 &&
            questionnaire_check_durations(script, service, path, &err)) {
            fprintf(stderr, "pupitrectl: %s\n", err.sentence);
            return;
        }
    }
}

static enum err_code load(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    const char *path = args->operands[0];
    CLEANUP_BUF struct buf text = {0};
    CLEANUP(script_deinit) struct script script = {0};
    enum err_code code = ctl_read_file(path, largest(), &text, err);
    if (!code) {
        code = questionnaire_load(buf_text(&text), text.len, path, &script, NULL, err);
    }
    if (!code && (!script.id || !script.id[0])) {
        code = err_field(err, ERR_INVALID, "/id", gettext("%s: a script needs an id"), path);
    }
    if (!code) {
        code = ctl_open(ctl, err);
    }
    struct loading l = {&script, &text, false};
    if (!code) {
        code = ctl_audited(ctl, "script_load", script.id, put, &l, err);
    }
    if (!code) {
        warn_of_durations(ctl, &script, path);
        printf(l.is_new ? gettext("script %s: version %s loaded\n")
                        : gettext("script %s: version %s was loaded already\n"),
               script.id, script.version ? script.version : "");
    }
    return code;
}

const struct ctl_command command_script_check = {
    .name = "script check",
    .operands = "FILE…",
    .min_operands = 1,
    .max_operands = -1,
    .help = N_("check interview scripts; every fault is named"),
    .options = check_options,
    .n_options = 1,
    .run = check,
};

const struct ctl_command command_script_load = {
    .name = "script load",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("load a new version of an interview script"),
    .run = load,
};
