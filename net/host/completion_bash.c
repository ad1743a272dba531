/* SPDX-License-Identifier: Apache-2.0 */
/* bash: one function with what is in the tables, one that finds out where the cursor stands. */

#include <string.h>

#include "net/host/completion.h"

static void print_value(const char *pattern, const char *option, const struct completion_value *v,
                        FILE *out)
{
    fprintf(out, "    '%s:%s')", pattern, option);
    if (v->words[0])
        fprintf(out, " words='%s'", v->words);
    if (v->files || v->directories)
        fprintf(out, "%s files=%s", v->words[0] ? "" : "", v->files ? "f" : "d");
    fprintf(out, " ;;\n");
}

/* COMMAND:OPTION for a value, COMMAND: for an operand; fails for an option that takes no value. */
static void print_values(const struct completion *c, FILE *out)
{
    struct completion_value v;
    fprintf(out, "    case $1 in\n");
    for (size_t i = 0; i < c->n_commands; i++) {
        const struct completion_command *command = &c->commands[i];
        for (size_t k = 0; k < command->n_options; k++) {
            const struct completion_option *o = &command->options[k];
            if (!o->value)
                continue;
            completion_value_of(o->value, o->choices, &v);
            print_value(command->name, o->name, &v, out);
        }
        completion_value_of(command->operands, NULL, &v);
        print_value(command->name, "", &v, out);
    }
    fprintf(out, "    *) return 1 ;;\n    esac\n");
}

static void print_options(const struct completion *c, FILE *out)
{
    fprintf(out, "    case $1 in\n");
    for (size_t i = 0; i < c->n_commands; i++) {
        fprintf(out, "    '%s') words='", c->commands[i].name);
        for (size_t k = 0; k < c->commands[i].n_options; k++)
            fprintf(out, "%s%s", k ? " " : "", c->commands[i].options[k].name);
        fprintf(out, "' ;;\n");
    }
    fprintf(out, "    esac\n");
}

/* Is the first word of commands[i] that of an earlier one? */
static int seen_before(const struct completion *c, size_t i)
{
    const size_t len = strcspn(c->commands[i].name, " ");
    for (size_t k = 1; k < i; k++)
        if (strcspn(c->commands[k].name, " ") == len &&
            strncmp(c->commands[k].name, c->commands[i].name, len) == 0)
            return 1;
    return 0;
}

/* The words that may follow what was typed of a command's name. */
static void print_names(const struct completion *c, FILE *out)
{
    fprintf(out, "        case $typed in\n        '') words='");
    for (size_t i = 1; i < c->n_commands; i++)
        if (!seen_before(c, i))
            fprintf(out, "%s%.*s", i > 1 ? " " : "", (int)strcspn(c->commands[i].name, " "),
                    c->commands[i].name);
    fprintf(out, "' ;;\n");
    for (size_t i = 1; i < c->n_commands; i++) {
        const char *name = c->commands[i].name;
        const size_t len = strcspn(name, " ");
        if (!name[len] || seen_before(c, i))
            continue;
        fprintf(out, "        '%.*s') words='", (int)len, name);
        for (size_t k = i; k < c->n_commands; k++)
            if (strncmp(c->commands[k].name, name, len + 1) == 0)
                fprintf(out, "%s%s", k > i ? " " : "", c->commands[k].name + len + 1);
        fprintf(out, "' ;;\n");
    }
    fprintf(out, "        esac\n");
}

static void print_known(const struct completion *c, FILE *out)
{
    if (c->n_commands == 1)
        return;
    fprintf(out, "        case $typed in\n        ");
    for (size_t i = 1; i < c->n_commands; i++)
        fprintf(out, "%s'%s'", i > 1 ? " | " : "", c->commands[i].name);
    fprintf(out, ") command=$typed ;;\n        esac\n");
}

/* A name of a function: - is not for every shell. */
static void function_name(const char *program, char ret[64])
{
    snprintf(ret, 64, "_%s", program);
    for (char *at = ret; *at; at++)
        if (*at == '-')
            *at = '_';
}

void completion_bash(const struct completion *c, FILE *out)
{
    char f[64];
    function_name(c->program, f);
    fprintf(out, "# shellcheck shell=bash\n# Completion for %s, made from its tables.\n\n",
            c->program);
    fprintf(out, "%s_value() {\n", f);
    print_values(c, out);
    fprintf(out, "}\n\n%s_options() {\n", f);
    print_options(c, out);
    fprintf(out,
            "}\n\n"
            "%s() {\n"
            "    local cur=${COMP_WORDS[COMP_CWORD]} command='' typed='' pending='' word i\n"
            "    local words='' files=''\n"
            "    [[ $cur != = ]] || cur=''\n"
            "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
            "        word=${COMP_WORDS[i]}\n"
            "        [[ $word != = ]] || continue\n"
            "        if [[ -n $pending ]]; then\n"
            "            pending=''\n"
            "            continue\n"
            "        fi\n"
            "        if [[ $word == --* ]]; then\n"
            "            ! %s_value \"$command:$word\" || pending=$word\n"
            "            continue\n"
            "        fi\n"
            "        typed+=${typed:+ }$word\n",
            f, f);
    print_known(c, out);
    fprintf(out,
            "    done\n"
            "    words='' files=''\n"
            "    if [[ -n $pending ]]; then\n"
            "        %s_value \"$command:$pending\"\n"
            "    elif [[ $cur == -* ]]; then\n"
            "        %s_options \"$command\"\n"
            "    elif [[ -z $command ]]; then\n",
            f, f);
    print_names(c, out);
    fprintf(out,
            "    else\n"
            "        %s_value \"$command:\"\n"
            "    fi\n"
            "    COMPREPLY=()\n"
            "    [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
            "    [[ -n $files ]] || return 0\n"
            "    compopt -o filenames 2>/dev/null\n"
            "    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -\"$files\" -- \"$cur\")\n"
            "}\n\n"
            "complete -F %s %s\n",
            f, f, c->program);
}
