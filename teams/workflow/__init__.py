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
from teams.workflow.holidays import clear_day, fill_holidays, set_day
from teams.workflow.organisation import establish, keep, told
from teams.workflow.rosters import change_roster, create_roster, undo_roster

__all__ = [
    "add_contact",
    "change_contact",
    "change_roster",
    "clear_day",
    "compile_roster",
    "create_roster",
    "establish",
    "fill_holidays",
    "keep",
    "move_contact",
    "note_contact_worked",
    "prolong",
    "remove_contact",
    "reveal_contacts",
    "set_day",
    "switch_contact",
    "told",
    "undo_roster",
]
