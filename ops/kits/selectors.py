"""What the kits' pages show: the state of each department's kit in words. Fixed queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.recording import now
from ops.kits import authority, hospital
from ops.kits.composing import compose
from ops.kits.models import SHEETS, KitDrawer, KitEdition, KitPlacement, KitRun, KitRunItem
from ops.kits.staleness import changes
from teams.models import Department, Person


@dataclass(frozen=True)
class Shown:
    """One department's kit. `why`: what has changed since the newest edition; `why_drawer`: since
    the one in the drawer. `tone` and `words` say how it stands."""

    department: Department
    sheets: int
    edition: KitEdition | None
    placed: KitPlacement | None
    why: list[str] = field(default_factory=list)
    why_drawer: list[str] = field(default_factory=list)
    has_plan: bool = True
    is_over: bool = False

    @property
    def tone(self) -> str:
        """`calm` where nothing is to be done, else `soon`."""
        if not self.has_plan or self.edition is None or self.why or self.is_over:
            return "soon"
        return "calm" if self.is_in_drawer else "soon"

    @property
    def is_in_drawer(self) -> bool:
        return self.placed is not None and self.placed.edition_id == getattr(
            self.edition, "pk", None
        )

    @property
    def words(self) -> str:
        if not self.has_plan:
            return _("还没有现行预案，不能制作")
        if self.edition is None:
            return _("还没有制作")
        if self.is_over:
            return _("过了有效期，请重新制作并打印")
        if self.why:
            return _("比现在的情况旧，请重新制作")
        if self.placed is None:
            return _("已制作，还没有人确认打印放好")
        if not self.is_in_drawer:
            return _("抽屉里是第 %(old)s 版，请换成第 %(new)s 版") % {
                "old": self.placed.edition.number,
                "new": self.edition.number,
            }
        return _("抽屉里是最新的一版")


def may_see(by: Person) -> Iterable[Department]:
    """Departments whose kit this person may see."""
    departments = Department.objects.filter(is_active=True)
    if not authority.sees_all(by):
        departments = departments.filter(pk=by.department_id or 0)
    return departments


def shown(departments: Iterable[Department]) -> list[Shown]:
    """How the kits of these departments stand now. The number of queries is fixed."""
    today = timezone.localdate(now())
    told = hospital.read(today)
    editions = _newest(KitEdition.objects.select_related("plan", "made_by"), "department_id")
    placed = _newest(KitPlacement.objects.select_related("edition", "by"), "edition__department_id")
    placements = {one.edition.department_id: one for one in placed}
    newest = {one.department_id: one for one in editions}
    sheets = dict(KitDrawer.objects.values_list("department", "sheets"))
    return [
        _shown(
            told,
            department,
            newest.get(department.pk),
            placements.get(department.pk),
            sheets.get(department.pk, SHEETS),
            today,
        )
        for department in departments
    ]


def _newest(rows: Any, key: str) -> Any:
    return rows.order_by(key, "-pk").distinct(key)


def _shown(
    told: hospital.Hospital,
    department: Department,
    edition: KitEdition | None,
    placed: KitPlacement | None,
    sheets: int,
    today: Any,
) -> Shown:
    if told.plan is None or edition is None:
        return Shown(department, sheets, edition, placed, has_plan=told.plan is not None)
    composed = compose(told, department, sheets)
    is_same = composed.fingerprint == edition.fingerprint
    why = [] if is_same else [each.words for each in changes(edition.parts, composed.parts)]
    drawer = placed.edition if placed else edition
    return Shown(
        department,
        sheets,
        edition,
        placed,
        why=why or ([] if is_same else [_("内容有变动")]),
        why_drawer=[each.words for each in changes(drawer.parts, composed.parts)],
        is_over=edition.valid_until < today,
    )


@dataclass(frozen=True)
class Progress:
    """How far the newest run has come."""

    run: KitRun
    items: list[KitRunItem]

    @property
    def done(self) -> int:
        return sum(item.state != KitRunItem.State.WAITING for item in self.items)

    @property
    def made(self) -> int:
        return sum(item.state == KitRunItem.State.MADE for item in self.items)

    @property
    def failed(self) -> list[KitRunItem]:
        return [item for item in self.items if item.state == KitRunItem.State.FAILED]

    @property
    def is_running(self) -> bool:
        return self.run.finished_at is None


def progress() -> Progress | None:
    """The run that is under way, else the newest, or None. Three queries at most."""
    runs = KitRun.objects.all()
    run = runs.filter(finished_at__isnull=True).order_by("pk").first() or runs.first()
    if run is None:
        return None
    return Progress(run, list(run.items.select_related("department")))
