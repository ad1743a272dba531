/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is said about an agent, as options of a command and as columns of an enrolment list: one
 * table for both. */

#include "core/i18n.h"
#include "net/ctl/ctl.h"
#include "net/store/store_agent.h"

enum agent_field {
    AGENT_FIELD_LOGIN, /* the operand of a command */
    AGENT_FIELD_NAME,
    AGENT_FIELD_REGION,
    AGENT_FIELD_LANGUAGES,
    AGENT_FIELD_ROLE,
    AGENT_FIELD_SERVICES,
    AGENT_FIELD_LINE,
    AGENT_FIELD_QUEUES,
    AGENT_FIELD_SKILLS,
    AGENT_FIELD_EMPLOYER,
};
#define AGENT_FIELD_COUNT (AGENT_FIELD_EMPLOYER + 1)

/* The rows of a command's table of options; what must be there when an agent is added. */
/* clang-format off */
#define AGENT_FIELD_OPTIONS(must) \
    {"--name",      N_("NAME"),        N_("the agent's name, as others see it"),              must}, \
    {"--region",    "VLG|WAL|BXL|OOS", N_("VLG, WAL, BXL or OOS"),                            must}, \
    {"--languages", N_("LIST"),        N_("languages spoken, two letters each: fr,nl"),       must}, \
    {"--role",      "agent|supervisor|trainer|operator|authority", N_("agent if not given"), false}, \
    {"--service",   N_("LIST"),        N_("the services; needed when several are loaded"),   false}, \
    {"--line",      "1|2|3",           N_("the line: 1 if not given; 2 and 3 serve by queue and skill only"), false}, \
    {"--queues",    N_("LIST"),        N_("queues served beside those of languages and skills"), false}, \
    {"--skills",    N_("LIST"),        N_("skills: Public-Health serves the region's queue of this name"), false}, \
    {"--employer",  N_("NAME"),        N_("who employs the agent"),                          false}
/* clang-format on */

/* The name of a column: "services". */
const char *agent_field_column(enum agent_field field);
bool agent_field_is_required(enum agent_field field);
/* False leaves *ret. */
bool agent_field_by_column(const char *name, size_t len, enum agent_field *ret);

/* Set one field from text, trimmed; "" takes the value away. Lists are separated by commas,
 * semicolons or spaces. The error names the column, and a rule marked for gettext; never the text.
 */
enum err_code agent_field_set(struct store_agent *a, enum agent_field field, const char *text,
                              size_t len, struct err *err) MUSTCHECK;

/* Set what the options of a command say; the error names the option. */
enum err_code agent_fields_from_options(const struct ctl_command *command,
                                        const struct ctl_args *args, struct store_agent *a,
                                        struct err *err) MUSTCHECK;

/* The option --password-fd of a command: the password from there or from the terminal, hashed. */
#define AGENT_PASSWORD_OPTION                                                                      \
    {                                                                                              \
        "--password-fd", N_("N"),                                                                  \
            N_("read the password from this descriptor, not from the terminal"), false             \
    }
enum err_code agent_password_hash(const struct ctl_command *command, const struct ctl_args *args,
                                  char ret[STORE_PASSWORD_HASH_SIZE], struct err *err) MUSTCHECK;
/* ERR_NOMEM. */
enum err_code agent_hash(const char *password, char ret[STORE_PASSWORD_HASH_SIZE],
                         struct err *err) MUSTCHECK;
