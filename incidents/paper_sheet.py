"""The account of a batch as a workbook: summary, entries, every number."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import Reentry, Slip
from incidents.tally import Tally, signed
from plans.marks import DRILL
from teams.sheets import Column, Sheet, text, write


def write_account(tally: Tally) -> bytes:
    """XLSX of three sheets. `tally` with its people named. Amounts are numbers, in yuan. Of a drill
    each sheet says that it is one."""
    mark = DRILL if _is_of_drill(tally) else ""
    return write(
        [
            Sheet(mark + _("账目"), _columns(what=_("项目"), value=_("内容")), _summary(tally)),
            Sheet(
                mark + _("补录"),
                _columns(
                    numbers=mark + _("号码"),
                    count=_("张数"),
                    begins=_("发生时间（起）"),
                    ends=_("发生时间（止）"),
                    amount=_("补录金额（元）"),
                    by=_("补录人"),
                    at=_("补录时间"),
                    checked_by=_("复核人"),
                    checked_at=_("复核时间"),
                    returned=_("退回理由"),
                ),
                (_entry(entry) for entry in reversed(tally.reentries)),
            ),
            Sheet(
                mark + _("号码"),
                _columns(number=mark + _("号码"), fate=_("去向"), entered=_("已补录")),
                _numbers(tally),
            ),
        ]
    )


def _columns(**headings: str) -> list[Column]:
    return [Column(name, heading, text(), width=22) for name, heading in headings.items()]


def _is_of_drill(tally: Tally) -> bool:
    return tally.batch.incident is not None and tally.batch.incident.is_drill


def _summary(tally: Tally) -> Iterator[dict[str, Any]]:
    batch = tally.batch
    lines: list[tuple[str, Any]] = [
        *([(DRILL, _("这是演练，不是真的故障"))] if _is_of_drill(tally) else []),
        (_("科室"), batch.department),
        (_("表单"), batch.kind),
        (_("号段"), batch.range_words),
        (_("状态"), batch.get_state_display()),
        (_("故障事件"), batch.incident or ""),
        (_("领用"), batch.count),
        *((label, count) for label, count, _written in tally.lines),
        (_("已补录"), len(tally.entered)),
        (_("已复核"), tally.checked_count),
    ]
    if batch.with_cash:
        lines += [
            (_("纸面合计（元）"), None if batch.paper_total is None else float(batch.paper_total)),
            (_("补录合计（元）"), float(tally.entered_total or 0)),
            (_("差额（元）"), signed(tally.difference)),
            (_("差额说明"), batch.explanation),
        ]
    lines.append((_("遗失说明"), batch.lost_reason))
    return ({"what": what, "value": value} for what, value in lines)


def _entry(entry: Reentry) -> dict[str, Any]:
    return {
        "numbers": entry.numbers,
        "count": entry.count,
        "begins": entry.event_from,
        "ends": entry.event_to,
        "amount": None if entry.amount is None else float(entry.amount),
        "by": entry.by,
        "at": entry.at,
        "checked_by": entry.checked_by or "",
        "checked_at": entry.checked_at,
        "returned": entry.returned_reason,
    }


def _numbers(tally: Tally) -> Iterator[dict[str, Any]]:
    fates = {number: fate for fate, numbers in tally.numbers.items() for number in numbers}
    for number in tally.batch.numbers:
        yield {
            "number": tally.batch.label(number),
            "fate": Slip.Fate(fates[number]).label if number in fates else "",
            "entered": _("是") if number in tally.entered else "",
        }
