/* SPDX-License-Identifier: Apache-2.0 */
/* A script for those who work with whatever there is: its faults are told, not held against it. */

#include "net/ctl/script_file.h"

#include <stdio.h>
#include <string.h>

#include "net/api/questionnaire.h"
#include "net/ctl/ctl.h"

static enum err_code tell(const struct findings *findings, const char *path, struct err *err)
{
    CLEANUP_BUF struct buf b = {0};
    for (size_t i = 0; i < findings->n; i++)
        finding_print(&findings->rows[i], path, &b);
    if (findings->failed || b.failed)
        return err_set(err, ERR_NOMEM, NULL);
    fputs(buf_text(&b), stderr);
    return ERR_OK;
}

enum err_code ctl_script_file(const char *path, struct script *ret, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    CLEANUP_FINDINGS struct findings findings = {0};
    struct script script = {0};
    enum err_code code = ctl_read_file(path, json_limits_script.bytes, &text, err);
    if (!code)
        code = questionnaire_parse(buf_text(&text), text.len, path, &script, &findings, err);
    if (!code)
        code = tell(&findings, path, err);
    if (!code)
        *ret = script;
    else
        script_deinit(&script);
    return code;
}
