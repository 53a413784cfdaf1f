"""The verbs of telling people: the only code that writes notices and alerts.

Each notice verb is one transaction: lock the incident, then the notice; check person and version;
move the machine; record it in the incident's stream. A refusal (`journal.refusals`) leaves nothing
behind. `version` is the notice's, as the person saw it; None where there was no form.
"""

from notices.workflow.alerting import alert, open_alert, see_all
from notices.workflow.drafting import draft, edit, update
from notices.workflow.facts import Facts
from notices.workflow.publishing import approve, end, publish, withdraw
from notices.workflow.testing import send_test

__all__ = [
    "Facts",
    "alert",
    "approve",
    "draft",
    "edit",
    "end",
    "open_alert",
    "publish",
    "see_all",
    "send_test",
    "update",
    "withdraw",
]
