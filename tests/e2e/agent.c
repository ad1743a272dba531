/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/agent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/harness/deadline.h"

static void a_second_is_counted(struct term *t)
{
    char shown[8] = "";
    const char *at = strstr(term_text(t), " 0:");
    assert_non_null(at);
    (void)snprintf(shown, sizeof shown, "%.5s", at);
    assert_screen_drops(t, shown);
}

void agent_waits_until_kept(struct term *t)
{
    a_second_is_counted(t);
    a_second_is_counted(t);
}

void agent_goes_on_queue(struct term *t)
{
    assert_screen_shows(t, "OFF QUEUE");
    assert_screen_shows(t, "Phone ok");
    term_send_keys(t, "<F4>");
    assert_screen_shows(t, " ON QUEUE");
}

void agent_accepts(struct term *t)
{
    assert_screen_shows(t, "SOMEBODY TO CALL");
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "Preview");
}

void agent_calls(struct term *t, const char *shown)
{
    agent_goes_on_queue(t);
    agent_accepts(t);
    assert_screen_shows(t, "Call +32 470");
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, shown);
}

/* The text that is read aloud is in the person's language, French. */
void agent_interviews(struct term *t)
{
    assert_screen_shows(t, "la bonne personne");
    term_send_keys(t, "y");
    assert_screen_shows(t, "Quels symptômes");
    term_send_keys(t, "2");
    assert_screen_shows(t, "Depuis quel jour");
    term_send_keys(t, "yesterday<Enter>");
    assert_screen_shows(t, "autre chose");
    term_send_keys(t, "Merci beaucoup<Enter>");
    assert_screen_shows(t, "All required questions are answered");
    term_send_keys(t, "<C-s>");
    assert_screen_shows(t, "The script is handed in");
}

void agent_ends_call(struct term *t)
{
    term_send_keys(t, "<C-x>");
    assert_screen_shows(t, "After-call work");
    assert_screen_shows(t, "You ended the call");
}

void agent_takes_proposed(struct term *t, const char *label)
{
    CLEANUP_BUF struct buf proposed = {0};
    CLEANUP_BUF struct buf chosen = {0};
    buf_printf(&proposed, "%s  (proposed)", label);
    buf_printf(&chosen, "✓ %s", label);
    assert_screen_shows(t, buf_text(&proposed));
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, buf_text(&chosen));
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "── Done");
    assert_screen_shows(t, buf_text(&chosen));
}

void agent_closes(struct term *t, const char *label)
{
    agent_takes_proposed(t, label);
    assert_screen_shows(t, "The backend has it.");
}

void agent_promises_callback(struct term *t, const char *phone)
{
    term_send_keys(t, "6");
    assert_screen_shows(t, "Call back at");
    term_send_keys(t, "12:00<C-p>");
    assert_screen_shows(t, "When to call back");
    term_send_keys(t, "tomorrow");
    if (phone) {
        term_send_keys(t, "<Tab><Tab><Tab>");
        term_send_keys(t, phone);
    }
    term_send_keys(t, "<Enter>");
    assert_screen_drops(t, "When to call back");
}

void agent_ends_preview(struct term *t)
{
    term_send_keys(t, "<Enter>");
    assert_screen_drops(t, "── Done");
}

void assert_exported_(struct world *w, const char *what, const char *text, const char *file,
                      int line)
{
    int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    CLEANUP_FREE char *rows = NULL;
    do {
        free(rows);
        rows = world_export(w, what);
        if (strstr(rows, text))
            return;
    } while (deadline_left(until) > 0);
    print_error("not in the export of %s: %s\n%s", what, text, rows);
    _fail(file, line);
}
