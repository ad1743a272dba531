/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One file a command. */

#include "net/ctl/ctl.h"

extern const struct ctl_command command_agent_add;
extern const struct ctl_command command_agent_disable;
extern const struct ctl_command command_agent_edit;
extern const struct ctl_command command_agent_enable;
extern const struct ctl_command command_agent_import;
extern const struct ctl_command command_agent_list;
extern const struct ctl_command command_agent_password;
extern const struct ctl_command command_audit_checkpoint;
extern const struct ctl_command command_audit_key;
extern const struct ctl_command command_audit_verify;
extern const struct ctl_command command_backup;
extern const struct ctl_command command_data_quality_list;
extern const struct ctl_command command_certificate_find;
extern const struct ctl_command command_certificate_list;
extern const struct ctl_command command_certificate_print;
extern const struct ctl_command command_doctor;
extern const struct ctl_command command_export;
extern const struct ctl_command command_hold_check;
extern const struct ctl_command command_import;
extern const struct ctl_command command_imports_list;
extern const struct ctl_command command_incident_list;
extern const struct ctl_command command_init;
extern const struct ctl_command command_keys_add;
extern const struct ctl_command command_keys_list;
extern const struct ctl_command command_keys_retire;
extern const struct ctl_command command_keys_rotate;
extern const struct ctl_command command_outbox_list;
extern const struct ctl_command command_outbox_retry;
extern const struct ctl_command command_overload_off;
extern const struct ctl_command command_overload_on;
extern const struct ctl_command command_overload_show;
extern const struct ctl_command command_person_erase;
extern const struct ctl_command command_person_export;
extern const struct ctl_command command_purge;
extern const struct ctl_command command_restore;
extern const struct ctl_command command_script_check;
extern const struct ctl_command command_script_eval;
extern const struct ctl_command command_script_languages;
extern const struct ctl_command command_script_list;
extern const struct ctl_command command_script_load;
extern const struct ctl_command command_script_texts;
extern const struct ctl_command command_script_validate;
extern const struct ctl_command command_service_check;
extern const struct ctl_command command_service_list;
extern const struct ctl_command command_service_load;
extern const struct ctl_command command_session_list;
extern const struct ctl_command command_session_end;
extern const struct ctl_command command_unresolved_list;
extern const struct ctl_command command_alarm_list;
