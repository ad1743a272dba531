/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A service's definition that is open day and night: tests do not depend on the hour. */

/* The text of the file with its hours replaced; on the heap, NULL when it has none. */
char *open_service_text(const char *path);
