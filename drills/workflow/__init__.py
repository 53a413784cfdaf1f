"""The verbs of drills: the only code that writes in this room."""

from drills.workflow.programme import (
    cancel_planned,
    change_planned,
    note_held,
    plan_drill,
    watch,
)
from drills.workflow.scenarios import retire_scenario, upload_scenario

__all__ = [
    "cancel_planned",
    "change_planned",
    "note_held",
    "plan_drill",
    "retire_scenario",
    "upload_scenario",
    "watch",
]
