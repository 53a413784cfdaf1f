"""A version of the plan on paper: its text, what is counted and listed as annexes, who signed.

An official document is Chinese, whatever language its reader has chosen.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from plans import content
from plans.annexes import annexes_of
from plans.documents import DRAFT, Document, Section, Signature, Table
from plans.models import Change, PlanVersion
from plans.models import Signature as Signed
from teams.models import Person

Value = dict[str, Any]
Status = PlanVersion.Status

# A version that is not in force says so on every page.
_MARKS: dict[str, str] = {
    Status.DRAFT: DRAFT,
    Status.REVIEW: "【征求意见稿】",
    Status.APPROVED: "【待发布】",
    Status.SCHEDULED: "【待生效】",
    Status.REPLACED: "【已被替换】",
    Status.DISCARDED: "【已作废】",
}


def document_of(plan: PlanVersion) -> Document:
    """The version as a document. The number of queries is fixed."""
    with translation.override("zh-hans"):
        value = content.read(plan)
        people = dict(Person.objects.values_list("username", "name"))
        return Document(
            title=plan.title,
            subtitle=f"（第{plan.number}版{'，示例' if plan.is_example else ''}）",
            organisation=settings.HOSPITAL_NAME,
            dated=_day(plan.effective_at or plan.approved_at or plan.drafted_at),
            sections=tuple(_sections(value["sections"])),
            facts=tuple(_facts(plan)),
            versions=_versions(plan),
            signatures=tuple(_signatures(plan)),
            annexes=tuple(annexes_of(value, people)),
            header=f"{settings.HOSPITAL_NAME}{plan.title}　第{plan.number}版",
            footer="示例预案，级别和时限须由医院核定。" if plan.is_example else "",
            mark=_MARKS.get(plan.status, ""),
        )


def file_name(plan: PlanVersion, kind: str) -> str:
    """What the file is called; `kind` is pdf or docx."""
    return f"{plan.title}（第{plan.number}版）.{kind}"


def _sections(clauses: list[Value]) -> Iterator[Section]:
    """Clauses one under the other, as their numbers say: 3, 3.1, 3.1.2."""
    while clauses:
        first, *rest = clauses
        inside = first["number"] + "."
        below = [clause for clause in rest if clause["number"].startswith(inside)]
        yield Section(
            first["title"],
            first["body"],
            sections=tuple(_sections(below)),
            number=int(first["number"].rpartition(".")[2]),
        )
        clauses = rest[len(below) :]


def _facts(plan: PlanVersion) -> Iterator[tuple[str, str]]:
    yield "版本", f"第{plan.number}版"
    yield "状态", str(plan.get_status_display())
    for name, at in (
        ("批准时间", plan.approved_at),
        ("生效时间", plan.effective_at),
        ("被替换时间", plan.replaced_at),
    ):
        if at:
            yield name, _moment(at)


def _versions(plan: PlanVersion) -> Table:
    """All versions up to this one that were approved, the newest first, and what they changed."""
    known = PlanVersion.objects.filter(number__lte=plan.number)
    known = known.exclude(status=Status.DISCARDED) | known.filter(pk=plan.pk)
    versions = [
        version
        for version in known.select_related("drafted_by").order_by("-number")
        if version.pk == plan.pk or version.approved_at or version.was_in_force
    ]
    changes = _by_plan(Change.objects.filter(plan__in=versions))
    signed = _by_plan(Signed.objects.filter(plan__in=versions).select_related("person"))
    return Table(
        columns=("版本", "生效日期", "修订说明与依据", "起草", "批准"),
        rows=tuple(
            (
                f"第{version.number}版",
                _date(version.effective_at),
                _reasons(version, changes.get(version.pk, [])),
                str(version.drafted_by or ""),
                "、".join(
                    str(one.person)
                    for one in signed.get(version.pk, [])
                    if one.round == version.round
                ),
            )
            for version in versions
        ),
        widths=(1.1, 1.8, 5, 1.3, 1.6),
        align="cclcc",
    )


def _by_plan(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.plan_id, []).append(row)
    return found


def _reasons(version: PlanVersion, changes: list[Change]) -> str:
    reasons = [version.reason] if version.reason else []
    for change in changes:
        about = f"{change.about}：" if change.about else ""
        reasons.append(f"{about}{change.note}（依据：{change.source}）")
    return "\n".join(reasons) or ("首次发布" if version.based_on_id is None else "")


def _signatures(plan: PlanVersion) -> Iterator[Signature]:
    """Who approved this content; blank lines for the pen while nobody has."""
    signed = plan.signatures.filter(round=plan.round).select_related("person")
    rows = [one for one in signed if one.hash == plan.signed_hash]
    for one in rows:
        role = f"领导小组{one.get_part_display()}"
        yield Signature(role, str(one.person), _moment(one.at), one.remark)
    if not rows:
        yield Signature("领导小组组长")
        yield Signature("领导小组副组长")


def _moment(at: datetime.datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _date(at: datetime.datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else ""


def _day(at: datetime.datetime | None) -> datetime.date | None:
    return timezone.localtime(at).date() if at else None
