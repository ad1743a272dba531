/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Sheets: texts of the backend that are the same for all agents (a service's definition, an
 * interview script), as files in the user's cache. A screen that dies while the backend is away is
 * followed by one that needs them, and an interview is larger than what a desk keeps. Nothing in
 * them is about a person. A sheet's name says what is in it; what does not fit its name is not
 * read. */

#include <stddef.h>

#define SHEET_NAME_SIZE 65 /* 64 hexadecimal digits (BLAKE2b-256 of the text), and NUL */

/* Write a text; the name comes to *ret, "" when it could not be written (no cache, a full disk):
 * nothing is lost then that the backend does not have. Sheets that nobody wrote for a month go. */
void sheet_write(const char *text, char ret[SHEET_NAME_SIZE]);

/* Read one back: heap, NULL when it is not there, is not what its name says, is larger than a
 * script may be, or memory is out. */
char *sheet_read(const char *name);
