/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The handlers of the routes table; one file a resource (on_*.c). Each is a route_handler. */

#include "net/server/route.h"

#define CALL_REPORT_MAX 200 /* events in one report */

#define HANDLER(name) enum err_code name(struct request *req, struct store *store, struct err *err)

/* on_session.c */
HANDLER(on_sign_in);
HANDLER(on_sign_out);
HANDLER(on_beat);
HANDLER(on_sip_secret);

/* on_work.c */
HANDLER(on_get_work);
HANDLER(on_stream_events);
HANDLER(on_set_status);
HANDLER(on_set_on_queue);

/* on_list.c */
HANDLER(on_list_queues);
HANDLER(on_list_interactions);
HANDLER(on_list_unresolved);
HANDLER(on_get_service);
HANDLER(on_get_script);

/* on_offer.c */
HANDLER(on_accept_offer);
HANDLER(on_skip_offer);
HANDLER(on_wrap_up);
HANDLER(on_correct_wrapup);
HANDLER(on_end_preview);
HANDLER(on_release_offer);
HANDLER(on_release_person);
HANDLER(on_list_late_drafts);
HANDLER(on_read_late_draft);

/* on_another.c */
HANDLER(on_list_contacts);
HANDLER(on_call_another);

/* on_wish.c */
HANDLER(on_record_wish);
/* on_callback.c */
HANDLER(on_list_callbacks);
HANDLER(on_list_region_callbacks);
HANDLER(on_get_callback);
HANDLER(on_add_callback);
HANDLER(on_move_callback);
HANDLER(on_cancel_callback);
HANDLER(on_rang_in);

/* on_alarm.c */
HANDLER(on_list_alarms);
HANDLER(on_see_alarm);
HANDLER(on_close_alarm);

/* on_incident.c */
HANDLER(on_report_incident);
HANDLER(on_list_incidents);

/* on_record.c */
HANDLER(on_read_record);
HANDLER(on_reveal);

/* upload.c */
HANDLER(on_import_people);

/* on_overload.c */
HANDLER(on_preview_overload);
HANDLER(on_switch_overload);

/* on_response.c */
HANDLER(on_get_response);
HANDLER(on_put_response);

/* on_call.c */
HANDLER(on_permit_call);
HANDLER(on_report_call);

/* on_target.c */
HANDLER(on_consult);
HANDLER(on_transfer);
HANDLER(on_search_directory);

/* on_health.c */
HANDLER(on_health);
HANDLER(on_ready);
HANDLER(on_metrics);
HANDLER(on_version);

/* Answer 200 with the agent's work as it is now: what most changes answer. */
HANDLER(answer_work);
/* The same after the agent may have become free: the next person is reserved in the same
 * transaction, so that one commit and one answer bring both. */
HANDLER(answer_next);

#undef HANDLER
