"""The verbs of drills: the only code that writes in this room."""

from drills.workflow.calldown import begin_call_down, call_again, end_call_down
from drills.workflow.casting import (
    cancel_drill,
    cast,
    change_drill,
    create_drill,
    name_evaluators,
)
from drills.workflow.evaluating import (
    add_finding,
    evaluate_drill,
    judge,
    make_action,
    note_act,
    remove_finding,
)
from drills.workflow.following import follow
from drills.workflow.injecting import (
    give_due,
    give_inject,
    hold_inject,
    improvise,
    release_inject,
    skip_inject,
)
from drills.workflow.programme import (
    cancel_planned,
    change_planned,
    note_held,
    plan_drill,
    watch,
)
from drills.workflow.running import end_drill, pause_drill, resume_drill, start_drill
from drills.workflow.scenarios import retire_scenario, upload_scenario

__all__ = [
    "add_finding",
    "begin_call_down",
    "call_again",
    "cancel_drill",
    "cancel_planned",
    "cast",
    "change_drill",
    "change_planned",
    "create_drill",
    "end_call_down",
    "end_drill",
    "evaluate_drill",
    "follow",
    "give_due",
    "give_inject",
    "hold_inject",
    "improvise",
    "judge",
    "make_action",
    "name_evaluators",
    "note_act",
    "note_held",
    "pause_drill",
    "plan_drill",
    "release_inject",
    "remove_finding",
    "resume_drill",
    "retire_scenario",
    "skip_inject",
    "start_drill",
    "upload_scenario",
    "watch",
]
