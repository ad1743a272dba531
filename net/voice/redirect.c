/* SPDX-License-Identifier: Apache-2.0 */
/* In front of libre's own sip_dialog_update: a 3xx does not send the call elsewhere.
 *
 * libre 1.1 calls whatever number or host the Contact of a 3xx names (sipsess/connect.c), without
 * asking: a number that nobody permitted, at any price. It has no switch for that, but reads the
 * new target through this function. baresip gets this file by LD_PRELOAD, as it does jiffies.c. */

#include <re_types.h>

#include <dlfcn.h>
#include <errno.h>

#include <re_fmt.h>
#include <re_list.h>
#include <re_mbuf.h>
#include <re_msg.h>
#include <re_sa.h>
#include <re_uri.h>

#include <re_sip.h>

#include "net/voice/redirect.h"

__attribute__((visibility("default"))) int sip_dialog_update(struct sip_dialog *dlg,
                                                             const struct sip_msg *msg)
{
    typedef int update_fn(struct sip_dialog *, const struct sip_msg *);
    if (msg && !msg->req && msg->scode >= 300 && msg->scode < 400)
        return VOICE_REDIRECT_ERROR + msg->scode;
    update_fn *update;
    *(void **)&update = dlsym(RTLD_NEXT, "sip_dialog_update");
    return update ? update(dlg, msg) : ENOSYS;
}
