/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl audit: is the log as it was written, where does it stand, and who signs that. */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/ctl/backup_file.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"
#include "net/store/store_audit.h"

#define CHECKPOINT_MAX (1u << 20)

static const struct ctl_option verify_options[] = {
    {"--checkpoint", N_("FILE"),
     N_("hold the log against a checkpoint that was kept elsewhere, too"), false},
    {"--json",       NULL,       N_("as JSON"),                            false},
};

static void put_number(const char *name, int64_t number)
{
    printf(number ? ", \"%s\": %" PRId64 : ", \"%s\": null", name, number);
}

static void tell_json(const struct store_audit_report *r)
{
    printf("{\"entries\": %" PRId64 ", \"chains\": %" PRId64 ", \"checkpoints\": %" PRId64,
           r->entries, r->chains, r->checkpoints);
    put_number("first_broken", r->broken_seq);
    put_number("broken_chain", r->broken_chain);
    put_number("broken_checkpoint", r->broken_checkpoint);
    puts("}");
}

static enum err_code verify(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    CLEANUP_BUF struct buf outside = {0};
    struct store_audit_report r = {0};
    const char *path = ctl_option(&command_audit_verify, args, "--checkpoint");
    enum err_code code = path ? ctl_read_file(path, CHECKPOINT_MAX, &outside, err) : ERR_OK;
    if (!code) {
        code = ctl_open(ctl, err);
    }
    if (code) {
        return code;
    }
    code = store_audit_verify_all(ctl->st, path ? buf_text(&outside) : NULL, outside.len, &r, err);
    if (code == ERR_STATE) {
        code = err->code = ERR_INVALID; /* the data are wrong: exit status 65 */
    }
    if (!code && r.unsigned_long) {
        fputs(gettext(
                  "pupitrectl: warning: the log has no checkpoint, though pupitred makes one every "
                  "quarter of an hour: perhaps they were taken away\n"),
              stderr);
    }
    if (ctl_option(&command_audit_verify, args, "--json")) {
        tell_json(&r);
    } else if (!code) {
        printf(gettext("%" PRId64 " entries in %" PRId64
                       " chains are right, and agree with %" PRId64 " checkpoints\n"),
               r.entries, r.chains, r.checkpoints);
    }
    return code;
}

const struct ctl_command command_audit_verify = {
    .name = "audit verify",
    .operands = "",
    .help = N_("verify the chains of the audit log; names the first broken entry"),
    .options = verify_options,
    .n_options = sizeof verify_options / sizeof verify_options[0],
    .run = verify,
};

static const struct ctl_option checkpoint_options[] = {
    {"--out", N_("FILE"), N_("write it to this file, which must not be there yet"), false},
};

static enum err_code write_file(const char *path, const struct buf *text, struct err *err)
{
    struct backup_file file;
    enum err_code code = backup_file_begin(&file, path, err);
    if (code) {
        return code;
    }
    if (write(file.fd, text->data, text->len) != (ssize_t)text->len) {
        code = err_set(err, ERR_IO, gettext("%s cannot be written"), path);
    }
    if (!code) {
        code = backup_file_finish(&file, err);
    }
    backup_file_drop(&file);
    return code;
}

static enum err_code make(struct ctl *ctl, int64_t *ret_number, struct err *err)
{
    enum err_code code = store_begin(ctl->st, err);
    if (code) {
        return code;
    }
    code = store_checkpoint_make(ctl->st, ctl->now_utc_s, NULL, ret_number, err);
    if (!code) {
        code = store_commit(ctl->st, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

static enum err_code checkpoint(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    const char *path = ctl_option(&command_audit_checkpoint, args, "--out");
    int64_t number = 0;
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = make(ctl, &number, err);
    }
    if (!code) {
        code = store_checkpoint_print(ctl->st, number, &text, err);
    }
    if (!code && path) {
        code = write_file(path, &text, err);
    }
    if (!code && path) {
        printf(gettext("%s: checkpoint %" PRId64 "; keep it where nobody of this machine writes\n"),
               path, number);
    } else if (!code) {
        fputs(buf_text(&text), stdout);
    }
    return code;
}

const struct ctl_command command_audit_checkpoint = {
    .name = "audit checkpoint",
    .operands = "",
    .help = N_("sign where the audit log stands now, to be kept elsewhere"),
    .options = checkpoint_options,
    .n_options = sizeof checkpoint_options / sizeof checkpoint_options[0],
    .run = checkpoint,
};

/* The public half as SubjectPublicKeyInfo (RFC 8410), for whoever verifies without us. */
static enum err_code key(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)args;
    uint8_t der[12 + STORE_PUBLIC_KEY_BYTES] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    char text[sodium_base64_ENCODED_LEN(sizeof der, sodium_base64_VARIANT_ORIGINAL)];
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        store_public_key(ctl->keys, der + 12);
        sodium_bin2base64(text, sizeof text, der, sizeof der, sodium_base64_VARIANT_ORIGINAL);
        printf("-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n", text);
    }
    return code;
}

const struct ctl_command command_audit_key = {
    .name = "audit key",
    .operands = "",
    .help = N_("print the public key of checkpoints and certificates, as PEM"),
    .run = key,
};
