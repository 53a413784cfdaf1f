"""The drill record (domain, section 4): what page and PDF say of a drill, put together once."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from drills import scoring
from drills.happened import Happened, happened
from drills.models import Drill, Finding, Seat, Verdict
from plans.documents import Document, Section, Signature, Table, to_pdf
from plans.marks import DRILL
from teams.models import Person


@dataclass(frozen=True)
class Item:
    """One expected act: what happened, and what each evaluator says of it (by their key)."""

    happened: Happened
    verdicts: dict[int, Verdict]

    @property
    def differ(self) -> bool:
        return scoring.differ(verdict.mark for verdict in self.verdicts.values())

    @property
    def said(self) -> list[Verdict]:
        return list(self.verdicts.values())


@dataclass(frozen=True)
class Record:
    """Everything of one drill's record. `scores`: each evaluator with theirs."""

    drill: Drill
    items: list[Item]
    players: list[Seat]
    controllers: list[Person]
    evaluators: list[Person]
    scores: list[tuple[Person, scoring.Score]]
    total: int | None
    findings: list[Finding]

    @property
    def differing(self) -> int:
        return sum(item.differ for item in self.items)


def compose(drill: Drill) -> Record:
    """Put a drill's record together; query count fixed, however long the scenario."""
    verdicts: dict[int, dict[int, Verdict]] = {}
    rows = Verdict.objects.filter(expected__drill=drill).select_related("evaluator")
    for row in rows.order_by("evaluator__name", "pk"):
        verdicts.setdefault(row.expected_id, {})[row.evaluator_id] = row
    items = [Item(each, verdicts.get(each.act.pk, {})) for each in happened(drill)]
    seats = list(drill.seats.select_related("person__department"))
    evaluators = [seat.person for seat in seats if seat.part == Seat.Part.EVALUATOR]
    scores = [
        (
            person,
            scoring.score_of(
                item.verdicts[person.pk].mark for item in items if person.pk in item.verdicts
            ),
        )
        for person in evaluators
    ]
    marks = [{str(key): row.mark for key, row in item.verdicts.items()} for item in items]
    return Record(
        drill,
        items,
        [seat for seat in seats if seat.part == Seat.Part.PLAYER],
        [seat.person for seat in seats if seat.part == Seat.Part.CONTROLLER],
        evaluators,
        scores,
        scoring.together(marks),
        list(drill.findings.select_related("department", "action")),
    )


def document(record: Record, hospital: str) -> Document:
    """The record as an official document, with 【演练】 on every page."""
    drill = record.drill
    return Document(
        title=_("演练记录"),
        subtitle=drill.name,
        organisation=hospital,
        dated=timezone.localdate(drill.ended_at) if drill.ended_at else None,
        sections=(
            Section(_("演练概况"), tables=(_overview(record),)),
            Section(_("参演人员"), tables=(_players(record),)),
            Section(_("评估项目"), tables=(_items(record),)),
            Section(_("发现的问题和整改"), body=_no_findings(record), tables=_findings(record)),
            Section(_("评估小结"), body=drill.summary or _("评估尚未完成。")),
        ),
        signatures=tuple(Signature(_("评估人"), str(person)) for person in record.evaluators),
        mark=DRILL,
        has_cover=False,
        has_contents=False,
    )


def pdf(record: Record, hospital: str) -> bytes:
    """The same record gives the same bytes."""
    return to_pdf(document(record, hospital))


def _overview(record: Record) -> Table:
    drill = record.drill
    rows: list[tuple[str, str]] = [
        (_("名称"), drill.name),
        (_("形式"), str(drill.get_kind_display())),
        (_("剧本"), drill.scenario_title),
        (_("预案"), _("第 %(number)s 版") % {"number": drill.plan.number}),
        (_("时间"), _span(drill)),
        (_("倍速"), str(drill.speed)),
        (_("导调"), _names(record.controllers)),
        (_("评估人"), _names(record.evaluators)),
        (_("得分"), _percent(record.total)),
    ]
    rows += [
        (_("%(who)s的评分") % {"who": person}, _percent(score.percent))
        for person, score in record.scores
        if len(record.scores) > 1
    ]
    if drill.end_reason:
        rows.append((_("结束原因"), drill.end_reason))
    return Table((_("项目"), _("内容")), tuple(rows), widths=(1, 4))


def _players(record: Record) -> Table:
    rows = tuple(
        (seat.role, str(seat.person), str(seat.person.department or "–")) for seat in record.players
    )
    return Table((_("角色"), _("姓名"), _("科室")), rows or (("–", "–", "–"),))


def _items(record: Record) -> Table:
    rows = []
    for item in record.items:
        seen = item.happened
        said = [
            f"{row.get_mark_display()}{'：' if row.explanation else ''}{row.explanation}"
            + (f"（{row.evaluator}）" if len(record.evaluators) > 1 else "")
            for row in item.said
        ]
        rows.append(
            (
                f"{seen.act.text}（{seen.act.role}）",
                f"{seen.act.target:.0f}",
                "–" if seen.minute is None else f"{seen.minute:.1f}",
                "\n".join(said) or "–",
            )
        )
    columns = (_("应做什么"), _("最迟（分钟）"), _("实际（分钟）"), _("结论和说明"))
    return Table(columns, tuple(rows), widths=(4, 1.4, 1.4, 3.4), align="lccl")


def _findings(record: Record) -> tuple[Table, ...]:
    rows = tuple(
        (
            finding.problem,
            finding.measure,
            str(finding.department),
            finding.due_on.isoformat(),
        )
        for finding in record.findings
    )
    columns = (_("问题"), _("整改措施"), _("责任科室"), _("完成日期"))
    return (Table(columns, rows, widths=(3, 3, 1.6, 1.6)),) if rows else ()


def _no_findings(record: Record) -> str:
    return "" if record.findings else _("没有登记问题。")


def _span(drill: Drill) -> str:
    if drill.started_at is None:
        return "–"
    begins = f"{timezone.localtime(drill.started_at):%Y-%m-%d %H:%M}"
    if drill.ended_at is None:
        return begins
    if drill.is_tabletop:
        return f"{begins} – {timezone.localtime(drill.ended_at):%H:%M}"
    minutes = _("演练时间 %(n).0f 分钟") % {"n": drill.minutes_at(drill.ended_at)}
    return f"{begins} – {timezone.localtime(drill.ended_at):%H:%M}，{minutes}"


def _names(people: list[Person]) -> str:
    return "、".join(str(person) for person in people) or "–"


def _percent(number: int | None) -> str:
    return "–" if number is None else _("%(n)s 分（满分 100）") % {"n": number}


def shown(record: Record) -> dict[str, Any]:
    """For the pages."""
    return {"record": record, "drill": record.drill, "span": _span(record.drill)}
