from datetime import timedelta

import pytest
from django.urls import reverse

from tests import make


def numbers(answer):
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_the_list_is_filtered_by_what_the_caller_asks(api):
    here = make.confirmed(level=1)
    there = make.report(
        services=[make.service("客服热线")], department=None, location="客服中心", seen="打不进来"
    )
    client = api("it")
    ask = lambda **wanted: numbers(client.get("/api/incidents/", wanted))  # noqa: E731
    assert ask() == [there.pk, here.pk]
    assert ask(state="confirmed") == [here.pk]
    assert ask(state=["confirmed", "reported"]) == [there.pk, here.pk]
    assert ask(level=1) == [here.pk]
    assert ask(service=make.service("客服热线").pk) == [there.pk]
    assert ask(department=make.department("门诊导诊台").pk) == [here.pk]
    assert ask(q="打不进来") == [there.pk]
    assert ask(q=here.number) == [here.pk]
    assert ask(open="false") == []
    assert ask(since=(there.reported_at).isoformat()) == [there.pk]
    assert ask(until=(here.reported_at + timedelta(microseconds=1)).isoformat()) == [here.pk]


@pytest.mark.parametrize(
    "wanted", ["state=nonsense", "level=9", "since=yesterday", "department=x", "fault_type=x"]
)
def test_a_filter_that_means_nothing_is_said_to(api, wanted):
    assert api("it").get(f"/api/incidents/?{wanted}").status_code == 400


def test_pages_follow_one_another_without_gap_or_repeat(api):
    made = [make.report().pk for _ in range(5)]
    client = api("it")
    seen, address = [], "/api/incidents/?page_size=2"
    while address:
        answer = client.get(address)
        seen += numbers(answer)
        address = answer.json()["next"]
    assert seen == made[::-1]


@pytest.mark.parametrize(
    "cursor", ["x", "cD1ub25zZW5zZQ==", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "é"]
)
def test_a_cursor_that_is_not_ours_is_not_found(api, cursor):
    make.report()
    assert api("it").get("/api/incidents/", {"cursor": cursor}).status_code == 404


def test_a_list_costs_the_same_queries_whatever_its_length(api, django_assert_num_queries):
    client = api("it")
    for _ in range(3):
        make.confirmed()
    with django_assert_num_queries(2):
        client.get("/api/incidents/")


def test_one_incident_costs_a_fixed_number_of_queries(api, django_assert_max_num_queries):
    incident = make.incident("cleaning")
    client = api("it")
    with django_assert_max_num_queries(15):
        seen = client.get(f"/api/incidents/{incident.pk}/").json()
    assert len(seen["signatures"]) == 2
    assert seen["backups"][0]["sha256"]
    assert "cleanup" in seen["verbs"]
    assert api("auditor").get(f"/api/incidents/{incident.pk}/").json()["verbs"] == []


def test_people_are_named_without_phone_or_account(api):
    answer = api("cs").get("/api/people/", {"role": "it"})
    (person,) = [row for row in answer.json()["results"] if row["name"] == "陈工"]
    assert set(person) == {"id", "name", "duty", "department", "roles"}
    assert all("it" in row["roles"] for row in answer.json()["results"])


def test_reference_data_are_there_to_choose_from(api):
    client = api("cs")
    assert "门诊收费处" in [row["name"] for row in client.get("/api/departments/").json()]
    assert "挂号" in [row["name"] for row in client.get("/api/services/").json()]
    groups = {row["kind"]: row for row in client.get("/api/groups/").json()}
    assert groups["leading"]["memberships"][0]["part"] == "head"
    plan = client.get("/api/plans/current/").json()
    assert [grade["level"] for grade in plan["grades"]] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "name", ["incident-list", "order-list", "person-list", "department-list", "plan", "schema"]
)
def test_nobody_reads_without_signing_in(api, name):
    assert api().get(reverse(f"api:{name}")).status_code == 401
