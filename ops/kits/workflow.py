"""Verbs of the downtime kits: make an edition, take it out, put it into the drawer."""

import datetime
import hashlib
import re
import uuid
from typing import NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Batch
from incidents.workflow import reserve, retire
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from ops.kits import authority, drawing, hospital
from ops.kits.composing import Composed, compose
from ops.kits.models import (
    MOST_SHEETS,
    KitDrawer,
    KitEdition,
    KitForm,
    KitPaper,
    KitPlacement,
)
from ops.kits.staleness import changes
from teams.models import Department, Person

# A kit that runs out so soon is made again, so that nobody holds one that has.
_AHEAD = datetime.timedelta(days=7)
# Files of so many editions are kept, besides the one in the drawer.
_KEPT = 2


class Built(NamedTuple):
    """The newest edition, and whether it was made just now."""

    edition: KitEdition
    is_new: bool


@transaction.atomic
def build(
    pk: int,
    *,
    by: Person | None,
    sheets: int | None = None,
    fresh: bool = False,
    client_uuid: uuid.UUID | None = None,
    told: hospital.Hospital | None = None,
) -> Built:
    """Make the kit of the department `pk`, where it would say something else than the newest
    edition does or that one runs out; `fresh` in any case, for new numbers on the forms.

    `sheets` is kept for the editions to come. `told` is a reading of the hospital for many kits.

    Raises Department.DoesNotExist, NotAllowed; Incomplete without a plan in force.
    """
    if not authority.makes(pk, by):
        raise NotAllowed(_("您没有「制作应急包」的权限。"))
    department = Department.objects.get(pk=pk, is_active=True)
    drawer = _lock(department)
    if client_uuid is not None:
        same = KitEdition.objects.filter(client_uuid=client_uuid, department=department).first()
        if same is not None:
            return Built(same, is_new=False)
    _choose(drawer, sheets)
    at = now()
    today = timezone.localdate(at)
    told = told or hospital.read(today)
    if told.plan is None:
        raise Incomplete(_("还没有现行预案。先发布预案，才能制作应急包。"))
    composed = compose(told, department, drawer.sheets)
    newest = KitEdition.objects.filter(department=department).order_by("-number").first()
    if newest is not None and not fresh and not _is_old(newest, composed, today):
        return Built(newest, is_new=False)
    edition = _edition(department, composed, newest, at=at, by=by, uuid_=client_uuid)
    edition.plan = told.plan
    edition.sheets = drawer.sheets
    batches = [
        reserve(
            by=None,
            department=department,
            kind=form.title[:40],
            prefix=f"K{department.pk:02d}-",
            count=form.count,
            with_cash=form.has_cash,
        )
        for form in composed.forms
    ]
    numbers = {
        form.kind: [batch.label(number) for number in batch.numbers]
        for form, batch in zip(composed.forms, batches, strict=True)
    }
    data = drawing.to_pdf(
        composed,
        drawing.Imprint(edition.number, edition.made_on, edition.valid_until, numbers),
    )
    edition.size, edition.sha256 = len(data), hashlib.sha256(data).hexdigest()
    edition.pages = _pages(data)
    edition.save(force_insert=True)
    KitPaper.objects.create(edition=edition, data=data)
    KitForm.objects.bulk_create(
        KitForm(edition=edition, position=place, key=form.kind, batch=batch)
        for place, (form, batch) in enumerate(zip(composed.forms, batches, strict=True), start=1)
    )
    record(
        drawer.stream,
        "kit.build",
        by=by,
        at=at,
        facts={
            "department": department.pk,
            "name": department.name,
            "number": edition.number,
            "plan": edition.plan.number,
            "because": [each.words for each in changes(newest.parts, edition.parts)]
            if newest
            else [],
            "forms": [str(batch) for batch in batches],
            "sha256": edition.sha256,
        },
    )
    _retire(
        KitForm.objects.filter(
            edition__department=department,
            edition__number__lt=edition.number,
            edition__taken_at__isnull=True,
        )
    )
    _prune(department)
    return Built(edition, is_new=True)


@transaction.atomic
def take(pk: int, *, by: Person | None) -> tuple[KitEdition, bytes]:
    """The edition's file, for printing. Who took it out is kept: it holds personal numbers.

    Raises KitEdition.DoesNotExist, NotAllowed; Conflict where the file is not kept any more.
    """
    edition = KitEdition.objects.select_related("department").get(pk=pk)
    if not authority.sees(edition.department_id, by):
        raise NotAllowed(_("您没有「下载这个应急包」的权限。"))
    data = KitPaper.objects.filter(edition=edition).values_list("data", flat=True).first()
    if data is None:
        raise Conflict(_("这一版的文件不再保留，请用最新的一版。"))
    _note_taken([edition], by=by)
    return edition, bytes(data)


@transaction.atomic
def take_all(*, by: Person | None) -> list[tuple[KitEdition, bytes]]:
    """The newest edition of every department in use with its file. Raises NotAllowed."""
    if not authority.sees_all(by):
        raise NotAllowed(_("您没有「下载全部应急包」的权限。"))
    papers = KitPaper.objects.filter(edition__in=newest_editions()).select_related(
        "edition__department"
    )
    found = [(paper.edition, bytes(paper.data)) for paper in papers]
    found.sort(key=lambda pair: (pair[0].department.position, pair[0].department_id))
    _note_taken([edition for edition, _data in found], by=by)
    return found


@transaction.atomic
def put_away(
    pk: int,
    *,
    by: Person,
    holder: str,
    place: str,
    put_on: datetime.date,
    client_uuid: uuid.UUID | None = None,
) -> KitPlacement:
    """Confirm that this edition is printed and lies in the drawer; older forms are destroyed.

    Numbers of older editions that nobody has opened are not used any more. The same `client_uuid`
    sent twice gives the confirmation of the first time.

    Raises KitEdition.DoesNotExist, NotAllowed, Incomplete.
    """
    edition = KitEdition.objects.select_related("department").get(pk=pk)
    if not authority.puts_away(edition.department_id, by):
        raise NotAllowed(_("您没有「确认放好应急包」的权限。"))
    drawer = _lock(edition.department)
    if client_uuid is not None:
        known = KitPlacement.objects.filter(client_uuid=client_uuid, by=by).first()
        if known is not None:
            return known
    at = now()
    placed = KitPlacement(edition=edition, by=by, at=at, put_on=put_on)
    placed.holder, placed.place = holder.strip(), place.strip()
    if client_uuid is not None:
        placed.client_uuid = client_uuid
    _insist_whole(placed, today=timezone.localdate(at))
    placed.save(force_insert=True)
    if edition.taken_at is None:
        KitEdition.objects.filter(pk=edition.pk).update(taken_at=at)
    record(
        drawer.stream,
        "kit.put_away",
        by=by,
        at=at,
        facts={
            "department": edition.department_id,
            "name": edition.department.name,
            "number": edition.number,
            "holder": placed.holder,
            "place": placed.place,
            "put_on": put_on,
        },
    )
    _retire(
        KitForm.objects.filter(
            edition__department=edition.department, edition__number__lt=edition.number
        )
    )
    return placed


def newest_editions() -> list[int]:
    """The key of each department's newest edition; of departments that are in use."""
    rows = KitEdition.objects.filter(department__is_active=True)
    newest = rows.order_by("department_id", "-number").distinct("department_id")
    return list(newest.values_list("pk", flat=True))


def note_copied(editions: list[KitEdition]) -> None:
    """The product has put these editions' files on a folder: their numbers may be printed."""
    with transaction.atomic():
        _note_taken(editions, by=None)


def _lock(department: Department) -> KitDrawer:
    KitDrawer.objects.get_or_create(department=department)
    return KitDrawer.objects.select_for_update().get(department=department)


def _choose(drawer: KitDrawer, sheets: int | None) -> None:
    if sheets is None or sheets == drawer.sheets:
        return
    if not 1 <= sheets <= MOST_SHEETS:
        sentence = _("每种表单 1 到 %(most)s 张。") % {"most": MOST_SHEETS}
        raise Incomplete(sentence, fields={"sheets": sentence})
    drawer.sheets = sheets
    drawer.save(update_fields=["sheets"])


def _is_old(newest: KitEdition, composed: Composed, today: datetime.date) -> bool:
    return newest.fingerprint != composed.fingerprint or today >= newest.valid_until - _AHEAD


def _edition(
    department: Department,
    composed: Composed,
    newest: KitEdition | None,
    *,
    at: datetime.datetime,
    by: Person | None,
    uuid_: uuid.UUID | None,
) -> KitEdition:
    today = timezone.localdate(at)
    return KitEdition(
        department=department,
        number=newest.number + 1 if newest else 1,
        made_at=at,
        made_on=today,
        valid_until=today + datetime.timedelta(days=settings.KITS_DAYS),
        made_by=by,
        fingerprint=composed.fingerprint,
        parts=composed.parts,
        client_uuid=uuid_,
    )


def _pages(data: bytes) -> int:
    """How many pages the PDF has, as it says itself."""
    return max(int(count) for count in re.findall(rb"/Count (\d+)", data))


def _note_taken(editions: list[KitEdition], *, by: Person | None) -> None:
    at = now()
    KitEdition.objects.filter(
        pk__in=[edition.pk for edition in editions], taken_at__isnull=True
    ).update(taken_at=at)
    for edition in editions:
        record(
            f"kit:{edition.department_id}",
            "kit.take",
            by=by,
            at=at,
            facts={
                "department": edition.department_id,
                "name": edition.department.name,
                "number": edition.number,
            },
        )


def _retire(forms: models.QuerySet[KitForm]) -> None:
    """Numbers that lie in no drawer any more are never opened."""
    standing = forms.filter(batch__state=Batch.State.REGISTERED)
    for batch in standing.values_list("batch", flat=True):
        retire(batch, by=None, reason=_("应急包换了新版"))


def _insist_whole(placed: KitPlacement, *, today: datetime.date) -> None:
    wrong: dict[str, str] = {}
    if not placed.holder:
        wrong["holder"] = _("请写谁保管。")
    if not placed.place:
        wrong["place"] = _("请写放在哪里，停电时也找得到。")
    if placed.put_on > today:
        wrong["put_on"] = _("日期不能在今天之后。")
    elif placed.put_on < placed.edition.made_on:
        wrong["put_on"] = _("这一版 %(day)s 才制作，日期不能更早。") % {
            "day": placed.edition.made_on
        }
    if wrong:
        raise Incomplete(" ".join(wrong.values()), fields=wrong)


def _prune(department: Department) -> None:
    """Drop the files of editions that are neither new nor in the drawer."""
    editions = KitEdition.objects.filter(department=department)
    kept = list(editions.order_by("-number").values_list("pk", flat=True)[:_KEPT])
    placed = KitPlacement.objects.filter(edition__department=department).order_by("-pk").first()
    if placed is not None:
        kept.append(placed.edition_id)
    KitPaper.objects.filter(edition__department=department).exclude(edition__in=kept).delete()
