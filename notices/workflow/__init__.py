"""The verbs of telling people: the only code that writes notices, alerts and channels.

Each notice verb is one transaction: lock the incident, then the notice; check person and version;
move the machine; record it in the incident's stream. A refusal (`journal.refusals`) leaves nothing
behind. Planned maintenance has a row and stream of its own. `version` is that of
the row as the person saw it; None where there was no form.
"""

from notices.workflow.alerting import alert, open_alert, see_all
from notices.workflow.answering import acknowledge_alert, answer_message
from notices.workflow.canary import canary
from notices.workflow.channels import (
    add_channel,
    change_channel,
    seal_channels_anew,
    switch_off_channel,
    switch_on_channel,
)
from notices.workflow.climbing import climb
from notices.workflow.drafting import draft, edit, update
from notices.workflow.facts import Facts
from notices.workflow.hearing import hear
from notices.workflow.maintenance import (
    announce_maintenance,
    approve_maintenance,
    cancel_maintenance,
    change_maintenance,
    edit_maintenance,
    escalate_maintenance,
    finish_maintenance,
    keep_planned,
    plan_maintenance,
)
from notices.workflow.places import add_place, change_place, reopen_place, retire_place
from notices.workflow.planning import Planned
from notices.workflow.publishing import (
    approve,
    end,
    publish,
    publish_urgently,
    ratify,
    withdraw,
)
from notices.workflow.ringing import Rung, note_rung
from notices.workflow.screens import note_screen
from notices.workflow.signs import hang, take_down
from notices.workflow.steering import answer, call_in, jump, note_reached, pause, resume
from notices.workflow.subscribing import (
    confirm_subscription,
    forget_browser,
    seal_subscriptions_anew,
    subscribe,
    subscribe_browser,
    tidy,
    unsubscribe,
)
from notices.workflow.testing import confirm_test, send_test, try_channel

__all__ = [
    "Facts",
    "Planned",
    "Rung",
    "acknowledge_alert",
    "add_channel",
    "add_place",
    "alert",
    "announce_maintenance",
    "answer",
    "answer_message",
    "approve",
    "approve_maintenance",
    "call_in",
    "canary",
    "cancel_maintenance",
    "change_channel",
    "change_maintenance",
    "change_place",
    "climb",
    "confirm_subscription",
    "confirm_test",
    "draft",
    "edit",
    "edit_maintenance",
    "end",
    "escalate_maintenance",
    "finish_maintenance",
    "forget_browser",
    "hang",
    "hear",
    "jump",
    "keep_planned",
    "note_reached",
    "note_rung",
    "note_screen",
    "open_alert",
    "pause",
    "plan_maintenance",
    "publish",
    "publish_urgently",
    "ratify",
    "reopen_place",
    "resume",
    "retire_place",
    "seal_channels_anew",
    "seal_subscriptions_anew",
    "see_all",
    "send_test",
    "subscribe",
    "subscribe_browser",
    "switch_off_channel",
    "switch_on_channel",
    "take_down",
    "tidy",
    "try_channel",
    "unsubscribe",
    "update",
    "withdraw",
]
