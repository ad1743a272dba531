/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* From request->answer to libmicrohttpd. */

#include <microhttpd.h>

struct request;

/* Queue the answer, which is complete, and note it in log and figures. Loop thread only. */
enum MHD_Result answer_send(struct request *req);
