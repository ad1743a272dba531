/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The form of a callback, for those who show it, hand it in or keep it. There are two: the one of
 * the present person, and the one of a code that is corrected. */

#include "core/callback.h"
#include "tui/state.h"

/* The one in front of the agent: that of the correction while its popup is open. */
struct callback_form *callback_form_present(struct tui *t);

/* The editor of a field; NULL: it is none that is typed. Borrowed. */
struct edit *callback_form_field(struct callback_form *c, enum callback_field f);

/* Is there more in it than a time of today, to the agent? */
bool callback_form_is_used(const struct callback_form *c);

/* What the form comes to by the service's rules. */
struct callback_told {
    struct callback_wish wish;
    int64_t at_utc_s;          /* 0: not known here (another zone, and no calendar) */
    bool twice;                /* the clocks show it twice; at_utc_s is the first */
    enum callback_field field; /* the one at fault */
    char wrong[256];           /* translated */
};

/* False: something is wrong. */
bool callback_form_wish(const struct tui *t, const struct callback_form *c,
                        struct callback_told *ret);
/* The same when nothing but a time of today is typed; wrong is "" when it is none. */
bool callback_form_today(const struct tui *t, const struct callback_form *c,
                         struct callback_told *ret);

/* Look at the service that the workstation has now. */
void callback_form_follow(struct tui *t);

/* Wipe all that is typed. */
void callback_form_clear(struct callback_form *c);

/* All that is typed about the present person, with where the agent is in the script, as one text
 * ("" = nothing), and back. */
#define CALLBACK_FORM_SIZE 512
void callback_form_text(const struct tui *t, char *ret, size_t size);
void callback_form_read(struct tui *t, const char *text);
