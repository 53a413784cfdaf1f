"""Making the kits of all departments, one after another: rows that any worker can go on with.

Once a day the product looks whether a kit would say something else by now, makes it again,
reminds whose drawer holds an older one, and puts the files on the folder of `KITS_DIR`.
"""

import datetime
import logging
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from journal import live
from journal.recording import now, record
from journal.refusals import NotAllowed, Refusal
from ops.kits import authority, folder, workflow
from ops.kits.models import KitDrawer, KitEdition, KitPlacement, KitRun, KitRunItem
from ops.kits.staleness import changes, key_of
from plans.models import PlanVersion
from teams.models import Department, Person

TASK = "ops.tasks.keep_kits"
State = KitRunItem.State
logger = logging.getLogger(__name__)


@transaction.atomic
def ask_all(*, by: Person | None, client_uuid: uuid.UUID | None = None) -> KitRun:
    """Have the kits of all departments made. One that is under way is not begun again.

    Raises NotAllowed.
    """
    if not authority.makes_all(by):
        raise NotAllowed(_("您没有「制作全部应急包」的权限。"))
    under_way = KitRun.objects.filter(finished_at__isnull=True, cause=KitRun.Cause.ASKED).first()
    if under_way is not None:
        return under_way
    if client_uuid is not None:
        known = KitRun.objects.filter(client_uuid=client_uuid).first()
        if known is not None:
            return known
    return begin(KitRun.Cause.ASKED, by=by, client_uuid=client_uuid)


@transaction.atomic
def begin(
    cause: str,
    *,
    by: Person | None = None,
    client_uuid: uuid.UUID | None = None,
    day: datetime.date | None = None,
) -> KitRun:
    """A run over every department in use, of a `day` only one; the worker is nudged on commit."""
    run = KitRun(cause=cause, asked_by=by, asked_at=now(), day=day)
    run.client_uuid = client_uuid or run.client_uuid
    KitRun.objects.bulk_create([run], ignore_conflicts=True)
    run = KitRun.objects.get(client_uuid=run.client_uuid)
    KitRunItem.objects.bulk_create(
        KitRunItem(run=run, department=department)
        for department in Department.objects.filter(is_active=True)
    )
    record("kits", "kits.begin", by=by, facts={"cause": str(run.get_cause_display())})
    transaction.on_commit(lambda: live.hurry(TASK), robust=True)
    return run


def keep() -> int:
    """The tick: begin the day's look where it is due, make one kit, close what is done.

    Gives how many things were done. Safe to run twice and side by side.
    """
    done = int(begin_daily()) + int(step())
    for run in KitRun.objects.filter(finished_at__isnull=True):
        done += int(_finish(run.pk))
    if KitRunItem.objects.filter(state=State.WAITING).exists():
        live.hurry(TASK)
    return done


def begin_daily() -> bool:
    """Begin the day's look once the hour of `KITS_AT` has come, or none was ever made."""
    if settings.KITS_AT is None:
        return False
    local = timezone.localtime(now())
    if KitRun.objects.filter(Q(day=local.date()) | Q(finished_at__isnull=True)).exists():
        return False
    if local.time() < settings.KITS_AT and KitRun.objects.exists():
        return False
    if not PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).exists():
        return False
    try:
        begin(KitRun.Cause.DAILY, day=local.date())
    except KitRun.DoesNotExist:
        return False  # Another worker was faster: its run of this day is there.
    return True


@transaction.atomic
def step() -> bool:
    """Make the kit of one department that waits. False where none does."""
    item = (
        KitRunItem.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("department")
        .filter(state=State.WAITING)
        .order_by("pk")
        .first()
    )
    if item is None:
        return False
    try:
        with transaction.atomic():
            built = workflow.build(item.department_id, by=None)
            item.is_reminded = remind(built.edition)
        item.state = State.MADE if built.is_new else State.SAME
    except Refusal as refusal:
        item.state, item.words = State.FAILED, str(refusal)[:300]
    except Department.DoesNotExist:
        item.state, item.words = State.FAILED, _("这个科室已停用。")
    except Exception:
        # One department must not keep the others waiting.
        logger.exception("the kit of department %s was not made", item.department_id)
        item.state, item.words = State.FAILED, _("制作时出错，原因已写进运行日志。")
    item.save()
    return True


def remind(newest: KitEdition) -> bool:
    """Tell, once a change, that the kit in the drawer is older than what it is made of."""
    placed = (
        KitPlacement.objects.filter(edition__department=newest.department_id)
        .select_related("edition")
        .order_by("-pk")
        .first()
    )
    if placed is None or placed.edition_id == newest.pk:
        return False
    found = changes(placed.edition.parts, newest.parts)
    is_over = placed.edition.valid_until < newest.made_on
    key = key_of(found) if found else f"over:{placed.edition_id}" if is_over else ""
    drawer = KitDrawer.objects.select_for_update().get(department=newest.department_id)
    if not key or drawer.reminded_of == key:
        return False
    drawer.reminded_of = key
    drawer.save(update_fields=["reminded_of"])
    why = [each.words for each in found] or [_("有效期到了")]
    record(
        drawer.stream,
        "kit.stale",
        by=None,
        facts={
            "department": newest.department_id,
            "name": newest.department.name,
            "number": newest.number,
            "in_drawer": placed.edition.number,
            "why": why,
        },
    )
    return True


def _finish(pk: int) -> bool:
    """Close a run of which no department waits: tell the administrators, fill the folder."""
    if KitRunItem.objects.filter(run=pk, state=State.WAITING).exists():
        return False
    # Before the row is held: a share that hangs must not hold it. Twice puts the same files there.
    words = folder.put(settings.KITS_DIR).words[:300] if settings.KITS_DIR is not None else None
    with transaction.atomic():
        run = KitRun.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if run is None or run.finished_at or run.items.filter(state=State.WAITING).exists():
            return False
        if words is not None:
            run.folder_words = words
        run.finished_at = now()
        run.save()
        stale = run.items.filter(is_reminded=True).select_related("department")
        if names := [item.department.name for item in stale]:
            record("kits", "kits.stale", by=None, facts={"names": names, "count": len(names)})
    return True
