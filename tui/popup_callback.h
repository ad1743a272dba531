/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The form of a callback, for those who hand it in or keep it. */

#include "core/callback.h"
#include "tui/state.h"

/* Is there more in it than a time of today, to the agent? */
bool callback_form_is_used(const struct tui *t);

/* What was agreed. NULL = *ret is filled, *ret_utc_s its instant (0: in another zone); else what is
 * wrong (for gettext), and with which field. */
const char *callback_form_wish(const struct tui *t, struct callback_wish *ret, int64_t *ret_utc_s,
                               enum callback_field *ret_field);

/* All that is typed, as one text ("" = nothing), and back. */
#define CALLBACK_FORM_SIZE 512
void callback_form_text(const struct tui *t, char *ret, size_t size);
void callback_form_read(struct tui *t, const char *text);
