"""What other holidays would do to the calendars: who loses which shifts and who gains which, and
what that would break. Nothing is written."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from teams import conflicts, spans
from teams.compiling import Stretch, compile_calendar
from teams.inputs import every_inputs, horizon, world
from teams.models import Person, Roster
from teams.wording import span_words

Moment = datetime.datetime
# So many of a person's spans are told one by one.
_TOLD = 3


@dataclass(frozen=True)
class Moved:
    """One person's change in one roster; `more` counts the spans that are not told."""

    roster: Roster
    person: str
    lost: list[str]
    gained: list[str]
    more: int


@dataclass(frozen=True)
class Effects:
    """Whose shifts would move, and what that would break."""

    moved: list[Moved]
    conflicts: list[conflicts.Conflict]


def of_days(changed: Mapping[datetime.date, bool | None], at: Moment) -> Effects:
    """What these days would do from `at` on: does the hospital work, None for as the weekday says.

    All rosters in use are compiled twice, to the horizon: a day less in a rota that counts shifts
    moves every turn after it.
    """
    rosters = list(Roster.objects.filter(is_active=True).select_related("group"))
    shared = world(at)
    days = {day: works for day, works in shared.days.items() if day not in changed}
    days |= {day: works for day, works in changed.items() if works is not None}
    if days == shared.days or not rosters:
        return Effects([], [])
    until = horizon(at, shared.zone)
    moved: list[tuple[Roster, int, list[spans.Span], list[spans.Span]]] = []
    proposed = []
    for pk, (rules, inputs) in every_inputs(rosters, at, shared).items():
        roster = next(each for each in rosters if each.pk == pk)
        other = replace(inputs, days=days)
        before = _by_person(compile_calendar(inputs, at, until).stretches)
        after = _by_person(compile_calendar(other, at, until).stretches)
        news = []
        for person in sorted(set(before) | set(after)):
            lost = spans.without(before[person], after[person])
            gained = spans.without(after[person], before[person])
            if lost or gained:
                news.append((roster, person, lost, gained))
        if news:
            moved += news
            known = conflicts.Ruled(rules, inputs)
            proposed.append(conflicts.Proposal(roster, known, conflicts.Ruled(rules, other)))
    names = Person.objects.in_bulk({person for _roster, person, _lost, _gained in moved})
    return Effects(
        [
            Moved(
                roster,
                str(names[person]),
                [span_words(*span) for span in lost[:_TOLD]],
                [span_words(*span) for span in gained[:_TOLD]],
                max(0, len(lost) - _TOLD) + max(0, len(gained) - _TOLD),
            )
            for roster, person, lost, gained in moved
        ],
        conflicts.find(proposed, at),
    )


def _by_person(stretches: Iterable[Stretch]) -> dict[int, list[spans.Span]]:
    found: dict[int, list[spans.Span]] = defaultdict(list)
    for each in stretches:
        found[each.person].append((each.starts_at, each.ends_at))
    return found
