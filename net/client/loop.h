/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* libre's event loop, and nothing else of libre: <re.h> as a whole brings a JSON of its own whose
 * names collide with net/api/json.h. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <re_types.h>

#include <re_fmt.h>
#include <re_list.h>
#include <re_main.h>
#include <re_mbuf.h>
#include <re_mem.h>
#include <re_mqueue.h>
#include <re_tmr.h>
