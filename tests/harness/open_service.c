/* SPDX-License-Identifier: Apache-2.0 */
/* The list of hours in a definition is taken out, and one that is always open put in its place. */

#include "tests/harness/open_service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness/tmpdir.h"

static const char member[] = "\"hours\": [";
static const char always[] =
    "\"hours\": [{\"id\": \"person\", \"labels\": {\"fr\": \"a\", \"nl\": \"a\", \"de\": \"a\","
    " \"en\": \"a\"}, \"outbound\": [\"BEGIN:VCALENDAR\", \"VERSION:2.0\", \"PRODID:-//x\","
    " \"BEGIN:VEVENT\", \"DTSTART;VALUE=DATE:20200101\", \"RRULE:FREQ=DAILY\", \"END:VEVENT\","
    " \"END:VCALENDAR\"]}]";

/* Behind the ']' that closes the list at p. */
static const char *list_end(const char *p)
{
    int depth = 0;
    for (; *p; p++) {
        depth += (*p == '[') - (*p == ']');
        if (*p == ']' && depth == 0)
            return p + 1;
    }
    return NULL;
}

char *open_service_text(const char *path)
{
    char *text = tmpdir_read(path);
    char *at = text ? strstr(text, member) : NULL;
    const char *rest = at ? list_end(at + strlen(member) - 1) : NULL;
    const size_t size = rest ? strlen(text) + sizeof always : 0;
    char *ret = size ? malloc(size) : NULL;
    if (ret)
        (void)snprintf(ret, size, "%.*s%s%s", (int)(at - text), text, always, rest);
    free(text);
    return ret;
}
