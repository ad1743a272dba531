/* SPDX-License-Identifier: Apache-2.0 */
/* One answer on a questionnaire of 10,000 items: a hundred groups of a first question and 98 others
 * that depend on it. Beside ours stands LHC-Forms, when node, npm and its registry are there: the
 * same file, the same answers, in one run. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/script_tree.h"
#include "net/api/questionnaire.h"
#include "tests/bench/figure.h"
#include "tests/harness/die.h"
#include "tests/harness/tmpdir.h"

#define IN_A_GROUP 99
#define GROUPS_MAX 100
#define ROUNDS 20
#define PEER "LHC-Forms 40 under node"

struct cost {
    double gate_s;  /* medians: a question on which the 98 others of its group depend */
    double plain_s; /* one on which nothing depends */
};

/* one_gate: all groups depend on the first question of the first. */
static void make_form(unsigned n_groups, bool one_gate, struct buf *b)
{
    buf_str(b, "{\"resourceType\":\"Questionnaire\",\"status\":\"active\",\"item\":[");
    for (unsigned g = 0; g < n_groups; g++) {
        buf_printf(b, "%s{\"linkId\":\"g%u\",\"type\":\"group\",\"text\":\"Group\",\"item\":[",
                   g ? "," : "", g);
        buf_printf(b, "{\"linkId\":\"g%u-0\",\"type\":\"boolean\",\"text\":\"Gate\"}", g);
        for (unsigned i = 1; i < IN_A_GROUP; i++)
            buf_printf(b,
                       ",{\"linkId\":\"g%u-%u\",\"type\":\"string\",\"text\":\"Question\","
                       "\"enableWhen\":[{\"question\":\"g%u-0\",\"operator\":\"=\","
                       "\"answerBoolean\":true}]}",
                       g, i, one_gate ? 0 : g);
        buf_str(b, "]}");
    }
    buf_str(b, "]}");
}

static double answer_s(struct script_answers *a, unsigned group, unsigned question,
                       const struct script_value *v)
{
    const size_t item = (size_t)group * (IN_A_GROUP + 1) + 1 + question;
    const size_t answer = script_node_answer(a, script_node_first(a, item));
    struct err err;
    const double began_s = figure_now_s();
    if (script_node_set(a, answer, v, &err) != ERR_OK)
        die("an answer was refused", err.sentence);
    return figure_now_s() - began_s;
}

/* The first of all groups opens and closes in turn; answers go to the last of each group. */
static struct cost ours(struct script_answers *a, unsigned n_groups)
{
    static double gate[GROUPS_MAX * ROUNDS], plain[GROUPS_MAX * ROUNDS];
    static char text[] = "x";
    size_t n = 0;
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned g = 0; g < n_groups; g++, n++) {
            const struct script_value yes = {.kind = SCRIPT_VALUE_BOOLEAN,
                                             .boolean = round % 2 == 0};
            const struct script_value x = {.kind = SCRIPT_VALUE_TEXT, .text = text};
            gate[n] = answer_s(a, g, 0, &yes);
            plain[n] = answer_s(a, g, IN_A_GROUP - 1, &x);
        }
    return (struct cost){figure_median(gate, n), figure_median(plain, n)};
}

/* The dearest answer that there can be: everything depends on it. */
static double dearest_s(unsigned n_groups)
{
    CLEANUP_BUF struct buf form = {0};
    struct script s = {0};
    struct err err;
    make_form(n_groups, true, &form);
    if (questionnaire_load(buf_text(&form), form.len, "form", &s, NULL, &err) != ERR_OK)
        die("the form was refused", err.sentence);
    struct script_answers *a = script_answers_new(&s);
    if (!a)
        die("bench_script", "no memory");
    double samples[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        const struct script_value yes = {.kind = SCRIPT_VALUE_BOOLEAN, .boolean = i % 2 == 0};
        samples[i] = answer_s(a, 0, 0, &yes);
    }
    script_answers_free(a);
    script_deinit(&s);
    return figure_median(samples, ROUNDS);
}

/* False when it cannot be had. */
static bool theirs(const char *dir, const char *form, struct cost *ret)
{
    char command[1024], line[256] = "";
    snprintf(command, sizeof command,
             SOURCE_ROOT "/tests/bench/lforms/get %s/lforms >&2 && exec node " SOURCE_ROOT
                         "/tests/bench/lforms/answer.js %s/lforms %s 20",
             dir, dir, form);
    FILE *f = popen(command, "r");
    if (f && !fgets(line, sizeof line, f))
        line[0] = '\0';
    if (f)
        (void)pclose(f);
    return sscanf(line, "{\"gate_s\":%lf,\"plain_s\":%lf", &ret->gate_s, &ret->plain_s) == 2;
}

static void print(const char *what, double ours_s, const double *theirs_s)
{
    struct figure f = {
        .what = what, .unit = "s", .ours = ours_s, .rule = FIGURE_BELOW, .target = 1e-3};
    if (theirs_s) {
        f.beside[0].name = PEER;
        f.beside[0].value = *theirs_s;
    }
    figure_print(&f);
}

int main(int argc, char **argv)
{
    const bool smoke = figure_size_of(argc, argv) == FIGURE_SMOKE;
    const unsigned n_groups = smoke ? 3 : GROUPS_MAX;
    CLEANUP_BUF struct buf form = {0};
    struct script s = {0};
    struct err err;
    make_form(n_groups, false, &form);
    const double began_s = figure_now_s();
    if (questionnaire_load(buf_text(&form), form.len, "form", &s, NULL, &err) != ERR_OK)
        die("the form was refused", err.sentence);
    const double load_s = figure_now_s() - began_s;
    struct script_answers *a = script_answers_new(&s);
    if (!a)
        die("bench_script", "no memory");
    const struct cost our = ours(a, n_groups);
    const double again_s = figure_now_s();
    script_answers_refresh(a);
    const double whole_s = figure_now_s() - again_s;

    struct cost their = {0};
    bool beside = false;
    if (!smoke) {
        char *dir = tmpdir_new();
        char *path = tmpdir_path(dir, "form.json");
        tmpdir_write(path, buf_text(&form));
        beside = theirs(dir, path, &their);
        free(path);
        (void)tmpdir_free(dir);
    }
    print("an answer on which 98 items depend", our.gate_s, beside ? &their.gate_s : NULL);
    print("an answer on which nothing depends", our.plain_s, beside ? &their.plain_s : NULL);
    print("an answer on which all items depend", dearest_s(n_groups), NULL);
    figure_print(
        &(struct figure){.what = "all items evaluated anew", .unit = "s", .ours = whole_s});
    figure_print(&(struct figure){.what = "the file read", .unit = "s", .ours = load_s});
    figure_note(
        "A questionnaire of %zu items; medians. LHC-Forms evaluates without a page to paint%s.",
        s.n_items, beside ? "" : "; it could not be had");
    script_answers_free(a);
    script_deinit(&s);
    return 0;
}
