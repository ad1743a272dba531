/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A redirection (3xx) is not followed: libre is told this error plus the status in its place. The
 * module finds it in the words of the end, "Unknown error 1302". */
#define VOICE_REDIRECT_ERROR 1000
