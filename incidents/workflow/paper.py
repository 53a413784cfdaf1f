"""Verbs of numbered forms (domain, section 4): into the kit, out of it, and given out.

What becomes of each number is in `paper_counting`, the entry into the system in `reentry`.
"""

import uuid

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from incidents import authority
from incidents.models import Batch, Incident, Slip
from incidents.models.paper import PREFIX
from incidents.models.state import NOTICE_TRACK, State
from incidents.numbers import MOST, spoken
from incidents.workflow.gate import lock, require
from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams.models import Department, Person

# Forms may be noted while the fault lasts, and afterwards while the site is cleared.
OPENED_IN = (*NOTICE_TRACK, State.CLEANING)


@transaction.atomic
def register(
    *,
    by: Person | None,
    department: Department,
    kind: str,
    prefix: str,
    first: int,
    last: int,
    with_cash: bool = False,
    client_uuid: uuid.UUID | None = None,
) -> Batch:
    """Put a printed range of numbered forms on record: it stands in the department's kit.

    `by` None: the product itself, when it makes a kit. The same `client_uuid` sent twice gives the
    batch of the first time.

    Raises NotAllowed; Incomplete for a range that is none, is too long, or has numbers that were
    given before, naming them.
    """
    batch = Batch(department=department, kind=kind, prefix=prefix, first=first, last=last)
    batch.with_cash = with_cash
    if (known := _known(batch, by, client_uuid)) is not None:
        return known
    _describe(batch)
    _lock_prefix(batch.prefix)
    _insist_free(batch)
    return _keep(batch, by)


@transaction.atomic
def reserve(
    *,
    by: Person | None,
    department: Department,
    kind: str,
    prefix: str,
    count: int,
    with_cash: bool = False,
    client_uuid: uuid.UUID | None = None,
) -> Batch:
    """As `register`, with the next `count` numbers under the prefix: for who prints new forms."""
    batch = Batch(department=department, kind=kind, prefix=prefix, first=1, last=max(count, 0))
    batch.with_cash = with_cash
    if (known := _known(batch, by, client_uuid)) is not None:
        return known
    _describe(batch)
    _lock_prefix(batch.prefix)
    given = Batch.objects.filter(prefix=batch.prefix).aggregate(last=Max("last"))["last"] or 0
    batch.first, batch.last = given + 1, given + count
    return _keep(batch, by)


@transaction.atomic
def retire(pk: int, *, by: Person | None, version: int | None = None, reason: str) -> Batch:
    """Forms that were never given out are destroyed: their numbers are not used again."""
    batch = Batch.objects.select_for_update().get(pk=pk)
    reason = require(reason, "reason", _("请写明为什么注销，例如「已换新表单」。"))
    _move(batch, "retire", by=by, version=version, told={"reason": reason}, reason=reason)
    return batch


@transaction.atomic
def open_batch(pk: int, *, by: Person, version: int | None = None, incident: Incident) -> Batch:
    """The department takes the forms out of the kit for an incident; each number is followed now.

    A second time by the same department for the same incident changes nothing.
    """
    incident = lock(incident.pk)
    batch = Batch.objects.select_for_update().get(pk=pk)
    if batch.incident_id == incident.pk and authority.works_in_department(batch, by):
        return batch
    if incident.state not in OPENED_IN:
        raise Conflict(
            _("故障事件现在是「%(state)s」，不能启用表单。")
            % {"state": incident.get_state_display()}
        )
    _move(batch, "open", by=by, version=version, told={}, incident=incident)
    Slip.objects.bulk_create(Slip(batch=batch, number=number) for number in batch.numbers)
    return batch


def hand_over(incident: Incident, into: Incident) -> None:
    """The incident is merged: forms that were opened for it are those of `into`."""
    Batch.objects.filter(incident=incident).update(incident=into)


def _known(batch: Batch, by: Person | None, client_uuid: uuid.UUID | None) -> Batch | None:
    """Who may, first of all; then the batch that the same form has made before."""
    if not authority.keeps_paper(batch, by):
        raise NotAllowed(_("您没有「登记表单」的权限。"))
    if client_uuid is None:
        return None
    batch.client_uuid = client_uuid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(client_uuid)])
    return Batch.objects.filter(client_uuid=client_uuid, registered_by=by).first()


def _describe(batch: Batch) -> None:
    batch.kind = require(batch.kind, "kind", _("请写明是什么表单，例如「手写收据」。"))
    batch.prefix = (batch.prefix or "").strip().upper()
    wrong: dict[str, str] = {}
    if len(batch.kind) > 40:
        wrong["kind"] = _("请写短一些，最多 %(longest)s 个字。") % {"longest": 40}
    try:
        PREFIX(batch.prefix)
    except ValidationError as error:
        wrong["prefix"] = str(error.message)
    if batch.first < 1:
        wrong["first"] = _("起号从 1 开始。")
    if batch.last < batch.first:
        wrong["last"] = _("止号不能比起号小。")
    elif batch.count > MOST:
        wrong["last"] = _("一批最多 %(most)s 张，请分几批登记。") % {"most": MOST}
    elif batch.last > 999_999_999:
        wrong["last"] = _("号码最多九位。")
    if wrong:
        raise Incomplete(" ".join(wrong.values()), fields=wrong)


def _lock_prefix(prefix: str) -> None:
    """Whoever gives numbers under one prefix does it one after another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [prefix])


def _insist_free(batch: Batch) -> None:
    same = Batch.objects.filter(
        prefix=batch.prefix, first__lte=batch.last, last__gte=batch.first
    ).select_related("department")
    said = [
        _("%(numbers)s已在%(department)s的「%(batch)s」里。")
        % {
            "numbers": spoken(set(other.numbers) & set(batch.numbers)),
            "department": other.department,
            "batch": other,
        }
        for other in same
    ]
    if said:
        sentence = " ".join(said)
        raise Incomplete(sentence, fields={"first": sentence})


def _keep(batch: Batch, by: Person | None) -> Batch:
    batch.registered_at, batch.registered_by = now(), by
    batch.save(force_insert=True)
    record(
        batch.stream,
        "paper.register",
        by=by,
        at=batch.registered_at,
        facts=about(batch) | {"count": batch.count, "with_cash": batch.with_cash},
    )
    return batch


def _move(
    batch: Batch,
    verb: str,
    *,
    by: Person | None,
    version: int | None,
    told: dict[str, object],
    **facts: object,
) -> None:
    at = now()
    moving.move(batch, verb, by=by, at=at, version=version, **facts)
    record(
        batch.stream,
        f"paper.{verb}",
        by=by,
        at=at,
        facts=about(batch) | {"count": batch.count} | told,
    )


def about(batch: Batch) -> dict[str, object]:
    """What each entry of the journal says of the batch it is about."""
    return {
        "batch": batch.pk,
        "kind": batch.kind,
        "range": batch.range_words,
        "department": batch.department_id,
        "by_department": str(batch.department),
    }
