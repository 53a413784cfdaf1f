"""What the parts of the incident page show, as plain values: equal cards are drawn only once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import Check, Deadline, Order
from incidents.stages import Stage
from plans.models import ChecklistItem


@dataclass(frozen=True)
class Button:
    verb: str
    label: Any
    url: str
    main: bool = False


@dataclass(frozen=True)
class Told:
    """An entry of the journal in words, for parts/timeline_entry.html."""

    key: str
    at: datetime
    what: str
    facts: str
    who: str
    tone: str

    def shown(self) -> dict[str, Any]:
        return self.__dict__


@dataclass(frozen=True)
class Steps:
    """The eight steps, for parts/stepper.html."""

    steps: tuple[Stage, ...]

    def shown(self) -> dict[str, Any]:
        return {"steps": self.steps}


@dataclass(frozen=True)
class DueNow:
    """What is next, and whose it is, for parts/due_now.html; with a clock where one runs."""

    verb: str
    holder: str
    due: datetime | None = None
    armed: datetime | None = None

    def shown(self) -> dict[str, Any]:
        return self.__dict__


@dataclass(frozen=True)
class Clock:
    """One more clock that runs, for incidents/_clock.html."""

    kind: str
    holder: str
    due: datetime
    armed: datetime

    def shown(self) -> dict[str, Any]:
        return {**self.__dict__, "label": Deadline.Kind(self.kind).label}


@dataclass(frozen=True)
class CheckCard:
    """One item of a checklist, for parts/check_item.html.

    `retyped`: the remark of a decision that was refused. `is_offered`: the person may decide it.
    `back`: the page to which its forms lead back, "" for the incident's. `dropped_in`: the number
    of the plan version that no longer demands it.
    """

    pk: int
    incident: int
    text: str
    hint: str
    result: str
    remark: str
    by: str
    at: datetime | None
    is_offered: bool
    retyped: str = ""
    dropped_in: int | None = None
    decider: str = ChecklistItem.Decider.FAULT.value
    needs: tuple[str, ...] = ()
    unit: str = ""
    measured: str = ""
    is_branch: bool = False
    added_by: str = ""
    holder: str = ""
    holder_key: int | None = None
    is_mine: bool = False
    due: datetime | None = None
    armed: datetime | None = None
    back: str = ""
    assigns: bool = False

    @classmethod
    def of(
        cls,
        check: Check,
        *,
        may: bool,
        retyped: str,
        person: int | None = None,
        clock: Deadline | None = None,
        back: str = "",
        assigns: bool = False,
    ) -> "CheckCard":
        return cls(
            pk=check.pk,
            incident=check.incident_id,
            text=check.text,
            hint=check.hint,
            result=check.result,
            remark=check.remark,
            by=str(check.by or ""),
            at=check.at,
            is_offered=may and check.result == Check.Result.PENDING,
            decider=check.decider,
            needs=tuple(check.needs),
            unit=check.unit,
            measured=check.measured,
            is_branch=check.item is not None and check.item.is_branch,
            added_by=str(check.added_by or ""),
            holder=str(check.assigned_to or "") if check.result == Check.Result.PENDING else "",
            holder_key=check.assigned_to_id,
            is_mine=check.assigned_to_id is not None and check.assigned_to_id == person,
            due=clock.due_at if clock else None,
            armed=clock.armed_at if clock else None,
            back=back,
            assigns=assigns,
            retyped=retyped,
            dropped_in=check.dropped_in.number if check.dropped_in else None,
        )

    def shown(self) -> dict[str, Any]:
        key = f"check-{self.pk}"
        facts: dict[str, Any] = {
            "key": key,
            "mark": self.result,
            "text": self.text,
            "hint": self.hint,
            "result": self.result,
            "result_label": Check.Result(self.result).label,
        }
        if self.dropped_in is not None:
            note = _("第 %(number)s 版预案已取消这一项，不再要求。")
            facts["note"] = note % {"number": self.dropped_in}
        elif self.added_by:
            facts["note"] = _("%(who)s临时加的") % {"who": self.added_by}
        facts |= {
            "is_branch": self.is_branch,
            "wanted": self._wanted(),
            "measured": self.measured,
            "holder": self.holder,
            "is_mine": self.is_mine,
            "due": self.due,
            "armed": self.armed,
        }
        if not self.is_offered:
            return facts | {"remark": self.remark, "by": self.by, "at": self.at}
        url = reverse("incidents:decide_check", args=[self.incident, self.pk])
        hand = reverse("incidents:hand_check", args=[self.incident, self.pk, "take"])
        files = reverse("incidents:files", args=[self.incident])
        return facts | {
            "remark": self.retyped,
            "url": url if not self.holder or self.is_mine else "",
            "take_url": "" if self.is_mine else hand,
            "holder_key": self.holder_key,
            "assign_url": reverse("incidents:assign_check", args=[self.incident, self.pk])
            if self.assigns and not self.back
            else "",
            "files_url": f"{files}?about=check-{self.pk}#upload",
            "unit": self.unit,
            "needs_number": ChecklistItem.Need.NUMBER in self.needs,
            "needs_remark": ChecklistItem.Need.REMARK in self.needs,
            "version": self.result,
            "back": self.back,
        }

    def _wanted(self) -> str:
        """Who decides it and what it demands, in words; "" for the usual."""
        if self.result != Check.Result.PENDING:
            return ""
        shape = ChecklistItem(decider=self.decider, needs=list(self.needs), unit=self.unit)
        return shape.more


@dataclass(frozen=True)
class OrderCard:
    """One order, for parts/order_card.html, with what this person may do with it."""

    pk: int
    version: int
    addressee: str
    addressee_url: str
    text: str
    state: str
    due_at: datetime
    issued_by: str
    issued_at: datetime
    read_back_by: str
    read_back_at: datetime | None
    ended_by: str
    ended_at: datetime | None
    outcome: str
    actions: tuple[Button, ...]

    @classmethod
    def of(cls, order: Order, actions: list[Button]) -> "OrderCard":
        return cls(
            pk=order.pk,
            version=order.version,
            addressee=str(order.addressee),
            addressee_url=order.group.get_absolute_url() if order.group else "",
            text=order.text,
            state=order.state,
            due_at=order.due_at,
            issued_by=str(order.issued_by),
            issued_at=order.issued_at,
            read_back_by=str(order.read_back_by or ""),
            read_back_at=order.read_back_at,
            ended_by=str(order.ended_by or ""),
            ended_at=order.ended_at,
            outcome=order.outcome,
            actions=tuple(actions),
        )

    @property
    def due(self) -> datetime | None:
        """The clock of an order that has not ended."""
        return None if self.ended_at else self.due_at

    @property
    def armed(self) -> datetime:
        return self.issued_at

    def shown(self) -> dict[str, Any]:
        return self.__dict__ | {
            "key": f"order-{self.pk}",
            "mark": self.version,
            "state_label": Order.State(self.state).label,
            "due": self.due_at,
        }
