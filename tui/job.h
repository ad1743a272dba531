/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* Stop the process group as SIGTSTP does by default, so that a script which started this program
 * stops, too, and return when it goes on. SIGCONT has to be blocked in every thread. False: nobody
 * could wake this program (its process group is orphaned: POSIX.1-2017 2.4.3), so it did not stop.
 */
bool job_stop(void);
