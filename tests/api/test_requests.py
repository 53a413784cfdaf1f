"""Leave, stand-ins and swaps over the API: the same verbs, seen by those whom they concern."""

import pytest

from teams.models import Duty, Leave, Membership, StandIn
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [making.reachable("it", name=name) for name in ("甲工", "乙工", "丙工")]


@pytest.fixture
def roster(people):
    first, second, _third = people
    return making.roster(layer(first.pk, second.pk), name="轮班表")


@pytest.fixture
def head(roster):
    person = make.new_person("it", name="组长")
    Membership.objects.create(group=roster.group, person=person, part="deputy", position=9)
    return person


def first_duty(person):
    return Duty.objects.filter(person=person, starts_at__gt=local(1)).order_by("starts_at")[0]


def leave_body(**facts):
    return {
        "starts_at": local(2).isoformat(),
        "ends_at": local(3).isoformat(),
        "reason": "年休假",
    } | facts


def stand_in_body(roster, person, stand_in):
    duty = first_duty(person)
    return {
        "roster": roster.pk,
        "stand_in": stand_in.pk,
        "starts_at": duty.starts_at.isoformat(),
        "ends_at": duty.ends_at.isoformat(),
        "reason": "家里有事",
    }


def test_leave_is_asked_refused_and_withdrawn(api, people, head):
    mine, boss = api(people[0].username), api(head.username)
    made = mine.post("/api/leaves/", leave_body())
    assert made.status_code == 201
    assert made["Location"].endswith(f"/api/leaves/{made.json()['id']}/")
    assert (made.json()["state"], made.json()["verbs"]) == ("asked", ["withdraw"])
    again = mine.post("/api/leaves/", leave_body())
    assert again.json()["id"] == made.json()["id"]
    assert Leave.objects.count() == 1
    address = f"/api/leaves/{made.json()['id']}/"
    (waiting,) = boss.get("/api/leaves/", {"scope": "waiting"}).json()["results"]
    assert "verbs" not in waiting
    assert set(boss.get(address).json()["verbs"]) == {"approve", "refuse", "withdraw"}
    assert boss.post(f"{address}refuse/", {}).status_code == 400
    stale = boss.post(f"{address}refuse/", {"reason": "人手不够", "version": 7})
    assert (stale.status_code, stale.json()["title"]) == (409, "conflict")
    refused = boss.post(f"{address}refuse/", {"reason": "人手不够", "version": 1})
    assert (refused.json()["state"], refused.json()["said"]) == ("refused", "人手不够")
    assert mine.post(f"{address}withdraw/").status_code == 409


def test_leave_that_breaks_something_wants_a_reason(api, people, head):
    duty = first_duty(people[0])
    body = leave_body(starts_at=duty.starts_at.isoformat(), ends_at=duty.ends_at.isoformat())
    made = api(people[0].username).post("/api/leaves/", body).json()
    boss = api(head.username)
    refused = boss.post(f"/api/leaves/{made['id']}/approve/")
    assert (refused.status_code, refused.json()["title"]) == (422, "conflicts")
    assert "没有人值班" in refused.json()["errors"]["accept_conflicts"][0]
    done = boss.post(f"/api/leaves/{made['id']}/approve/", {"accept_conflicts": "已另找人"})
    assert done.json()["state"] == "approved"


def test_a_stand_in_is_asked_accepted_approved_and_cancelled(api, roster, people, head):
    first, _second, third = people
    mine, other, boss = api(first.username), api(third.username), api(head.username)
    duty = first_duty(first)
    made = mine.post("/api/stand-ins/", stand_in_body(roster, first, third))
    assert made.status_code == 201
    address = f"/api/stand-ins/{made.json()['id']}/"
    (waiting,) = other.get("/api/stand-ins/", {"scope": "waiting"}).json()["results"]
    assert waiting["id"] == made.json()["id"]
    assert other.get(address).json()["verbs"] == ["accept", "decline"]
    assert boss.post(f"{address}approve/").status_code == 409
    assert mine.post(f"{address}accept/").status_code == 403
    assert other.post(f"{address}accept/").json()["state"] == "accepted"
    assert boss.post(f"{address}approve/").json()["state"] == "approved"
    assert Duty.objects.get(roster=roster, starts_at=duty.starts_at).person == third
    cancelled = boss.post(f"{address}cancel/", {"reason": "又能来了"})
    assert cancelled.json()["state"] == "withdrawn"
    assert Duty.objects.get(roster=roster, starts_at=duty.starts_at).person == first


def test_a_stand_in_is_declined_or_withdrawn_with_words(api, roster, people):
    first, _second, third = people
    mine, other = api(first.username), api(third.username)
    made = mine.post("/api/stand-ins/", stand_in_body(roster, first, third)).json()
    declined = other.post(f"/api/stand-ins/{made['id']}/decline/", {"reason": "出差"})
    assert (declined.json()["state"], declined.json()["said"]) == ("declined", "出差")
    made = mine.post("/api/stand-ins/", stand_in_body(roster, first, third)).json()
    assert mine.post(f"/api/stand-ins/{made['id']}/withdraw/").json()["state"] == "withdrawn"


def test_a_swap_is_two_halves_that_go_together(api, roster, people, head):
    first, second, _third = people
    mine, theirs = first_duty(first), first_duty(second)
    body = {
        "roster": roster.pk,
        "starts_at": mine.starts_at.isoformat(),
        "ends_at": mine.ends_at.isoformat(),
        "other": second.pk,
        "other_starts_at": theirs.starts_at.isoformat(),
        "other_ends_at": theirs.ends_at.isoformat(),
        "reason": "换一天",
    }
    made = api(first.username).post("/api/stand-ins/swap/", body)
    assert made.status_code == 201
    half = made.json()
    assert StandIn.objects.count() == 2
    assert api(second.username).post(f"/api/stand-ins/{half['id']}/accept/").status_code == 200
    done = api(head.username).post(
        f"/api/stand-ins/{half['id']}/approve/", {"accept_conflicts": "两人已说好"}
    )
    assert done.json()["state"] == "approved"
    assert StandIn.objects.get(pk=half["swap"]).state == "approved"


def test_requests_are_the_business_of_whom_they_concern(api, roster, people, head):
    first, _second, third = people
    leave = api(first.username).post("/api/leaves/", leave_body()).json()
    asked = api(first.username).post("/api/stand-ins/", stand_in_body(roster, first, third)).json()
    stranger = api("cs")
    for address in (f"/api/leaves/{leave['id']}/", f"/api/stand-ins/{asked['id']}/"):
        assert stranger.get(address).status_code == 404
        assert api("auditor").get(address).status_code == 200
        assert api(head.username).get(address).status_code == 200
        assert api().get(address).status_code == 401
    assert len(stranger.get("/api/leaves/", {"scope": "all"}).json()["results"]) == 0
    assert len(api("auditor").get("/api/leaves/", {"scope": "all"}).json()["results"]) == 1
    assert api("auditor").get("/api/leaves/").json()["results"] == []
    assert stranger.get("/api/leaves/", {"scope": "nonsense"}).status_code == 400
    assert stranger.post(f"/api/leaves/{leave['id']}/approve/").status_code == 403
    assert stranger.post("/api/leaves/999999/approve/").status_code == 404
    assert Leave.objects.get().state == "asked"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"reason": ""}, 400),
        ({"person": 999999}, 400),
        ({"starts_at": "nonsense"}, 400),
        ({"ends_at": local(1).isoformat()}, 422),
        ({"starts_at": local(-9).isoformat(), "ends_at": local(-8).isoformat()}, 422),
        ({"reason": "x" * 201}, 400),
    ],
)
def test_bad_bodies_are_said_and_nothing_is_kept(api, people, body, status):
    answer = api(people[0].username).post("/api/leaves/", leave_body() | body if body else {})
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert not Leave.objects.exists()


def test_the_auditor_asks_for_nothing(api, roster, people):
    assert api("auditor").post("/api/leaves/", leave_body()).status_code == 403
    body = stand_in_body(roster, people[0], people[2])
    assert api("auditor").post("/api/stand-ins/", body).status_code in (403, 422)
    assert not StandIn.objects.exists()


def test_lists_cost_the_same_queries_whatever_their_length(
    api, people, django_assert_max_num_queries
):
    client = api("auditor")
    for number in range(3):
        making.reachable("it")
        api(people[number].username).post("/api/leaves/", leave_body())
    with django_assert_max_num_queries(12):
        assert len(client.get("/api/leaves/", {"scope": "all"}).json()["results"]) == 3
