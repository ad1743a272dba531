/* SPDX-License-Identifier: Apache-2.0 */
/* Build-time helper: turns numbered SQL files into one C table, in the order given. The number of a
 * file is the version of the schema that it leads to.
 * usage: embed OUTPUT 0001.sql 0002.sql … */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy(FILE *in, FILE *out)
{
    int c;
    int column = 0;
    while ((c = getc(in)) != EOF) {
        fprintf(out, "%d,%s", c, ++column % 24 == 0 ? "\n" : "");
    }
}

static long version_of(const char *path)
{
    const char *name = strrchr(path, '/');
    return strtol(name ? name + 1 : path, NULL, 10);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        return 64;
    }
    FILE *out = fopen(argv[1], "w");
    if (!out) {
        return 73;
    }
    for (int i = 2; i < argc; i++) {
        FILE *in = fopen(argv[i], "r");
        if (!in) {
            perror(argv[i]);
            return 66;
        }
        fprintf(out, "static const char migration_%d[] = {", i - 1);
        copy(in, out);
        fprintf(out, "0};\n");
        fclose(in);
    }
    fprintf(out, "static const struct sql_migration migrations[] = {");
    for (int i = 2; i < argc; i++) {
        fprintf(out, "{%ld, migration_%d}, ", version_of(argv[i]), i - 1);
    }
    fprintf(out, "};\n");
    return fclose(out) == 0 ? 0 : 74;
}
