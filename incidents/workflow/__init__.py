"""The incident's verbs: the only code that writes incidents.

Each verb is one transaction: lock the incident, check person and version, move the machine, arm
and end the clocks, record it in the journal. A refusal (`journal.refusals`) leaves nothing behind.
`version` is what the person saw when the form was opened; None where there was no form.
"""

from incidents.workflow.all_clear import all_clear, confirm_all_clear
from incidents.workflow.checking import add_check, assign_check, decide_check, take_check
from incidents.workflow.custody import count_exposed, hand_on
from incidents.workflow.drilling import (
    end_all_drills,
    end_drill,
    pause_all_drills,
    pause_drill,
    resume_all_drills,
    resume_drill,
)
from incidents.workflow.ending import (
    cleanup,
    close,
    fail_restoration,
    relapse,
    restore,
    waive,
)
from incidents.workflow.evidence import attach
from incidents.workflow.following import follow_progress, take_over
from incidents.workflow.intake import acknowledge, add_report, dismiss, merge, report
from incidents.workflow.law_report import write_law_report
from incidents.workflow.manual_mode import (
    confirm_manual_off,
    confirm_manual_on,
    manual_off,
    manual_on,
)
from incidents.workflow.orders import command, finish_order, read_back_order, refuse_order
from incidents.workflow.paper import open_batch, register, reserve, retire
from incidents.workflow.paper_counting import account, mark
from incidents.workflow.passing import climb
from incidents.workflow.proof import add_backup, sign
from incidents.workflow.reentry import (
    check_reentry,
    close_batch,
    count_cash,
    explain,
    reenter,
    return_reentry,
)
from incidents.workflow.regulatory import (
    arm_regulatory,
    note_regulatory,
    set_knowledge,
    waive_regulatory,
)
from incidents.workflow.reopening import reopen
from incidents.workflow.replanning import change_plan
from incidents.workflow.response import (
    await_ratification,
    conclude_notices,
    confirm,
    notify,
    regrade,
    repair,
    retract_notice,
    settle_ratification,
    waive_notice,
)
from incidents.workflow.supplies import (
    issue_supplies,
    note_running_out,
    note_shortage,
    pay_for,
    release_supplies,
    reserve_supplies,
)

__all__ = [
    "account",
    "acknowledge",
    "add_backup",
    "add_check",
    "add_report",
    "all_clear",
    "arm_regulatory",
    "assign_check",
    "attach",
    "await_ratification",
    "change_plan",
    "check_reentry",
    "cleanup",
    "climb",
    "close",
    "close_batch",
    "command",
    "conclude_notices",
    "confirm",
    "confirm_all_clear",
    "confirm_manual_off",
    "confirm_manual_on",
    "count_cash",
    "count_exposed",
    "decide_check",
    "dismiss",
    "end_all_drills",
    "end_drill",
    "explain",
    "fail_restoration",
    "finish_order",
    "follow_progress",
    "hand_on",
    "issue_supplies",
    "manual_off",
    "manual_on",
    "mark",
    "merge",
    "note_regulatory",
    "note_running_out",
    "note_shortage",
    "notify",
    "open_batch",
    "pause_all_drills",
    "pause_drill",
    "pay_for",
    "read_back_order",
    "reenter",
    "refuse_order",
    "register",
    "regrade",
    "relapse",
    "release_supplies",
    "reopen",
    "repair",
    "report",
    "reserve",
    "reserve_supplies",
    "restore",
    "resume_all_drills",
    "resume_drill",
    "retire",
    "retract_notice",
    "return_reentry",
    "set_knowledge",
    "settle_ratification",
    "sign",
    "take_check",
    "take_over",
    "waive",
    "waive_notice",
    "waive_regulatory",
    "write_law_report",
]
