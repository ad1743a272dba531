/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What commands do: the handlers that the table in tui/command.c names, each beside the view or
 * popup that it belongs to. `key` is what was pressed. */

struct tui;

typedef void action(struct tui *t, int key);

/* frame.c */
action do_repaint, do_suspend, do_quit, do_help, do_home, do_status, do_queue, do_preferences,
    do_sign_out, do_nothing;

/* view_sign_in.c */
action do_field, do_sign_in;

/* view_home.c */
action do_back_to_work, do_status_digit, do_today;

/* view_preview.c */
action do_accept, do_skip, do_phone, do_phone_digit, do_dial;

/* toolbar.c */
action do_dialpad, do_mute, do_hold, do_end_call, do_record, do_reveal, do_note;

/* popup_target.c */
action do_transfer, do_consult, do_target_move, do_target_field, do_target_enter;

/* incoming_pane.c */
action do_incoming_take, do_incoming_mute, do_incoming_hold, do_incoming_end;

/* script_keys.c */
action do_next, do_previous, do_questions, do_unanswered, do_language, do_submit, do_clear, do_yes,
    do_no, do_option, do_option_choose, do_option_digit, do_option_type;

/* view_wrapup.c */
action do_code, do_code_choose, do_code_digit, do_wrapup_field, do_wrapup_enter, do_see_script;

/* popup_incident.c */
action do_incident, do_incident_field, do_incident_about, do_incident_enter;

/* popup_alarms.c */
action do_alarms, do_alarm_back, do_alarm_close, do_release, do_release_field, do_release_enter;

/* popup_callback.c */
action do_callback, do_callback_field, do_callback_slot, do_callback_mine, do_callback_enter;

/* popup_correct.c */
action do_correct, do_correct_back, do_correct_enter;

/* script_repeat.c, section_list.c */
action do_repeat, do_sections;

/* view_demo.c */
action do_demo_problems, do_demo_restart, do_demo_read, do_demo_scroll, do_demo_why,
    do_demo_transcript;

/* view_demo_play.c */
action do_demo_play;

/* popup_coverage.c */
action do_demo_coverage;

/* popup_wish.c */
action do_wish, do_wish_move, do_wish_choose;

/* popup_another.c */
action do_another, do_another_field, do_another_enter, do_another_back;

/* popup_sound.c */
action do_sound, do_sound_move, do_sound_choose, do_sound_volume, do_sound_tone;

/* view_done.c */
action do_end_preview;

/* popups.c, popup_list.c, popup_dialpad.c */
action do_close, do_list, do_list_choose, do_list_digit, do_scroll, do_digit;
