"""Which form opens which verb of leave and stand-ins, and what the person is told will happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journal import moving
from teams import workflow
from teams.forms.asking import SeenForm
from teams.forms.requests import ReasonedForm, WeighedForm
from teams.models import Leave, Person, StandIn


@dataclass(frozen=True)
class Door:
    """A verb's form, the verb, what happens, and how its button looks."""

    form: type[SeenForm]
    do: Callable[..., Any]
    happens: tuple[str | Promise, ...]
    tone: str = "main"


LEAVE = {
    "approve": Door(
        WeighedForm,
        workflow.approve_leave,
        (_("这段时间的值班日历不再排这位同事，本人会收到通知。"),),
    ),
    "refuse": Door(
        ReasonedForm, workflow.refuse_leave, (_("本人会收到通知和理由。"),), tone="quiet"
    ),
    "withdraw": Door(
        SeenForm,
        workflow.withdraw_leave,
        (_("这次请假作废；已经批准的，从现在起班照原来的排。"),),
        tone="quiet",
    ),
}
STAND_IN = {
    "accept": Door(SeenForm, workflow.accept_stand_in, (_("请小组负责人批准，批准后班才会改。"),)),
    "decline": Door(
        ReasonedForm, workflow.decline_stand_in, (_("申请人会收到通知和理由。"),), tone="quiet"
    ),
    "approve": Door(
        WeighedForm, workflow.approve_stand_in, (_("值班日历马上改，双方会收到通知。"),)
    ),
    "refuse": Door(
        ReasonedForm, workflow.refuse_stand_in, (_("双方会收到通知和理由。"),), tone="quiet"
    ),
    "withdraw": Door(
        SeenForm, workflow.withdraw_stand_in, (_("申请作废，对方会收到通知。"),), tone="quiet"
    ),
    "cancel": Door(
        ReasonedForm,
        workflow.cancel_stand_in,
        (_("从现在起班照原来的排，双方会收到通知和理由。"),),
        tone="quiet",
    ),
}


def doors_of(row: Leave | StandIn) -> dict[str, Door]:
    return LEAVE if isinstance(row, Leave) else STAND_IN


def open_doors(row: Leave | StandIn, person: Person) -> list[tuple[str, Door]]:
    """The verbs that this person may do now, in the order of the table."""
    available = moving.available(row, person)
    return [(verb, door) for verb, door in doors_of(row).items() if verb in available]
