"""Verbs of the holiday table: filled from what was published, corrected by hand."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import duty_authority as authority
from teams.models import Day, Person, Roster
from teams.models.calendar import FRIDAY
from teams.workflow.calendar import lock_duty, recompile

_DAY = datetime.timedelta(days=1)


@transaction.atomic
def fill_holidays(*, by: Person | None, years: Iterable[int]) -> int:
    """Fill the table with the public holidays of these years, shifted working days included, and
    give how many days changed. Days written by hand stay. Administrators only.

    A year whose arrangement is not published yet gets its public holidays without shifted days.
    """
    _allowed(by)
    lock_duty()
    years = sorted(set(years))
    changed, gone = what_filling_changes(years)
    Day.objects.filter(date__in=gone).delete()
    Day.objects.bulk_create(
        [
            Day(date=date, is_working=works, name=name, source=Day.Source.PUBLISHED)
            for date, (works, name) in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["is_working", "name", "source"],
    )
    if changed or gone:
        record(
            "teams",
            "holidays.fill",
            by=by,
            facts={"years": years, "changed": len(changed), "removed": len(gone)},
        )
        recompile(Roster.objects.filter(is_active=True), by=by, at=now())
    return len(changed) + len(gone)


def what_filling_changes(
    years: Iterable[int],
) -> tuple[dict[datetime.date, tuple[bool, str]], set[datetime.date]]:
    """What `fill_holidays` would write, `{date: (does the hospital work, name)}`, and which days
    it would take out; nothing is written."""
    years = sorted(set(years))
    wanted = _published(years)
    stored = {day.date: day for day in Day.objects.filter(date__year__in=years)}
    by_hand = {date for date, day in stored.items() if day.source == Day.Source.EDITED}
    changed = {
        date: said
        for date, said in wanted.items()
        if date not in by_hand
        and (date not in stored or (stored[date].is_working, stored[date].name) != said)
    }
    return changed, set(stored) - set(wanted) - by_hand


@transaction.atomic
def set_day(
    date: datetime.date,
    *,
    by: Person | None,
    is_working: bool,
    name: str,
    seen: str | None = None,
) -> Day:
    """Say by hand whether the hospital works on a day. Administrators only.

    `seen`: the day's mark as the person saw it; raises Conflict where it is another now.
    """
    _allowed(by)
    if not name.strip():
        sentence = _("请写这一天的名称，例如「国庆节」或「调休上班」。")
        raise Incomplete(sentence, fields={"name": sentence})
    lock_duty()
    _insist_as_seen(date, seen)
    day, _is_new = Day.objects.update_or_create(
        date=date,
        defaults={"is_working": is_working, "name": name.strip(), "source": Day.Source.EDITED},
    )
    _told(by, date, name=day.name, works=is_working)
    return day


@transaction.atomic
def clear_day(date: datetime.date, *, by: Person | None, seen: str | None = None) -> None:
    """The day is again what its weekday says. Administrators only. `seen` as in `set_day`."""
    _allowed(by)
    lock_duty()
    _insist_as_seen(date, seen)
    if Day.objects.filter(date=date).delete()[0]:
        _told(by, date, name="", works=date.weekday() <= FRIDAY)


def mark_of(day: Day | None) -> str:
    """What a day's row says, in one word to compare with: a row of this table has no version."""
    return "" if day is None else f"{int(day.is_working)} {day.source} {day.name}"


def _insist_as_seen(date: datetime.date, seen: str | None) -> None:
    if seen is not None and seen != mark_of(Day.objects.filter(date=date).first()):
        raise Conflict(_("您打开页面之后，别人已经更新了。请看最新情况，您填写的内容还在。"))


def _told(by: Person | None, date: datetime.date, *, name: str, works: bool) -> None:
    record(
        "teams",
        "holidays.change",
        by=by,
        facts={
            "date": date,
            "name": name,
            "works": works,
            "words": _("上班") if works else _("休息"),
        },
    )
    recompile(Roster.objects.filter(is_active=True), by=by, at=now())


def _allowed(by: Person | None) -> None:
    if not authority.may_edit_rosters(None, by):
        raise NotAllowed(_("节假日由管理员修改。"))


def _published(years: list[int]) -> dict[datetime.date, tuple[bool, str]]:
    """`{date: (does the hospital work, name)}`: holidays, their weekends, shifted working days."""
    # Reads the rules of a whole country; needed once a year, not in every process.
    import holidays

    table = holidays.country_holidays("CN", years=years, language="zh_CN")
    shifted = {date for date in getattr(table, "weekend_workdays", ()) if date.year in years}
    said = {date: (False, str(name)[:40]) for date, name in table.items()}
    # A weekend that touches a holiday is one block with it, as the arrangement is published.
    for date, (_works, name) in sorted(said.items()):
        for step in (-_DAY, _DAY):
            beside = date + step
            while beside.weekday() > FRIDAY and beside not in said and beside not in shifted:
                said[beside] = (False, name)
                beside += step
    said |= dict.fromkeys(shifted, (True, "调休上班"))
    return {date: each for date, each in said.items() if date.year in years}
