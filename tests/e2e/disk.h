/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Full disks, without the rights that a small file system of one's own would need. */

#include "tests/e2e/world.h"

/* No file of the backend may grow, or they may again. */
void disk_of_backend(struct world *w, bool full);

/* Instead of the journal's folder of the instance "e2e" stands something in which nothing can be
 * kept. A file that is open would still take more: what is in it has to be at the backend first,
 * and that is waited for. */
void disk_of_pc(struct world *w, bool full);
