"""Verbs of the organisation and of duty, each named once. See ADR 2."""

from teams.workflow.calendar import compile_roster, prolong
from teams.workflow.contacts import (
    add_contact,
    change_contact,
    move_contact,
    note_contact_worked,
    remove_contact,
    reveal_contacts,
    switch_contact,
)
from teams.workflow.departments import add_department, change_department, switch_department
from teams.workflow.feeds import close_feed, open_feed
from teams.workflow.groups import Seat, add_group, change_group, seat_group, switch_group
from teams.workflow.handovers import confirm_handover, hand_over
from teams.workflow.holidays import clear_day, fill_holidays, set_day, what_filling_changes
from teams.workflow.importing import accept_import, drop_import, upload_roster
from teams.workflow.leave import (
    approve_leave,
    ask_leave,
    refuse_leave,
    what_leave_breaks,
    withdraw_leave,
)
from teams.workflow.organisation import establish, keep
from teams.workflow.people import (
    add_person,
    change_person,
    choose_password,
    give_new_password,
    switch_off_person,
    switch_on_person,
)
from teams.workflow.reminding import remind
from teams.workflow.replacements import end_replacement, replace_people
from teams.workflow.rosters import change_roster, create_roster, undo_roster
from teams.workflow.stand_ins import (
    accept_stand_in,
    approve_stand_in,
    arrange_stand_in,
    arrange_swap,
    ask_stand_in,
    ask_swap,
    cancel_stand_in,
    decline_stand_in,
    refuse_stand_in,
    what_stand_in_breaks,
    withdraw_stand_in,
)

__all__ = [
    "Seat",
    "accept_import",
    "accept_stand_in",
    "add_contact",
    "add_department",
    "add_group",
    "add_person",
    "approve_leave",
    "approve_stand_in",
    "arrange_stand_in",
    "arrange_swap",
    "ask_leave",
    "ask_stand_in",
    "ask_swap",
    "cancel_stand_in",
    "change_contact",
    "change_department",
    "change_group",
    "change_person",
    "change_roster",
    "choose_password",
    "clear_day",
    "close_feed",
    "compile_roster",
    "confirm_handover",
    "create_roster",
    "decline_stand_in",
    "drop_import",
    "end_replacement",
    "establish",
    "fill_holidays",
    "give_new_password",
    "hand_over",
    "keep",
    "move_contact",
    "note_contact_worked",
    "open_feed",
    "prolong",
    "refuse_leave",
    "refuse_stand_in",
    "remind",
    "remove_contact",
    "replace_people",
    "reveal_contacts",
    "seat_group",
    "set_day",
    "switch_contact",
    "switch_department",
    "switch_group",
    "switch_off_person",
    "switch_on_person",
    "undo_roster",
    "upload_roster",
    "what_filling_changes",
    "what_leave_breaks",
    "what_stand_in_breaks",
    "withdraw_leave",
    "withdraw_stand_in",
]
