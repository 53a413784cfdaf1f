"""The compiler against a checker that knows nothing of intervals and looks at every minute."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from teams.compiling import Absence, Cover, Substitute, compile_calendar
from teams.rules import LayerRules
from tests.teams.making import SHANGHAI, inputs

START = datetime.datetime(2026, 4, 30, 21, 17, tzinfo=datetime.UTC)
LENGTH = 40 * 60
MINUTE = datetime.timedelta(minutes=1)
END = START + LENGTH * MINUTE
PEOPLE = st.integers(1, 5)


@st.composite
def layers(draw):
    days = draw(st.sampled_from(["every", "workday", "restday", "holiday", "weekdays"]))
    starts_on = draw(st.dates(datetime.date(2026, 4, 1), datetime.date(2026, 5, 2)))
    length = draw(st.none() | st.integers(0, 20))
    return LayerRules(
        name=draw(st.sampled_from(["甲", "乙"])),
        people=tuple(draw(st.lists(PEOPLE, min_size=1, max_size=4))),
        starts_on=starts_on,
        ends_on=None if length is None else starts_on + datetime.timedelta(days=length),
        begins=draw(st.times()).replace(second=0, microsecond=0),
        minutes=draw(st.integers(1, 1500) | st.integers(1, 7 * 24 * 60)),
        position=draw(st.integers(1, 3)),
        kind=draw(st.sampled_from(["rotation", "fixed"])),
        days=days,
        weekdays=draw(st.integers(1, 127)) if days == "weekdays" else 0,
        turn=draw(st.sampled_from(["day", "week", "shift"])),
        turn_every=draw(st.integers(1, 3)),
        at_once=draw(st.integers(1, 3)),
    )


@st.composite
def spans(draw):
    begins = draw(st.integers(-600, LENGTH))
    ends = begins + draw(st.integers(1, 1500))
    return START + begins * MINUTE, START + ends * MINUTE


HOLIDAYS = st.dictionaries(
    st.dates(datetime.date(2026, 4, 20), datetime.date(2026, 5, 4)), st.booleans(), max_size=8
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(layers(), max_size=4),
    HOLIDAYS,
    st.lists(st.tuples(spans(), PEOPLE), max_size=4),
    st.lists(st.tuples(spans(), PEOPLE, PEOPLE), max_size=4),
    st.lists(st.tuples(spans(), st.lists(PEOPLE, min_size=1, max_size=3)), max_size=3),
    st.frozensets(PEOPLE, max_size=1),
)
def test_every_minute_is_served_by_whom_the_rules_name(
    layers, days, absences, covers, substitutes, gone
):
    given_inputs = inputs(
        *layers,
        days=days,
        absences=[Absence(*span, person) for span, person in absences],
        covers=[Cover(*span, person, other) for span, person, other in covers],
        substitutes=[Substitute(*span, tuple(dict.fromkeys(p))) for span, p in substitutes],
        gone=gone,
    )
    compiled = compile_calendar(given_inputs, START, END)
    found = [{} for _minute in range(LENGTH)]
    for each in compiled.stretches:
        assert START <= each.starts_at < each.ends_at <= END
        for minute in minutes(each):
            assert each.slot not in found[minute]
            found[minute][each.slot] = each.person
    empty = [set() for _minute in range(LENGTH)]
    for gap in compiled.gaps:
        for minute in minutes(gap):
            empty[minute].add(gap.slot)
    checker = Checker(given_inputs)
    for minute in range(LENGTH):
        served, unserved = checker.at(START + minute * MINUTE)
        assert found[minute] == served
        assert empty[minute] == unserved
        assert len(set(served.values())) == len(served)


def minutes(span):
    return range((span.starts_at - START) // MINUTE, (span.ends_at - START) // MINUTE)


class Checker:
    """The rules, read literally for one minute. Written without a look at the compiler."""

    def __init__(self, given_inputs):
        self.inputs = given_inputs
        self.shifts = [list(self.shifts_of(layer)) for layer in given_inputs.layers]

    def shifts_of(self, layer):
        day, number = layer.starts_on, -1
        while day <= datetime.date(2026, 5, 5):
            known = self.inputs.days.get(day)
            works = known if known is not None else day.weekday() not in (5, 6)
            meant = {
                "every": True,
                "workday": works,
                "restday": not works,
                "holiday": known is False,
                "weekdays": str(day.weekday())
                in [str(bit) for bit in range(7) if layer.weekdays & 2**bit],
            }[layer.days]
            if meant and (layer.ends_on is None or day <= layer.ends_on):
                number += 1
                since = (day - layer.starts_on).days
                count = {"day": since, "week": since // 7, "shift": number}[layer.turn]
                begins = datetime.datetime.combine(day, layer.begins, SHANGHAI)
                yield begins, self.people(layer, count // layer.turn_every)
            day += datetime.timedelta(days=1)

    def people(self, layer, turn):
        if layer.kind == "fixed":
            return list(layer.people)
        circle = list(layer.people) * 100
        shifted = circle[turn * layer.at_once % len(layer.people) :]
        people = shifted[: min(layer.at_once, len(layer.people))]
        return people + [None] * (layer.at_once - len(people))

    def at(self, moment):
        substitutes = [each for each in self.inputs.substitutes if self.holds(each, moment)]
        if substitutes:
            served, unserved = self.settle(list(enumerate(substitutes[-1].people)), moment)
            if served:
                return served, set()
            base = self.base(moment)
            return self.settle(base, moment) if base else (served, unserved)
        return self.settle(self.base(moment), moment)

    def base(self, moment):
        running = []
        for number, (layer, shifts) in enumerate(zip(self.inputs.layers, self.shifts, strict=True)):
            begun = [shift for shift in shifts if shift[0] <= moment]
            if begun and moment < begun[-1][0] + layer.minutes * MINUTE:
                running.append((number, layer, begun[-1][1]))
        top = max((layer.position for _number, layer, _people in running), default=None)
        places = []
        for number, layer, people in running:
            if layer.position == top:
                before = self.inputs.layers[:number]
                first = sum(
                    len(each.people) if each.kind == "fixed" else each.at_once
                    for each in before
                    if each.position == top
                )
                places += [(first + place, person) for place, person in enumerate(people)]
        return places

    def settle(self, places, moment):
        served, unserved = {}, set()
        for slot, owner in sorted(places, key=lambda place: place[0]):
            person = owner
            for each in self.inputs.covers:
                if self.holds(each, moment) and each.person == person:
                    person = each.stand_in
            is_away = any(
                each.person == person and self.holds(each, moment) for each in self.inputs.absences
            )
            if person is None or is_away or person in self.inputs.gone or person in served.values():
                unserved.add(slot)
            else:
                served[slot] = person
        return served, unserved

    @staticmethod
    def holds(span, moment):
        return span.starts_at <= moment < span.ends_at
