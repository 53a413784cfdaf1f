"""The figures as tables for other programs: a sheet a table, and one line an incident."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models.numbering import number_of
from plans.models import FaultType, Grade
from reviews.figures import counting
from reviews.figures.asking import Asked
from reviews.figures.drawing import Promised, Row
from reviews.models import Step
from teams.models import Department
from teams.sheets import Column, Sheet

# A file of more lines is nobody's: the newest are in it, and the page says so.
LINES_MOST = 20_000

_INCIDENT = (
    Column("number", gettext_lazy("编号"), width=12),
    Column("reported_at", gettext_lazy("报告时间"), width=18),
    Column("grade", gettext_lazy("级别"), width=8),
    Column("fault_type", gettext_lazy("故障类型"), width=18),
    Column("departments", gettext_lazy("受影响科室"), width=28),
    Column("hours", gettext_lazy("时段"), width=14),
    *(
        column
        for step in Step
        for column in (
            Column(str(step), step.label, width=14, hint=gettext_lazy("从报告起，秒")),
            Column(f"{step}_target", gettext_lazy("时限"), width=10, hint=gettext_lazy("秒")),
        )
    ),
)
_GROUP = (
    Column("name", gettext_lazy("分组"), width=24),
    Column("count", gettext_lazy("起数"), width=8),
    Column("done", gettext_lazy("已完成"), width=8),
    Column("median", gettext_lazy("中位数（秒）"), width=14),
    Column("p80", gettext_lazy("80% 不超过（秒）"), width=16),
    Column("p95", gettext_lazy("95% 不超过（秒）"), width=16),
    Column("judged", gettext_lazy("有时限且已到"), width=14),
    Column("kept", gettext_lazy("按时"), width=8),
)
_PROMISES = (
    Column("name", gettext_lazy("故障类型"), width=24),
    Column("count", gettext_lazy("有预计的"), width=10),
    Column("promised", gettext_lazy("预计中位数（秒）"), width=16),
    Column("took", gettext_lazy("实际中位数（秒）"), width=16),
    Column("late", gettext_lazy("比预计晚（秒）"), width=16),
    Column("true", gettext_lazy("落在范围里"), width=12),
    Column("sooner", gettext_lazy("更早恢复"), width=10),
    Column("later", gettext_lazy("更晚恢复"), width=10),
)


def sheets(shown: dict[str, Any], asked: Asked) -> list[Sheet]:
    """One line an incident first, as the CSV takes it; then the tables of the page."""
    step = str(Step(asked.step).label)
    titles = {
        "whole": _("各步骤"),
        "by_level": _("%(step)s 按级别") % {"step": step},
        "by_type": _("%(step)s 按类型") % {"step": step},
        "by_department": _("%(step)s 按科室") % {"step": step},
        "by_hours": _("%(step)s 按时段") % {"step": step},
    }
    return [
        Sheet(_("逐起"), _INCIDENT, _incidents(asked)),
        *(Sheet(title, _GROUP, map(_line, shown[name])) for name, title in titles.items()),
        Sheet(_("%(step)s 按月") % {"step": step}, _GROUP, map(_line, shown["trend_rows"])),
        Sheet(_("预计恢复与实际"), _PROMISES, map(_promise, shown["promises"])),
    ]


def _line(row: Row) -> dict[str, Any]:
    m = row.measured
    return {
        "name": row.name,
        "count": row.count,
        "done": m.done,
        "median": m.median,
        "p80": None if m.is_few else m.p80,
        "p95": None if m.is_few else m.p95,
        "judged": m.judged,
        "kept": m.kept,
    }


def _promise(line: Promised) -> dict[str, Any]:
    is_ = line.held
    return {
        "name": line.name,
        "count": is_.count,
        "promised": is_.promised,
        "took": is_.took,
        "late": is_.late,
        "true": is_.true,
        "sooner": is_.sooner,
        "later": is_.later,
    }


def _incidents(asked: Asked) -> Iterator[dict[str, Any]]:
    departments = dict(Department.objects.values_list("pk", "name"))
    types = {value: str(label) for value, label in FaultType.choices}
    for line in counting.one_by_one(asked, LINES_MOST):
        yield line | {
            "number": number_of(line["year"], line["serial"]),
            "reported_at": timezone.localtime(line["reported_at"]),
            "grade": Grade(level=line["level"]).numeral if line["level"] else "",
            "fault_type": types.get(line["fault_type"], ""),
            "departments": "、".join(departments.get(key, "") for key in line["departments"]),
            "hours": _("上班时间") if line["in_office_hours"] else _("夜间和休息日"),
        }
