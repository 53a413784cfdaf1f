"""Verbs of back-entry (补录): entered by one, checked by another, the cash compared, settled."""

import datetime
import uuid
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import authority
from incidents.models import Batch, Incident, Reentry, Slip
from incidents.numbers import spoken, written
from incidents.tally import Tally, signed
from incidents.workflow.gate import require
from incidents.workflow.paper import about
from incidents.workflow.paper_counting import insist_open, lock_batch, numbers_in
from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Person

Fate = Slip.Fate
_FEN = Decimal("0.01")
_MOST = Decimal("9999999999.99")


@transaction.atomic
def reenter(
    pk: int,
    *,
    by: Person,
    numbers: str,
    event_from: datetime.datetime,
    event_to: datetime.datetime | None = None,
    amount: Decimal | None = None,
    client_uuid: uuid.UUID | None = None,
) -> Reentry:
    """These numbers have been entered into the system: when it really happened, and for how much.

    `event_from` to `event_to` (the same moment where it is left out) is the time on the paper;
    `amount` what the system shows for these numbers, yuan. A number that nobody has told of yet is
    used from now on. The same `client_uuid` sent twice enters once.

    Raises Conflict, with the exact numbers and who was faster, for numbers that are entered
    already, void, lost, or counted as unused; Incomplete at the field for anything else.
    """
    incident, batch = lock_batch(pk)
    if client_uuid is not None:
        known = Reentry.objects.filter(client_uuid=client_uuid, by=by, batch=batch).first()
        if known is not None:
            return known
    insist_open(batch, by, _("补录"))
    named = numbers_in(batch, numbers, "numbers")
    at = now()
    event_to = event_to or event_from
    _insist_sound(batch, named, event_from, event_to, amount, at)
    _insist_free(batch, named)
    entry = Reentry.objects.create(
        batch=batch,
        numbers=written(named),
        count=len(named),
        event_from=event_from,
        event_to=event_to,
        amount=amount,
        client_uuid=client_uuid or uuid.uuid4(),
        by=by,
        at=at,
    )
    Slip.objects.filter(batch=batch, number__in=named).update(fate=Fate.USED, reentry=entry)
    _record(incident, batch, "reenter", by=by, at=at, entry=entry)
    return entry


def _insist_sound(
    batch: Batch,
    named: set[int],
    event_from: datetime.datetime,
    event_to: datetime.datetime,
    amount: Decimal | None,
    at: datetime.datetime,
) -> None:
    wrong: dict[str, str] = {}
    if not named:
        wrong["numbers"] = _("请写明号码，例如 1-40, 43。")
    if event_to < event_from:
        wrong["event_to"] = _("止不能早于起。")
    elif event_to > at:
        wrong["event_to" if event_from <= at else "event_from"] = _("发生时间不能晚于现在。")
    if batch.with_cash:
        wrong |= wrong_amount("amount", amount, _("请填系统里这几张的金额，没有收款填 0。"))
    elif amount is not None:
        wrong["amount"] = _("这种表单不涉及收款，不用填金额。")
    if wrong:
        raise Incomplete(" ".join(wrong.values()), fields=wrong)


def wrong_amount(field: str, amount: Decimal | None, missing: str) -> dict[str, str]:
    """What is wrong with an amount in yuan: nothing, or a sentence at its field."""
    if amount is None:
        return {field: missing}
    if not amount.is_finite() or not 0 <= amount <= _MOST or amount != amount.quantize(_FEN):
        return {field: _("金额写到分，不能是负数，例如 21673.50。")}
    return {}


def _insist_free(batch: Batch, named: set[int]) -> None:
    """None of the numbers is entered, void, lost or counted as unused."""
    slips = Slip.objects.filter(batch=batch, number__in=named).select_related("reentry__by")
    said: list[str] = []
    entered: dict[Reentry, set[int]] = {}
    otherwise: dict[str, set[int]] = {}
    for slip in slips:
        if slip.reentry is not None:
            entered.setdefault(slip.reentry, set()).add(slip.number)
        elif slip.fate in (Fate.VOID, Fate.LOST) or (
            slip.fate == Fate.UNUSED and batch.accounted_at is not None
        ):
            otherwise.setdefault(slip.fate, set()).add(slip.number)
    for entry, numbers in entered.items():
        said.append(
            _("%(numbers)s已由%(who)s在 %(time)s 补录。")
            % {
                "numbers": spoken(numbers),
                "who": entry.by,
                "time": f"{timezone.localtime(entry.at):%H:%M}",
            }
        )
    for fate, numbers in otherwise.items():
        said.append(
            _("%(numbers)s已在%(fate)s里。")
            % {"numbers": spoken(numbers), "fate": Fate(fate).label}
        )
    if said:
        raise Conflict(" ".join(said), fields={"numbers": " ".join(said)})


@transaction.atomic
def check_reentry(pk: int, *, by: Person) -> Reentry:
    """A second person has compared system and paper: it agrees. A second time changes nothing."""
    incident, batch, entry = _lock_entry(pk)
    if entry.checked_by_id == by.pk:
        return entry
    if not authority.checks_reentry(batch, by):
        raise NotAllowed(_("您没有「复核补录」的权限。"))
    if entry.by_id == by.pk:
        raise NotAllowed(_("自己补录的要由另一个人复核。"))
    _insist_waiting(batch, entry)
    at = now()
    entry.checked_by, entry.checked_at = by, at
    entry.save(update_fields=["checked_by", "checked_at"])
    _record(incident, batch, "check", by=by, at=at, entry=entry)
    return entry


@transaction.atomic
def return_reentry(pk: int, *, by: Person, reason: str) -> Reentry:
    """It does not agree: its numbers wait to be entered again. Who entered it may take it back."""
    incident, batch, entry = _lock_entry(pk)
    if not authority.checks_reentry(batch, by):
        raise NotAllowed(_("您没有「退回补录」的权限。"))
    reason = require(reason, "reason", _("请写明哪里不对。"))
    _insist_waiting(batch, entry)
    at = now()
    entry.returned_by, entry.returned_at, entry.returned_reason = by, at, reason
    entry.save(update_fields=["returned_by", "returned_at", "returned_reason"])
    Slip.objects.filter(reentry=entry).update(reentry=None)
    _record(incident, batch, "return", by=by, at=at, entry=entry, reason=reason)
    return entry


def _lock_entry(pk: int) -> tuple[Incident, Batch, Reentry]:
    incident, batch = lock_batch(Reentry.objects.values_list("batch_id", flat=True).get(pk=pk))
    return incident, batch, Reentry.objects.select_for_update(of=("self",)).get(pk=pk)


def _insist_waiting(batch: Batch, entry: Reentry) -> None:
    if batch.state != Batch.State.OPEN:
        raise Conflict(
            _("这批表单现在是「%(state)s」，补录不能再改。") % {"state": batch.get_state_display()}
        )
    if entry.checked_at is not None:
        raise Conflict(_("%(who)s已经复核。") % {"who": entry.checked_by})
    if entry.returned_at is not None:
        raise Conflict(_("这一笔已经退回。"))


@transaction.atomic
def count_cash(pk: int, *, by: Person, version: int | None = None, total: Decimal) -> Batch:
    """The sum on the paper, added up by the person, in yuan."""
    incident, batch = lock_batch(pk)
    at = now()
    moving.move(batch, "count_cash", by=by, at=at, version=version, total=total)
    wrong = wrong_amount("total", total, _("请填纸面合计。"))
    if not batch.with_cash:
        wrong = {"total": _("这种表单不涉及收款，不用填金额。")}
    if wrong:
        raise Incomplete(" ".join(wrong.values()), fields=wrong)
    facts = about(batch) | {"total": f"{total:.2f}"}
    record(incident.stream, "paper.count_cash", by=by, at=at, facts=facts)
    return batch


@transaction.atomic
def explain(pk: int, *, by: Person, version: int | None = None, reason: str) -> Batch:
    """The head of the department explains the difference as it stands now, by name."""
    incident, batch = lock_batch(pk)
    reason = require(reason, "reason", _("请写明差额是怎么来的。"))
    difference = Tally.of(batch).difference
    at = now()
    moving.move(
        batch, "explain", by=by, at=at, version=version, difference=difference, reason=reason
    )
    if not difference:
        sentence = _("补录合计与纸面合计没有差额，不用说明。")
        raise Incomplete(sentence, fields={"reason": sentence})
    facts = about(batch) | {"difference": signed(difference), "reason": reason}
    record(incident.stream, "paper.explain", by=by, at=at, facts=facts)
    return batch


@transaction.atomic
def close_batch(pk: int, *, by: Person, version: int | None = None) -> Batch:
    """Back-entry is done. Refused, with what is missing, until every number is told, every used
    one entered and checked, and the cash agrees or its difference is explained."""
    incident, batch = lock_batch(pk)
    tally = Tally.of(batch)
    at = now()
    missing = tally.missing
    if missing and authority.heads_department(batch, by) and batch.state == Batch.State.OPEN:
        moving.check_version(batch, version)
        raise Incomplete(_("还不能结清：%(missing)s") % {"missing": " ".join(missing)})
    moving.move(batch, "close", by=by, at=at, version=version, entered_total=tally.entered_total)
    facts: dict[str, object] = {fate: len(numbers) for fate, numbers in tally.numbers.items()}
    if batch.with_cash:
        facts |= {
            "paper_total": f"{batch.paper_total:.2f}",
            "entered_total": f"{tally.entered_total:.2f}",
            "difference": signed(tally.difference),
        }
    facts["entered"] = len(tally.entered)
    record(incident.stream, "paper.close", by=by, at=at, facts=about(batch) | facts)
    return batch


def _record(
    incident: Incident,
    batch: Batch,
    verb: str,
    *,
    by: Person,
    at: datetime.datetime,
    entry: Reentry,
    **facts: object,
) -> None:
    told: dict[str, object] = {"entry": entry.pk, "numbers": entry.numbers, "count": entry.count}
    if entry.amount is not None:
        told["amount"] = f"{entry.amount:.2f}"
    if verb == "reenter":
        told |= {"event_from": entry.event_from, "event_to": entry.event_to}
    record(incident.stream, f"paper.{verb}", by=by, at=at, facts=about(batch) | told | facts)
