"""What a change of rosters, leave or stand-ins would break, told before it is saved.

`find` compares the calendars as they are with the calendars as they would be, and gives what is
new; what is wrong with one calendar, `teams.surveying` sees. Nothing is written: the verbs ask it
and refuse where nobody has accepted what it says.
"""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from journal.refusals import Refusal
from teams import spans
from teams.compiling import Inputs, Stretch, compile_calendar
from teams.inputs import World, horizon, inputs_of
from teams.models import ContactPoint, Duty, Person, Roster
from teams.rules import RosterRules, rules_of
from teams.surveying import Calendar, Fact, Kind, Work, survey
from teams.wording import span_words

Moment = datetime.datetime


@dataclass(frozen=True)
class Conflict:
    """One thing that a change would break, and how often: the first time, and how many `more`.

    `other` is the other roster of a double booking, or the rung that is not covered.
    """

    kind: Kind
    roster: str
    starts_at: Moment
    ends_at: Moment
    person: str = ""
    other: str = ""
    more: int = 0

    @property
    def words(self) -> str:
        """The conflict as a sentence, in the hospital's time."""
        span = span_words(self.starts_at, self.ends_at)
        facts = {"roster": self.roster, "person": self.person, "span": span, "other": self.other}
        match self.kind:
            case Kind.DOUBLE_BOOKING if self.other:
                said = _("%(person)s %(span)s 同时在「%(roster)s」和「%(other)s」值班") % facts
            case Kind.DOUBLE_BOOKING:
                said = _("%(person)s %(span)s 在「%(roster)s」排了两个位置") % facts
            case Kind.ON_LEAVE:
                said = _("%(person)s %(span)s 请假，但排在「%(roster)s」") % facts
            case Kind.UNREACHABLE:
                said = _("%(person)s %(span)s 在「%(roster)s」值班，但没有可用的联系方式") % facts
            case Kind.TOO_LITTLE_REST:
                said = _("%(person)s %(span)s 之间休息不够，下一班在「%(roster)s」") % facts
            case Kind.COVERAGE:
                said = _("%(span)s %(other)s叫不到足够的人") % facts
            case _:
                said = _("「%(roster)s」%(span)s 没有人值班") % facts
        return said + (_("，另有 %(count)s 处") % {"count": self.more} if self.more else "")


@dataclass(frozen=True)
class Tried:
    """Calendars of rosters as a change would make them.

    `calendars`: by the roster's key, of those that are stored. `leading`: position, key and
    calendar of those that would stand in for leadership, also of one not stored yet (key 0).
    """

    calendars: Mapping[int, Sequence[Stretch]]
    leading: Sequence[tuple[int, int, Sequence[Stretch]]] = ()


# Takes what a change would make of calendars, and the moment from which it would.
Question = Callable[[Tried, Moment], Iterable[Conflict]]
_questions: list[Question] = []


def also_ask(question: Question) -> Question:
    """Register a question of a higher room (plans: is every rung still covered?) about a change."""
    if question not in _questions:
        _questions.append(question)
    return question


class ConflictsFound(Refusal):
    """The change would break something; it is saved only with a reason why that is accepted."""

    code = "conflicts"

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(
            _("这样改会有 %(count)s 处冲突：%(first)s。确实要这样排，请写明理由。")
            % {"count": len(conflicts), "first": conflicts[0].words},
            # Where the reason is written stands each of them.
            fields={"accept_conflicts": "；".join(each.words for each in conflicts)},
        )
        self.conflicts = list(conflicts)


class Ruled(NamedTuple):
    """A roster's rules, and all that its calendar depends on."""

    rules: RosterRules
    inputs: Inputs


@dataclass(frozen=True)
class Proposal:
    """One roster as it is and as it would be. One that is not stored yet has no `before`."""

    roster: Roster
    before: Ruled | None
    after: Ruled


def as_it_is(roster: Roster, at: Moment, shared: World | None = None) -> Ruled:
    """The roster as it is stored, from `at` on."""
    rules = rules_of(roster)
    return Ruled(rules, inputs_of(roster, at, rules=rules, shared=shared))


def insist(conflicts: Sequence[Conflict], reason: str) -> dict[str, object]:
    """Raise ConflictsFound unless there are none or a reason is given; give the journal's facts."""
    if not conflicts:
        return {}
    if not reason.strip():
        raise ConflictsFound(conflicts)
    return {"accepted": [each.words for each in conflicts], "accepted_because": reason.strip()}


def of_rules(roster: Roster, rules: RosterRules, at: Moment) -> list[Conflict]:
    """What other rules for a roster (stored or not) would break from `at` on."""
    if roster.pk is None:
        after = Ruled(rules, inputs_of(roster, at, rules=rules))
        return find([Proposal(roster, None, after)], at)
    before = as_it_is(roster, at)
    layers = rules.layers if rules.is_active else ()
    after = Ruled(rules, dataclasses.replace(before.inputs, layers=layers))
    return find([Proposal(roster, before, after)], at)


def find(proposed: Sequence[Proposal], at: Moment) -> list[Conflict]:
    """What these changes, made together, would break between `at` and the horizon; the most urgent
    first. What is broken already is not told again. Four queries, and those of `also_ask`."""
    if not proposed:
        return []
    until = horizon(at, proposed[0].after.inputs.zone)
    after = [_calendar(each.roster, each.after, at, until) for each in proposed]
    before = [
        _calendar(each.roster, each.before, at, until)
        for each in proposed
        if each.before is not None
    ]
    people = {
        stretch.person for calendar in before + after for stretch in calendar.compiled.stretches
    }
    elsewhere = _elsewhere(people, [each.roster.pk for each in proposed], at)
    reach = _reach(people)
    found = survey(after, elsewhere, reach, at, until)
    known = survey(before, elsewhere, reach, at, until)
    told = _told(_new(found, known), {each.key: each.rules.name for each in after})
    tried = Tried(
        {each.key: each.compiled.stretches for each in after if each.key != _NEW},
        [
            (each.rules.position, each.key, each.compiled.stretches)
            for each in after
            if each.rules.stands_in_for_leadership and each.rules.is_active
        ],
    )
    return told + [conflict for question in _questions for conflict in question(tried, at)]


# Stands for the key of a roster that is not stored yet.
_NEW = 0


def _calendar(roster: Roster, ruled: Ruled, at: Moment, until: Moment) -> Calendar:
    return Calendar(roster.pk or _NEW, ruled.rules, compile_calendar(ruled.inputs, at, until))


# Reading ----------------------------------------------------------------------------------------


def _elsewhere(people: set[int], rosters: list[int | None], at: Moment) -> dict[int, list[Work]]:
    """What these people serve in rosters that do not change; also what has just ended."""
    week_ago = at - datetime.timedelta(days=7)
    duties = (
        Duty.objects.filter(person__in=people, ends_at__gt=week_ago)
        .exclude(roster__in=[pk for pk in rosters if pk is not None], ends_at__gt=at)
        .values_list(
            *("person_id", "starts_at", "ends_at", "roster_id", "shift", "shift_on"),
            "roster__minimum_rest_hours",
        )
    )
    found: dict[int, list[Work]] = defaultdict(list)
    for person, starts_at, ends_at, roster, shift, shift_on, rest in duties:
        found[person].append(Work(starts_at, ends_at, roster, (shift, shift_on), rest, False))
    return found


def _reach(people: set[int]) -> dict[int, list[ContactPoint]]:
    """Ways to reach these people besides the product itself, which nobody reads asleep."""
    points: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in ContactPoint.objects.in_use().filter(person__in=people):
        if point.kind != ContactPoint.Kind.IN_APP:
            points[point.person_id].append(point)
    return points


# Telling ----------------------------------------------------------------------------------------


def _new(found: set[Fact], known: set[Fact]) -> list[Fact]:
    """What is found but was not known, each group with its time joined. A gap that is smaller, or
    a double booking that is shorter, is no news."""
    before: dict[tuple[object, ...], list[spans.Span]] = defaultdict(list)
    after: dict[tuple[object, ...], list[spans.Span]] = defaultdict(list)
    new = []
    for fact in found - known:
        # A pause may have no length at all, so it is compared as a whole.
        if fact.kind == Kind.TOO_LITTLE_REST:
            new.append(fact)
        else:
            after[fact[:4]].append(fact[4:])
    for fact in known:
        before[fact[:4]].append(fact[4:])
    for group, times in after.items():
        first = Fact(*group, *times[0])  # type: ignore[call-arg, arg-type]
        new += [
            first._replace(starts_at=starts_at, ends_at=ends_at)
            for starts_at, ends_at in spans.without(times, before[group])
        ]
    return new


def _told(facts: list[Fact], names: dict[int, str]) -> list[Conflict]:
    """One conflict for each kind, roster and person: the first of them, and how many more.

    `names` are those of rosters that are not stored so yet.
    """
    people = Person.objects.in_bulk({fact.person for fact in facts if fact.person})
    others = {fact.other for fact in facts if fact.other} | {fact.roster for fact in facts}
    for roster in Roster.objects.filter(pk__in=others - set(names)):
        names[roster.pk] = roster.name
    grouped: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    # What begins together is told in the order of the kinds: the cause before what it leaves empty.
    order = list(Kind)
    for fact in sorted(facts, key=lambda fact: (*fact[4:], order.index(fact.kind), *fact[1:2])):
        grouped[fact[:4]].append(fact)
    return [
        Conflict(
            kind=first.kind,
            roster=names[first.roster],
            starts_at=first.starts_at,
            ends_at=first.ends_at,
            person=str(people[first.person]) if first.person else "",
            other=names[first.other] if first.other else "",
            more=len(rest),
        )
        for first, *rest in grouped.values()
    ]
