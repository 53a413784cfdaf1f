"""The verb of inspecting, and the watch over what comes due (row P19)."""

import datetime
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.listing import SOON
from inventory.models import Alarm, Balance, Batch, Inspection, Item, Supplier
from inventory.models.supplier import RENEW
from inventory.workflow.gate import insist_keeps, lock_item, refuse
from journal.moving import check_version
from journal.recording import now, record
from journal.refusals import Incomplete
from teams.wording import listed


@transaction.atomic
def inspect(
    pk: int,
    *,
    by: Any,
    results: Sequence[dict[str, Any]] = (),
    passed: bool | None = None,
    remark: str = "",
    version: int | None = None,
    client_uuid: uuid.UUID | None = None,
) -> Inspection:
    """An item was inspected; give the record. Raises Conflict where the item (`version`) is
    another than was looked at, its checklist perhaps.

    `results` has {point, ok, said} for each point of the checklist, in its order; without a
    checklist `passed` says it. Not passed: out of service, with the reason. Passed: ready, and
    due again a cycle on.
    """
    insist_keeps(by)
    item = lock_item(pk)
    if client_uuid is not None:
        known = Inspection.objects.filter(client_uuid=client_uuid).first()
        if known is not None:
            return known
    check_version(item, version)
    if not item.is_active:
        refuse("", _("这种物资已经不在册。"))
    if item.points and [each["point"] for each in results] != item.points:
        refuse("results", _("请按检查项目逐项填写：%(points)s。") % {"points": listed(item.points)})
    if results:
        passed = all(each["ok"] for each in results)
    if passed is None:
        sentence = _("请选择合格还是不合格。")
        raise Incomplete(sentence, fields={"passed": sentence})
    remark = remark.strip()[:200]
    failed = [each for each in results if not each["ok"]]
    if not passed and not remark:
        # What was noted at the points is reason enough.
        remark = "；".join(
            f"{each['point']}：{each.get('said') or _('不合格')}" for each in failed
        )[:200]
        if not remark:
            refuse("remark", _("不合格要写明哪里不行。"))
    at = now()
    made = Inspection.objects.create(
        item=item,
        passed=passed,
        results=list(results),
        remark=remark,
        by=by,
        at=at,
        client_uuid=client_uuid or uuid.uuid4(),
    )
    item.last_inspected_on = timezone.localdate(at)
    item.inspect_by = item.next_inspection()
    item.status = Item.Status.READY if passed else Item.Status.OUT_OF_SERVICE
    item.status_reason = "" if passed else remark
    item.version += 1
    item.save()
    told = {"what": str(item), "passed": str(_("合格") if passed else _("不合格"))}
    record(item.stream, "supply.inspect", by=by, at=at, facts=told | {"remark": remark})
    return made


# Rooms above that look for something of their own with each watch; each gives how much it told.
_watchers: list[Callable[[], int]] = []


def also_watch(watcher: Callable[[], int]) -> Callable[[], int]:
    """Register a room above that tells of supplies in its own words; as a decorator."""
    _watchers.append(watcher)
    return watcher


def watch() -> int:
    """Tell of everything that has come due since it was last looked: once each. Give how many.

    Safe to run twice and side by side: an alarm is a row with a key, made once.
    """
    today = timezone.localdate()
    told = sum(_alarm(key, stream, event, facts) for key, stream, event, facts in _due(today))
    return told + sum(watcher() for watcher in _watchers)


def is_news(key: str, at: datetime.datetime) -> bool:
    """Note that this is told now; False where it was told before. In the caller's transaction."""
    return Alarm.objects.get_or_create(key=key, defaults={"at": at})[1]


def _due(today: datetime.date) -> list[tuple[str, str, str, dict[str, Any]]]:
    found = []
    stocked = Balance.objects.filter(quantity__gt=0, batch__isnull=False).values("batch")
    batches = Batch.objects.filter(pk__in=stocked, expires_on__lte=today + SOON)
    for batch in batches.select_related("item").order_by("pk"):
        on = batch.expires_on
        if on is None or not batch.item.is_active:
            continue
        kind = "expired" if on < today else "expiring"
        facts = {"item": batch.item_id, "what": str(batch.item), "on": on, "batch": batch.number}
        found.append((f"{kind}:{batch.pk}:{on}", batch.item.stream, f"supply.{kind}", facts))
    for item in Item.objects.in_use().filter(inspect_by__lte=today).order_by("pk"):
        facts = {"item": item.pk, "what": str(item), "on": item.inspect_by}
        key = f"inspect:{item.pk}:{item.inspect_by}"
        found.append((key, item.stream, "supply.inspection_due", facts))
    ending = Supplier.objects.in_use().filter(contract_to__lte=today + RENEW)
    for supplier in ending.order_by("pk"):
        told = {"supplier": supplier.pk, "what": supplier.name, "on": supplier.contract_to}
        key = f"contract:{supplier.pk}:{supplier.contract_to}"
        found.append((key, supplier.stream, "supplier.contract_ends", told))
    known = set(
        Alarm.objects.filter(key__in=[row[0] for row in found]).values_list("key", flat=True)
    )
    return [row for row in found if row[0] not in known]


@transaction.atomic
def _alarm(key: str, stream: str, event: str, facts: dict[str, Any]) -> bool:
    at = now()
    is_new = is_news(key, at)
    if is_new:
        record(stream, event, by=None, at=at, facts=facts)
    return is_new
