"""Verbs of the organisation, each named once. See ADR 2."""

from teams.workflow.contacts import (
    add_contact,
    change_contact,
    move_contact,
    note_contact_worked,
    remove_contact,
    reveal_contacts,
    switch_contact,
)
from teams.workflow.organisation import establish, keep, told

__all__ = [
    "add_contact",
    "change_contact",
    "establish",
    "keep",
    "move_contact",
    "note_contact_worked",
    "remove_contact",
    "reveal_contacts",
    "switch_contact",
    "told",
]
