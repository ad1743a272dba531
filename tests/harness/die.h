/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The machine refuses, or a test misuses the harness: say it with errno's text and end the test
 * program (status 99, which Meson counts as an error). */
void die(const char *who, const char *what) __attribute__((noreturn));
