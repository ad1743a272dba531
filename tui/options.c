/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of pupitre, and the file that keeps what was chosen on the screen. */

#include "tui/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/host/desk_setting.h"
#include "net/host/log.h"
#include "net/host/whole_file.h"
#include "net/host/xdg.h"

#define SCREEN_FILE "screen.conf"

/* A password there would be in the list of processes. */
static const char *take_backend(const char *text, void *ret)
{
    const char *scheme = strstr(text, "://");
    const char *host = scheme ? scheme + 3 : "";
    if (strchr(text, ' ') ||
        (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0) ||
        strcspn(host, "/?#") == 0 || memchr(host, '@', strcspn(host, "/?#")))
        return N_("http://HOST or https://HOST is expected, without user and password");
    *(const char **)ret = text;
    return NULL;
}

static const char *take_password_fd(const char *text, void *ret)
{
    int64_t fd;
    if (!text_to_int(text, strlen(text), 0, 1023, &fd))
        return N_("a descriptor's number is expected");
    *(int *)ret = (int)fd;
    return NULL;
}

static const char *take_language(const char *text, void *ret)
{
    if (strcmp(text, "en") != 0 && strcmp(text, "fr") != 0)
        return N_("en or fr is expected");
    memcpy(ret, text, sizeof((struct tui_preferences *)NULL)->language);
    return NULL;
}

static const char *take_clock(const char *text, void *ret)
{
    if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
        return N_("yes or no is expected");
    *(bool *)ret = strcmp(text, "no") == 0;
    return NULL;
}

static const char *take_pace(const char *text, void *ret)
{
    int64_t seconds = 0;
    if (strcmp(text, "key") != 0 && !text_to_int(text, strlen(text), 1, 600, &seconds))
        return N_("key or a number of seconds, 1 to 600, is expected");
    *(int64_t *)ret = seconds;
    return NULL;
}

static const char *take_transcript(const char *text, void *ret)
{
    const char *dot = strrchr(text, '.');
    if (!dot || (strcmp(dot, ".txt") != 0 && strcmp(dot, ".md") != 0))
        return N_("a file is expected whose name ends in .txt or .md");
    *(const char **)ret = text;
    return NULL;
}

static const char *const paces[] = {"key", NULL};

/* Not stderr: that is the screen. */
static const char *const log_targets[] = {"journal", "syslog", NULL};

#define AT(field) offsetof(struct options, field)
/* clang-format off */
static const struct conf_row rows[] = {
    {.name = "backend", .section = "workstation", .variable = "PUPITRE_BACKEND", .arg = N_("URL"),
     .help = N_("where the backend is"), .standard = "http://127.0.0.1:8080",
     .kind = CONF_OTHER, .take = take_backend, .offset = AT(backend)},
    {.name = "ca", .section = "workstation", .variable = "PUPITRE_CA", .arg = N_("FILE"),
     .help = N_("trust only these certificates for the backend (PEM)"),
     .kind = CONF_PATH, .offset = AT(ca)},
    {.name = "instance", .section = "workstation", .variable = "PUPITRE_INSTANCE", .arg = N_("NAME"),
     .help = N_("which desk to use"), .standard = "default",
     .kind = CONF_OTHER, .take = desk_setting_instance, .offset = AT(instance)},
    {.name = "login", .section = "workstation", .variable = "PUPITRE_LOGIN", .arg = N_("NAME"),
     .help = N_("the login name to begin with"),
     .kind = CONF_TEXT, .offset = AT(login)},
    {.name = "password-fd", .arg = N_("NUMBER"),
     .help = N_("read the password from this descriptor and sign in"),
     .kind = CONF_OTHER, .take = take_password_fd, .offset = AT(password_fd)},
    {.name = "audio", .section = "workstation", .variable = "PUPITRE_AUDIO", .arg = "tone|alsa|file:PATH",
     .help = N_("the desk's sound"),
     .kind = CONF_OTHER, .take = desk_setting_audio, .offset = AT(audio)},
    {.name = "desk", .section = "workstation", .variable = "PUPITRE_DESK", .arg = N_("SOCKET"),
     .help = N_("a desk on another machine, brought here by pupitre-desk ssh"),
     .kind = CONF_PATH, .offset = AT(desk)},
    {.name = "desk-program", .section = "workstation", .variable = "PUPITRE_DESK_PROGRAM",
     .arg = N_("PATH"), .help = N_("the program pupitre-desk"),
     .kind = CONF_PATH, .offset = AT(desk_program)},
    {.name = "log", .section = "workstation", .variable = "PUPITRE_LOG", .arg = N_("WHERE"),
     .help = N_("log what goes wrong: journal, syslog or a file"),
     .kind = CONF_PATH, .choices = log_targets, .offset = AT(log)},
    {.name = "log-level", .section = "workstation", .variable = "PUPITRE_LOG_LEVEL", .arg = N_("LEVEL"),
     .help = N_("error, warning, info or debug; what is below it is not logged"),
     .standard = "info", .kind = CONF_CHOICE, .choices = log_level_names, .offset = AT(log_level)},
    {.name = "language", .section = "screen", .variable = "PUPITRE_LANGUAGE", .arg = "en|fr",
     .help = N_("the language of the screen; without it the environment decides"),
     .kind = CONF_OTHER, .take = take_language, .offset = AT(screen.language)},
    {.name = "clock", .section = "screen", .variable = "PUPITRE_CLOCK", .arg = "yes|no",
     .help = N_("show the time of day"), .standard = "yes",
     .kind = CONF_OTHER, .take = take_clock, .offset = AT(screen.hide_clock)},
};
/* clang-format on */

#define AT_DEMO(field) offsetof(struct options_demo, field)
/* clang-format off */
static const struct conf_row demo_rows[] = {
    {.name = "watch", .help = N_("read the script again whenever it is saved, and keep the answers"),
     .kind = CONF_FLAG, .offset = AT_DEMO(watch)},
    {.name = "lang", .arg = N_("LANGUAGE"), .help = N_("the language that is spoken first: fr, nl, de, …"),
     .kind = CONF_TEXT, .min = 2, .max = 7, .offset = AT_DEMO(lang)},
    {.name = "play", .arg = N_("FILE"),
     .help = N_("a simulated person answers what this file says, a QuestionnaireResponse"),
     .kind = CONF_PATH, .offset = AT_DEMO(play)},
    {.name = "pace", .arg = N_("PACE"),
     .help = N_("when they answer: key, or by themselves every so many seconds"), .standard = "key",
     .kind = CONF_OTHER, .choices = paces, .take = take_pace, .offset = AT_DEMO(pace_s)},
    {.name = "coverage", .arg = N_("FILE"),
     .help = N_("add to this file which questions walks have come to"),
     .kind = CONF_PATH, .offset = AT_DEMO(coverage)},
    {.name = "transcript", .arg = N_("FILE"),
     .help = N_("write what was said and answered, as text (.txt) or Markdown (.md)"),
     .kind = CONF_OTHER, .take = take_transcript, .offset = AT_DEMO(transcript)},
    {.name = "language", .variable = "PUPITRE_LANGUAGE", .section = "screen", .arg = "en|fr",
     .help = N_("the language of the screen; without it the environment decides"),
     .kind = CONF_OTHER, .take = take_language, .offset = AT_DEMO(screen.language)},
    {.name = "clock", .variable = "PUPITRE_CLOCK", .section = "screen", .arg = "yes|no",
     .help = N_("show the time of day"), .standard = "yes",
     .kind = CONF_OTHER, .take = take_clock, .offset = AT_DEMO(screen.hide_clock)},
};
/* clang-format on */

static void check_demo(struct conf *c, const void *settings)
{
    const struct options_demo *o = settings;
    if (o->pace_s && !o->play)
        conf_complain(c, "pace", N_("it needs --play"));
}

const struct conf_program options_demo_program = {
    .name = "pupitre demo",
    .usage = "[OPTION]... SCRIPT",
    .help = N_("show a script, with nobody on the line"),
    .operand = "SCRIPT",
    .check = check_demo,
    .rows = demo_rows,
    .row_count = sizeof demo_rows / sizeof demo_rows[0],
    .chosen_file = SCREEN_FILE,
};

static void check(struct conf *c, const void *settings)
{
    const struct options *o = settings;
    if (o->password_fd >= 0 && !o->login)
        conf_complain(c, "password-fd", N_("it needs --login"));
    const char *fault = xdg_runtime_fault();
    if (fault)
        conf_complain_variable(c, "XDG_RUNTIME_DIR", fault);
}

const struct options options_unset = {.password_fd = -1};

static const struct conf_program *const commands[] = {&options_demo_program, NULL};

const struct conf_program options_program = {
    .name = "pupitre",
    .usage = "[OPTION]...",
    .commands = commands,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .system_file = "/etc/pupitre/pupitre.conf",
    .user_file = "pupitre.conf",
    .chosen_file = SCREEN_FILE,
    .check = check,
};

/* --- what was chosen on the screen --- */

enum err_code options_keep_screen(const struct tui_preferences *screen, struct err *err)
{
    char dir[XDG_PATH_MAX], path[XDG_PATH_MAX], text[64];
    if (!xdg_path(XDG_STATE, "", dir, sizeof dir) ||
        !xdg_path(XDG_STATE, SCREEN_FILE, path, sizeof path))
        return err_set(err, ERR_IO, NULL);
    xdg_make(dir);
    const int n = snprintf(text, sizeof text, "[screen]\n%s%s%sclock = %s\n",
                           screen->language[0] ? "language = " : "", screen->language,
                           screen->language[0] ? "\n" : "", screen->hide_clock ? "no" : "yes");
    return whole_file_write(path, text, (size_t)n, false, NULL) == ERR_OK
               ? ERR_OK
               : err_set(err, ERR_IO, NULL);
}
