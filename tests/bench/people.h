/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside of data.c: the people. */

struct data;

/* Import the one person whose rows are cloned. The person waits. */
void people_import_first(struct data *d);
