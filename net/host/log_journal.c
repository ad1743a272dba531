/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's native protocol: lines KEY=value, one datagram an entry. */

#include "net/host/log_journal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEY_LETTERS "abcdefghijklmnopqrstuvwxyz_"
#define KEY_MAX 40 /* the journal takes 64 */

/* "key=value" becomes PUPITRE_KEY=value, whole or not at all; other words are text only. */
static size_t add_field(char *ret, size_t size, const char *word, size_t len)
{
    const size_t key = strspn(word, KEY_LETTERS);
    if (key == 0 || key > KEY_MAX || key >= len || word[key] != '=')
        return 0;
    const size_t need = sizeof "PUPITRE_" - 1 + len + 1;
    if (need >= size)
        return 0;
    snprintf(ret, size, "PUPITRE_%.*s\n", (int)len, word);
    for (size_t i = sizeof "PUPITRE_" - 1; ret[i] != '='; i++)
        ret[i] = ret[i] == '_' ? '_' : (char)(ret[i] - 'a' + 'A');
    return need;
}

size_t log_journal_format(char ret[LOG_JOURNAL_MAX], const char *program, int priority,
                          const char *text)
{
    const size_t event = strcspn(text, " ");
    const int head = snprintf(ret, LOG_JOURNAL_MAX,
                              "MESSAGE=%s\nPRIORITY=%d\nSYSLOG_IDENTIFIER=%s\nSYSLOG_PID=%ld\n"
                              "PUPITRE_EVENT=%.*s\n",
                              text, priority, program, (long)getpid(), (int)event, text);
    size_t len = (size_t)head;
    for (const char *word = text + event; *word;) {
        word += strspn(word, " ");
        const size_t n = strcspn(word, " ");
        len += add_field(ret + len, LOG_JOURNAL_MAX - len, word, n);
        word += n;
    }
    return len;
}
