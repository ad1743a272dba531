/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of pupitre-desk. */

#include "net/desk/options.h"

#include <stddef.h>

#include "net/desk/ssh.h"
#include "net/host/desk_setting.h"

#define AT(field) offsetof(struct desk_options, field)
/* clang-format off */
static const struct conf_row rows[] = {
    {.name = "instance", .section = "desk", .variable = "PUPITRE_INSTANCE", .arg = "NAME",
     .help = "which desk this is", .standard = "default",
     .kind = CONF_OTHER, .take = desk_setting_instance, .offset = AT(desk.instance)},
    {.name = "audio", .section = "desk", .variable = "PUPITRE_AUDIO", .arg = "tone|alsa|auto|file:PATH",
     .help = "the sound", .standard = "alsa",
     .kind = CONF_OTHER, .take = desk_setting_audio, .offset = AT(desk.audio)},
    {.name = "baresip", .section = "desk", .variable = "PUPITRE_BARESIP", .arg = "PATH",
     .help = "the telephone program", .standard = "/usr/bin/baresip",
     .kind = CONF_PATH, .offset = AT(desk.baresip)},
    {.name = "module", .section = "desk", .variable = "PUPITRE_VOICE_MODULE", .arg = "PATH",
     .help = "what it loads, instead of the installed pupitre_voice.so",
     .kind = CONF_PATH, .offset = AT(desk.module)},
    {.name = "log", .section = "desk", .variable = "PUPITRE_DESK_LOG", .arg = "FILE",
     .help = "where its words go, instead of desk.log in the runtime folder",
     .kind = CONF_PATH, .offset = AT(desk.log)},
    {.name = "listen", .section = "desk", .variable = "PUPITRE_DESK_LISTEN",
     .help = "wait for screens, also when nobody is signed in", .standard = "no",
     .kind = CONF_FLAG, .offset = AT(desk.listen)},
    {.name = "foreground", .section = "desk", .variable = "PUPITRE_DESK_FOREGROUND",
     .help = "stay in the foreground", .standard = "no",
     .kind = CONF_FLAG, .offset = AT(foreground)},
};
/* clang-format on */

static const struct conf_program *const commands[] = {&ssh_program, NULL};

const struct conf_program options_program = {
    .name = "pupitre-desk",
    .usage = "[OPTION]...",
    .commands = commands,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
};
