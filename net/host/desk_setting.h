/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Settings of a desk that several programs have: how their text is taken (struct conf_row, take).
 * *ret, a const char *, borrows the text. Returns why the text is none, marked for gettext, or
 * NULL.
 */

const char *desk_setting_instance(const char *text, void *ret);
const char *desk_setting_audio(const char *text, void *ret);
