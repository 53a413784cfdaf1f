"""The verbs of training: the only code that writes it.

Each is one transaction. Locks are taken in one order: the course, the session, then rows of people.
A refusal (`journal.refusals`) leaves nothing behind.
"""

from drills.training.workflow.attending import note_attendance, remove_attendance, sign_in
from drills.training.workflow.courses import add_course, change_course
from drills.training.workflow.ending import cancel_session, hold_session
from drills.training.workflow.materials import add_material, remove_material
from drills.training.workflow.quizzes import drop_question, submit_quiz, write_question
from drills.training.workflow.recording import enter_past, revoke
from drills.training.workflow.reminding import chase, remind
from drills.training.workflow.sessions import answer_invitation, invite, move_session, plan_session

__all__ = [
    "add_course",
    "add_material",
    "answer_invitation",
    "cancel_session",
    "change_course",
    "chase",
    "drop_question",
    "enter_past",
    "hold_session",
    "invite",
    "move_session",
    "note_attendance",
    "plan_session",
    "remind",
    "remove_attendance",
    "remove_material",
    "revoke",
    "sign_in",
    "submit_quiz",
    "write_question",
]
