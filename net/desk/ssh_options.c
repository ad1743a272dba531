/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of pupitre-desk ssh. */

#include <stddef.h>

#include "net/desk/ssh.h"
#include "net/host/desk_setting.h"

#define AT(field) offsetof(struct ssh_options, field)
/* clang-format off */
static const struct conf_row rows[] = {
    {.name = "instance", .section = "desk", .variable = "PUPITRE_INSTANCE", .arg = "NAME",
     .help = "which desk of this machine", .standard = "default",
     .kind = CONF_OTHER, .take = desk_setting_instance, .offset = AT(instance)},
    {.name = "audio", .section = "desk", .variable = "PUPITRE_AUDIO", .arg = "tone|alsa|auto|file:PATH",
     .help = "the sound of a desk that has to be started",
     .kind = CONF_OTHER, .take = desk_setting_audio, .offset = AT(audio)},
    {.name = "pupitre", .section = "ssh", .variable = "PUPITRE_SSH_COMMAND", .arg = "COMMAND",
     .help = "what to run on the server", .standard = "pupitre",
     .kind = CONF_TEXT, .offset = AT(far.pupitre)},
    {.name = "ssh-config", .section = "ssh", .variable = "PUPITRE_SSH_CONFIG", .arg = "FILE",
     .help = "ssh_config(5) to use instead of one's own",
     .kind = CONF_PATH, .offset = AT(far.file)},
    {.name = "ssh-program", .section = "ssh", .variable = "PUPITRE_SSH_PROGRAM", .arg = "PATH",
     .help = "the program ssh", .standard = "ssh",
     .kind = CONF_TEXT, .offset = AT(far.ssh)},
    {.name = "silence-s", .section = "ssh", .variable = "PUPITRE_SSH_SILENCE_S", .arg = "SECONDS",
     .help = "a line that says nothing for so long is given up", .standard = "15",
     .kind = CONF_NUMBER, .min = 3, .max = 600, .offset = AT(far.silence_s)},
};
/* clang-format on */

const struct conf_program ssh_program = {
    .name = "pupitre-desk ssh",
    .usage = "[OPTION]... [USER@]HOST",
    .help = "work on a server, with the telephone of this machine",
    .operand = "HOST",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
};
