"""Duty over the API: who is on at a moment, duties between two moments, rosters."""

import pytest
from django.utils import timezone

from teams.models import Duty
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it") for _number in range(2)]


@pytest.fixture
def roster(people):
    return making.roster(layer(*[person.pk for person in people]), name="信息一线")


@pytest.fixture
def asks(client, roster):
    client.force_login(make.person("auditor"))

    def ask(**params):
        return client.get("/api/duties/", params)

    return ask


def test_who_is_on_duty_now_and_at_any_moment(asks, roster):
    (now,) = asks().json()
    duty = Duty.objects.at(timezone.now()).get()
    assert (now["id"], now["person"], now["name"]) == (duty.pk, duty.person_id, duty.person.name)
    assert (now["roster"], now["roster_name"], now["source"]) == (roster.pk, "信息一线", "layer")
    later = Duty.objects.at(local(40, 3)).get()
    assert [row["id"] for row in asks(at=local(40, 3).isoformat()).json()] == [later.pk]
    assert asks(at="2020-01-01T00:00:00Z").json() == []


def test_every_duty_between_two_moments_of_one_person_roster_or_group(asks, roster, people):
    other = making.roster(layer(people[0].pk), name="二线", group="logistics")
    span = {"from": local(3).isoformat(), "to": local(7).isoformat()}
    assert len(asks(**span).json()) == 8
    assert len(asks(**span, roster=roster.pk).json()) == 4
    assert len(asks(**span, roster=roster.pk, person=people[0].pk).json()) == 2
    found = asks(**span, group=make.group("logistics").pk).json()
    assert {row["roster"] for row in found} == {other.pk}
    starts = [row["starts_at"] for row in asks(**span).json()]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    "asked",
    [
        {"from": local(1).isoformat()},
        {"to": local(1).isoformat()},
        {"from": local(2).isoformat(), "to": local(1).isoformat()},
        {"from": local(2).isoformat(), "to": local(200).isoformat()},
        {"from": local(1).isoformat(), "to": local(2).isoformat(), "at": local(1).isoformat()},
        {"at": "gestern"},
        {"at": "0001-01-01T00:00"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"roster": 987654},
        {"person": "x"},
    ],
)
def test_a_question_that_cannot_be_answered_is_a_problem(asks, asked):
    answer = asks(**asked)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_rosters_in_use(client, roster):
    making.roster(name="旧表", is_active=False)
    client.force_login(make.person("cs"))
    (row,) = client.get("/api/rosters/").json()
    assert (row["name"], row["group"]) == ("信息一线", make.group("fault").pk)
