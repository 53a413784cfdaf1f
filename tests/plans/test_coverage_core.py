"""The proof against a plain checker that looks at every minute."""

import datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from plans import coverage
from plans.coverage import Candidate, Demand, Point, Want
from teams.spans import joined

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = 60
# A night at the end of February of a leap year: over midnight, over the month's end.
START = int(datetime.datetime(2028, 2, 28, 20, 0, tzinfo=ZONE).timestamp())
LENGTH = 2 * 24 * 60
END = START + LENGTH * MINUTE
AT = datetime.datetime.fromtimestamp(START, datetime.UTC)
KINDS = ("phone", "sms", "email", "in_app")
OFF = {"phone", "sms"}

minutes = st.integers(0, LENGTH)
spans = st.lists(
    st.tuples(minutes, minutes).map(
        lambda pair: (START + min(pair) * MINUTE, START + max(pair) * MINUTE)
    ),
    max_size=4,
)
times = st.builds(datetime.time, st.integers(0, 23), st.sampled_from([0, 1, 30, 59]))
hours = st.one_of(st.just((None, None)), st.tuples(times, times))
ages = st.one_of(
    st.none(), st.sampled_from([0, 29, 30, 31, 90]).map(lambda days: datetime.timedelta(days=days))
)


@st.composite
def points(draw):
    kind = draw(st.sampled_from(KINDS))
    age = draw(ages)
    begins, ends = draw(hours)
    return Point(kind, kind in OFF, None if age is None else AT - age, begins, ends)


@st.composite
def worlds(draw):
    people = {
        pk: Candidate(pk, f"员工{pk}", draw(st.lists(points(), max_size=3)), draw(spans))
        for pk in range(draw(st.integers(0, 4)))
    }
    named = st.dictionaries(st.sampled_from(sorted(people)), spans) if people else st.just({})
    demands = [
        Demand(
            level=1,
            position=position,
            target="",
            presence={pk: joined(found) for pk, found in draw(named).items()},
            channels=tuple(draw(st.lists(st.sampled_from(KINDS), max_size=2, unique=True))),
            needed=draw(st.integers(1, 3)),
        )
        for position in range(draw(st.integers(1, 3)))
    ]
    return demands, people


def is_on(point: Point, second: int) -> bool:
    if point.begins is None or point.ends is None:
        return True
    time = datetime.datetime.fromtimestamp(second, ZONE).time()
    if point.begins < point.ends:
        return point.begins <= time < point.ends
    return time >= point.begins or time < point.ends


def reached_by_hand(demand: Demand, people: dict[int, Candidate], second: int) -> tuple[int, int]:
    """People reached in this second, and those off the hospital's network: no cleverness."""
    found = off = 0
    for pk, present in demand.presence.items():
        if not any(begins <= second < ends for begins, ends in present):
            continue
        person = people[pk]
        if any(begins <= second < ends for begins, ends in person.leave):
            continue
        good = [
            point
            for point in person.points
            if (not demand.channels or point.kind in demand.channels)
            and point.proved_at is not None
            and AT - point.proved_at <= datetime.timedelta(days=30)
            and is_on(point, second)
        ]
        found += bool(good)
        off += any(point.off_network for point in good)
    return found, off


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_the_proof_finds_what_a_look_at_every_minute_finds(world):
    demands, people = world
    gaps = coverage.prove(demands, people, start=START, end=END, at=AT, zone=ZONE)
    for demand in demands:
        mine = [gap for gap in gaps if gap.demand is demand]
        assert all(gap.ends > gap.begins for gap in mine)
        for second in range(START, END, MINUTE):
            found, off = reached_by_hand(demand, people, second)
            holding = [gap for gap in mine if gap.begins <= second < gap.ends]
            if found >= demand.needed and off:
                assert holding == []
            else:
                (gap,) = holding
                assert (gap.reached, gap.off_network) == (found, off)


def proof(*people: Candidate, needed: int = 1, **facts):
    demand = Demand(2, 3, "信息技术部一线", {p.pk: [(START, END)] for p in people}, needed=needed)
    people_by_key = {person.pk: person for person in people}
    return coverage.prove([demand], people_by_key, start=START, end=END, at=AT, zone=ZONE, **facts)


PHONE = Point("phone", True, AT)


def test_nobody_named_is_one_gap_over_everything():
    (gap,) = proof()
    assert (gap.begins, gap.ends, gap.reached, gap.named) == (START, END, 0, 0)


def test_a_reason_is_given_for_each_person_who_is_not_reached():
    night = Point("phone", True, AT, datetime.time(8), datetime.time(18))
    old = Point("sms", True, AT - datetime.timedelta(days=90))
    gap = proof(
        Candidate(1, "甲", [PHONE], [(START, END)]),
        Candidate(2, "乙", [night]),
        Candidate(3, "丙", [old]),
        Candidate(4, "丁"),
    )[0]
    assert gap.reached == 0
    assert gap.wants == {
        Want.ON_LEAVE: 1,
        Want.OUT_OF_HOURS: 1,
        Want.UNPROVED: 1,
        Want.NO_CONTACT: 1,
    }
    assert gap.oldest == {"sms": datetime.timedelta(days=90)}


def test_enough_people_on_the_hospitals_network_alone_are_not_enough():
    (gap,) = proof(Candidate(1, "甲", [Point("in_app", False, AT)]))
    assert gap.only_on_network


def test_two_duties_of_one_person_count_once():
    (gap,) = proof(Candidate(1, "甲", [PHONE, Point("sms", True, AT)]), needed=2)
    assert gap.reached == 1


def test_ladders_that_share_a_rung_name_their_own():
    presence = {1: [(START, END)]}
    demands = [Demand(level, 1, "", presence) for level in (1, 2)]
    people = {1: Candidate(1, "甲")}
    gaps = coverage.prove(demands, people, start=START, end=END, at=AT, zone=ZONE)
    assert [gap.demand.level for gap in gaps] == [1, 2]
