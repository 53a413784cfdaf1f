"""Verbs of supplies for an incident: kept back, issued, and said to be short (row P19).

Giving back is `inventory.workflow.give_back`, whatever the loan was for.

Stock and money are real, in a drill too (row P21). People may hand things out in one and take them
back; nothing is kept back for it, which a real fault would miss, and it costs the fund nothing.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.models.state import OPEN
from incidents.running_out import outlook, working_by_hand
from incidents.supplying import ISSUING, in_words, needs
from incidents.workflow.gate import lock
from inventory import workflow as supplies
from inventory.authority import keeps
from inventory.models import Fund, Loan, Payment
from inventory.stock import stock_of
from inventory.workflow import Purpose, Wanted
from inventory.workflow.gate import insist_keeps, lock_items
from journal.moving import check_version
from journal.recording import now, record
from journal.refusals import Conflict
from teams.models import Department, Person


@transaction.atomic
def issue_supplies(
    pk: int,
    *,
    by: Person,
    wanted: Sequence[Wanted],
    department: Department | None = None,
    taker: str = "",
    client_uuid: uuid.UUID | None = None,
) -> list[Loan]:
    """Give supplies out for the incident: all of them or none. Gives the loans.

    Raises Conflict where something is short, or the clean-up is done already.
    """
    insist_keeps(by)
    incident = lock(pk)
    _insist_open(incident)
    return supplies.lend(
        wanted,
        by=by,
        purpose=_purpose(incident),
        department=department,
        taker=taker,
        client_uuid=client_uuid,
    )


@transaction.atomic
def reserve_supplies(pk: int, *, by: Person, version: int | None = None) -> int:
    """Keep back what the plan demands for this fault, as far as it is there; give how many.

    Raises Conflict for a drill, and where nothing is there that is not kept back or out already.
    """
    insist_keeps(by)
    incident = lock(pk)
    check_version(incident, version)
    _insist_open(incident)
    if incident.is_drill:
        raise Conflict(_("演练不预留物资：真的故障可能要用。要用的请直接发放，用完归还。"))
    # All of them in the order of their keys, as whoever issues several locks them.
    lock_items(item.pk for need in needs(incident) for item in need.items)
    # Behind the locks they are read again; somebody may have been faster.
    wanted = needs(incident)
    stock = stock_of((item for need in wanted for item in need.items), stream=incident.stream)
    count = 0
    for need in wanted:
        left = need.left_to_issue
        # One name may stand for several specifications: each gives what it has.
        for item in need.items:
            there = min(left, stock[item.pk].free) if item.is_ready else 0
            if there:
                supplies.reserve(item.pk, by=by, quantity=there, purpose=_purpose(incident))
                left -= there
                count += 1
    if not count:
        raise Conflict(_("预案要的物资已经领出、已经预留，或者没有库存。"))
    return count


@transaction.atomic
def pay_for(pk: int, *, by: Person, fund: Fund, purpose: Purpose, **facts: Any) -> Payment:
    """Money from the emergency fund for the incident, as `inventory.workflow.pay`.

    Allowed until it is archived: bills come late. Raises Conflict for a drill.
    """
    insist_keeps(by)
    incident = lock(pk)
    if incident.state not in OPEN:
        raise Conflict(_("事件已经结束，不能再计入花费。"))
    if incident.is_drill:
        raise Conflict(_("这是演练，不动用备用金。真有花费，请在「备用金」里登记。"))
    about = _purpose(incident)
    told = Purpose(purpose.words, stream=about.stream, url=about.url, about=about.words)
    return supplies.pay(fund.pk, by=by, purpose=told, **facts)


@transaction.atomic
def release_supplies(pk: int, *, by: Person | None, version: int | None = None) -> int:
    """Nothing is kept back for the incident any more. By a person, or the system at its end."""
    if by is not None:
        insist_keeps(by)
    incident = lock(pk)
    check_version(incident, version)
    return supplies.release(incident.stream, by=by)


@transaction.atomic
def note_shortage(pk: int) -> list[str]:
    """Say what of the plan's supplies for this fault is short; once, when the fault is confirmed.

    Gives what was told, empty where everything is there.
    """
    incident = lock(pk)
    if incident.state not in ISSUING:
        return []
    short = [in_words(need) for need in needs(incident) if need.short]
    if short:
        record(incident.stream, "supply.short", by=None, at=now(), facts={"short": short})
    return short


@transaction.atomic
def note_running_out(pk: int) -> list[str]:
    """Say what work by hand will have used up before the service is to work again: once for each
    item, and again where it ends in another hour. Gives what was told."""
    incident = lock(pk)
    at = now()
    seen = outlook(incident, at)
    if seen is None:
        return []
    new = [
        each
        for each in seen.short
        if supplies.is_news(f"runs_out:{pk}:{each.item.pk}:{each.ends_at:%Y%m%d%H}", at)
    ]
    if new:
        facts = {
            "windows": seen.windows,
            "until": seen.until_words,
            "short": [str(each) for each in new],
            "items": [each.item.pk for each in new],
        }
        record(incident.stream, "supply.runs_out", by=None, at=at, facts=facts)
    return [str(each) for each in new]


@supplies.also_watch
def watch_running_out() -> int:
    """`note_running_out` for every incident whose windows work by hand; give how much was told."""
    keys = list(working_by_hand().order_by("pk").values_list("pk", flat=True))
    return sum(len(note_running_out(pk)) for pk in keys)


def may_issue(incident: Incident, person: Person) -> bool:
    return keeps(person) and incident.state in ISSUING


def _insist_open(incident: Incident) -> None:
    if incident.state not in ISSUING:
        raise Conflict(
            _("现在是「%(state)s」，不能再为它领用物资。") % {"state": incident.get_state_display()}
        )


def _purpose(incident: Incident) -> Purpose:
    return Purpose(
        words=f"{incident.number} {incident.title}".strip()[:200],
        stream=incident.stream,
        url=incident.get_absolute_url(),
    )
