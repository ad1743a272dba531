/* SPDX-License-Identifier: Apache-2.0 */
/* In front of libre's own sip_request_loops: "who are you?" is answered three times and not more.
 *
 * libre answers a 401 or 407 up to 16 times, and to a REGISTER each time with the same wrong
 * secret: to an edge that counts such answers, a break-in. Three are enough for a proxy that asks,
 * a server behind it that asks too, and one answer that was late (stale). baresip gets this file by
 * LD_PRELOAD, as it does redirect.c. */

#include <re_types.h>

#include <dlfcn.h>

#include <re_fmt.h>
#include <re_list.h>
#include <re_mbuf.h>
#include <re_msg.h>
#include <re_sa.h>
#include <re_uri.h>

#include <re_sip.h>

#define ANSWERS_MAX 3

__attribute__((visibility("default"))) bool sip_request_loops(struct sip_loopstate *ls,
                                                              uint16_t scode)
{
    typedef bool loops_fn(struct sip_loopstate *, uint16_t);
    loops_fn *loops;
    *(void **)&loops = dlsym(RTLD_NEXT, "sip_request_loops");
    /* First theirs: it counts. */
    const bool over = !loops || loops(ls, scode);
    return over || (ls && (scode == 401 || scode == 407) && ls->failc > ANSWERS_MAX);
}
