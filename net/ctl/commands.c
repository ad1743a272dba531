/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands, in the order of help. */

#include "net/ctl/commands.h"

/* clang-format off */
const struct ctl_command *const ctl_commands[] = {
    &command_init,
    &command_agent_add,
    &command_agent_edit,
    &command_agent_password,
    &command_agent_disable,
    &command_agent_enable,
    &command_agent_import,
    &command_agent_list,
    &command_session_list,
    &command_session_end,
    &command_service_check,
    &command_service_load,
    &command_service_list,
    &command_script_check,
    &command_script_load,
    &command_script_list,
    &command_import,
    &command_imports_list,
    &command_unresolved_list,
    &command_data_quality_list,
    &command_hold_check,
    &command_alarm_list,
    &command_overload_show,
    &command_overload_on,
    &command_overload_off,
    &command_outbox_list,
    &command_outbox_retry,
    &command_export,
    &command_incident_list,
    &command_audit_verify,
    &command_audit_checkpoint,
    &command_audit_key,
    &command_keys_rotate,
    &command_keys_list,
    &command_keys_add,
    &command_keys_retire,
    &command_backup,
    &command_restore,
    &command_doctor,
};
/* clang-format on */
const size_t ctl_n_commands = sizeof ctl_commands / sizeof ctl_commands[0];
