"""The verbs of the ladder: who may, when, and what a refusal leaves behind."""

import uuid

import pytest
from django.urls import reverse

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices import workflow
from notices.models import Alert, Climb
from teams.workflow import add_contact
from tests import make
from tests.notices.climbing import (
    answer,
    called,
    climb_of,
    in_product,
    ladder,
    reported,
    soon,
    steps,
    to,
    wait,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    make.hospital()
    found = [in_product(make.new_person("it", name=f"甲{number}")) for number in range(1, 5)]
    ladder(to(found[0], 0), *(to(person) for person in found[1:]))
    return found


@pytest.fixture
def incident(people):
    return reported()


VERBS = {
    "jump": (workflow.jump, {"position": 3}),
    "pause": (workflow.pause, {"minutes": 5, "reason": "正在打电话"}),
    "resume": (workflow.resume, {}),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["cs", "department", "auditor", "admin", "stranger"])
def test_only_it_and_the_heads_of_groups_steer(incident, verb, who):
    do, facts = VERBS[verb]
    before = Entry.objects.count(), climb_of(incident).version
    with pytest.raises(NotAllowed):
        do(incident.pk, by=make.person(who), **facts)
    assert (Entry.objects.count(), climb_of(incident).version) == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["it", "leader", "fault_head"])
def test_it_and_the_heads_do(incident, verb, who):
    if verb == "resume":  # There must be a pause to end; without one nothing is written.
        pause, facts = VERBS["pause"]
        pause(incident.pk, by=make.person("it"), **facts)
    do, facts = VERBS[verb]
    before = Entry.objects.of(incident.stream).count()
    do(incident.pk, by=make.person(who), **facts)
    assert Entry.objects.of(incident.stream).count() > before


@pytest.mark.parametrize("verb", VERBS)
def test_after_it_has_stopped_nothing_is_steered(incident, people, verb):
    answer(incident, people[0])
    do, facts = VERBS[verb]
    with pytest.raises(Conflict):
        do(incident.pk, by=make.person("it"), **facts)


@pytest.mark.parametrize("verb", VERBS)
def test_who_saw_an_older_state_is_told(incident, verb):
    seen = climb_of(incident).version
    workflow.jump(incident.pk, by=make.person("it"), position=2)
    do, facts = VERBS[verb]
    with pytest.raises(Conflict):
        do(incident.pk, by=make.person("leader"), version=seen, **facts)


def test_a_jump_calls_the_rung_now_and_goes_on_above_it(incident):
    workflow.jump(incident.pk, by=make.person("it"), position=3, reason="组长在场")
    assert called(incident) == ["甲1", "甲3"]
    assert 2.9 < soon(climb_of(incident)) <= 3
    wait(incident, 3)
    assert called(incident) == ["甲1", "甲3", "甲4"]
    # Back to one that was called: another round.
    workflow.jump(incident.pk, by=make.person("it"), position=1)
    assert called(incident) == ["甲1", "甲3", "甲4", "甲1"]
    assert climb_of(incident).round == 2


def test_a_jump_to_an_empty_rung_takes_the_one_above(incident, people):
    people[1].is_active = False
    people[1].save()
    workflow.jump(incident.pk, by=make.person("it"), position=2)
    assert steps(incident) == [(1, ""), (2, "empty"), (3, "")]


@pytest.mark.parametrize("position", [0, 9, -1])
def test_a_rung_that_is_not_there_is_refused(incident, position):
    before = Entry.objects.count()
    with pytest.raises(Incomplete) as refusal:
        workflow.jump(incident.pk, by=make.person("it"), position=position)
    assert "position" in refusal.value.fields
    assert Entry.objects.count() == before


def test_a_pause_holds_the_next_rung_back_and_ends_by_itself(incident):
    wait(incident, 1)
    workflow.pause(incident.pk, by=make.person("it"), minutes=10, reason="正在打电话")
    climb = climb_of(incident)
    assert (climb.state, climb.due_at) == ("paused", None)
    wait(incident, 9)
    assert called(incident) == ["甲1"]
    wait(incident, 1.01)
    climb = climb_of(incident)
    assert climb.state == "running"
    assert 1.9 < soon(climb) <= 2, "what remained of the time when it was paused"
    wait(incident, 2)
    assert called(incident) == ["甲1", "甲2"]
    events = Entry.objects.of(incident.stream).filter(event="ladder.resume")
    assert events.get().actor == "system"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"minutes": 16}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_a_pause_has_a_reason_and_a_limit(incident, facts, field):
    with pytest.raises(Incomplete) as refusal:
        workflow.pause(
            incident.pk, by=make.person("it"), **{"minutes": 5, "reason": "在打电话"} | facts
        )
    assert field in refusal.value.fields
    assert climb_of(incident).state == "running"


def test_a_pause_is_not_made_longer_by_pausing_again(incident):
    it = make.person("it")
    workflow.pause(incident.pk, by=it, minutes=10, reason="在打电话")
    with pytest.raises(Conflict, match="已经暂停"):
        workflow.pause(incident.pk, by=it, minutes=10, reason="再等等")
    workflow.resume(incident.pk, by=it)
    assert climb_of(incident).state == "running"
    workflow.resume(incident.pk, by=it)


def test_an_answer_while_paused_stops_it(incident, people):
    workflow.pause(incident.pk, by=make.person("it"), minutes=10, reason="在打电话")
    answer(incident, people[0])
    assert climb_of(incident).state == "ended"


def test_calling_somebody_in_by_name_and_by_one_way(incident):
    person = make.person("logistics")
    add_contact(person.pk, by=person, kind="phone", address="13900000009")
    made = workflow.call_in(
        incident.pk, by=make.person("it"), person=person, kind="phone", words="请带备用电源来"
    )
    assert (made.person, made.kinds, made.calls) == (person, ["phone"], True)
    assert "请带备用电源来" in made.text
    workflow.acknowledge_alert(made.pk, how="link", by=person)
    assert climb_of(incident).ended_by == person


def test_calling_somebody_in_twice_with_one_mark_calls_once(incident):
    person, mark = make.person("logistics"), uuid.uuid4()
    for _ in range(2):
        workflow.call_in(incident.pk, by=make.person("it"), person=person, client_uuid=mark)
    assert Alert.objects.filter(entry__event="ladder.call_in").count() == 1


def test_somebody_is_called_in_after_the_ladder_has_stopped_too(incident, people):
    answer(incident, people[0])
    workflow.call_in(incident.pk, by=make.person("it"), person=make.person("logistics"))
    assert Alert.objects.get(entry__event="ladder.call_in").person == make.person("logistics")


@pytest.mark.parametrize("kind", ["sms", "pigeon"])
def test_who_has_no_such_way_or_has_left_is_not_called_in(incident, kind):
    it = make.person("it")
    with pytest.raises(Incomplete):
        workflow.call_in(incident.pk, by=it, person=make.new_person("it"), kind=kind)
    with pytest.raises(Incomplete):
        workflow.call_in(incident.pk, by=it, person=make.person("auditor"))
    with pytest.raises(Incomplete):
        workflow.call_in(incident.pk, by=it, person=it)
    with pytest.raises(NotAllowed):
        workflow.call_in(incident.pk, by=make.person("cs"), person=it)
    assert not Alert.objects.filter(entry__event="ladder.call_in").exists()


def test_reached_by_phone_stops_it_and_says_who_noted_it(incident, people):
    cs = make.person("cs")
    workflow.note_reached(incident.pk, by=cs, person=people[0])
    climb = climb_of(incident)
    assert (climb.state, climb.ended_by) == ("ended", people[0])
    alert = Alert.objects.get(incident=incident, person=people[0])
    assert (alert.acknowledged_how, alert.noted_by) == ("phone", cs)


def test_somebody_whom_no_rung_called_may_be_reached_by_phone(incident):
    cs, boss = make.person("cs"), make.person("leader")
    for _ in range(2):
        try:
            workflow.note_reached(incident.pk, by=cs, person=boss, words="马上到")
        except Conflict:
            pytest.fail("noted twice is noted once")
    assert climb_of(incident).ended_by == boss
    assert Entry.objects.filter(event="ladder.answer").count() == 1
    incident.refresh_from_db()
    assert incident.kept_by == boss


def test_an_auditor_notes_nothing_and_nobody_notes_themselves(incident):
    with pytest.raises(NotAllowed):
        workflow.note_reached(incident.pk, by=make.person("auditor"), person=make.person("it"))
    with pytest.raises(Incomplete):
        workflow.note_reached(incident.pk, by=make.person("cs"), person=make.person("cs"))
    assert climb_of(incident).state == "running"


def test_the_button_on_the_page_is_for_those_who_were_called_and_those_who_steer(incident, people):
    with pytest.raises(NotAllowed):
        workflow.answer(incident.pk, by=make.person("cs"))
    workflow.answer(incident.pk, by=people[0])
    workflow.answer(incident.pk, by=people[0])
    incident.refresh_from_db()
    assert incident.acknowledged_by == people[0]
    assert climb_of(incident).state == "ended"
    assert Entry.objects.filter(event="ladder.stop").count() == 1


def test_the_button_of_a_head_who_was_not_called_counts_too(incident):
    boss = make.person("leader")
    workflow.answer(incident.pk, by=boss)
    assert climb_of(incident).ended_by == boss


# Pages --------------------------------------------------------------------------------------------


def url(incident, verb=""):
    if not verb:
        return reverse("notices:ladder", args=[incident.pk])
    return reverse("notices:ladder_verb", args=[incident.pk, verb])


def test_the_page_shows_each_rung_and_what_is_next(incident, client, django_assert_max_num_queries):
    client.force_login(make.person("it"))
    client.get(url(incident))
    with django_assert_max_num_queries(16):
        page = client.get(url(incident)).text
    for words in ("甲1", "下一步", "现在就叫", "暂停", "点名叫人", "电话已通知到", "确认收到"):
        assert words in page
    client.force_login(make.person("auditor"))
    page = client.get(url(incident)).text
    assert "现在就叫" not in page
    assert "确认收到</button>" not in page


def test_each_verb_has_its_page(incident, client):
    client.force_login(make.person("it"))
    said = {
        "jump": {"position": "3"},
        "pause": {"minutes": "5", "reason": "在打电话"},
        "resume": {},
        "call-in": {"person": str(make.person("logistics").pk)},
        "answer": {},
    }
    for verb, facts in said.items():
        assert client.get(url(incident, verb)).status_code == 200, verb
        answered = client.post(url(incident, verb), facts)
        assert answered.status_code == 302, (verb, answered.text)
    assert client.get(url(incident, "jump")).status_code == 409
    assert client.get(url(incident, "nonsense")).status_code == 404
    relay()
    assert "升级呼叫已经停止" in client.post(url(incident, "pause"), said["pause"]).text


def test_bad_input_stands_at_its_field_and_nothing_is_lost(incident, client):
    client.force_login(make.person("it"))
    page = client.post(url(incident, "pause"), {"minutes": "90", "reason": "在打电话"})
    assert page.status_code == 422
    assert "最多暂停 15 分钟" in page.text
    assert "在打电话" in page.text
    for verb, facts in {
        "jump": {"position": "x"},
        "pause": {"minutes": "9" * 30, "reason": "\0"},
        "call-in": {"person": "x", "kind": "pigeon"},
        "reached": {"person": "0"},
    }.items():
        assert client.post(url(incident, verb), facts).status_code == 422, verb
    assert Climb.objects.get(incident=incident).version == 1


def test_a_form_that_is_too_old_says_what_happened(incident, client):
    client.force_login(make.person("it"))
    workflow.jump(incident.pk, by=make.person("leader"), position=2)
    page = client.post(url(incident, "jump"), {"position": "3", "version": "1"})
    assert page.status_code == 409
    assert "直接呼叫某一步" in page.text
    assert called(incident) == ["甲1", "甲2"]


# API ----------------------------------------------------------------------------------------------


def test_the_api_tells_and_does_the_same(incident, client):
    client.force_login(make.person("it"))
    address = f"/api/ladders/{incident.pk}/"
    told = client.get(address).json()
    assert [rung["state"] for rung in told["rungs"]] == ["taken", "next", "waiting", "waiting"]
    assert told["rungs"][0]["people"][0]["person"]["name"] == "甲1"

    def say(verb, **facts):
        return client.post(f"{address}{verb}/", facts, content_type="application/json")

    told = say("pause", minutes=5, reason="在打电话", version=told["climb"]["version"]).json()
    assert told["climb"]["state"] == "paused"
    assert say("pause", minutes=5, reason="x").status_code == 409
    assert say("resume").json()["climb"]["state"] == "running"
    assert say("jump", position=99).status_code == 422
    assert say("jump", position=3).json()["rungs"][2]["state"] == "taken"
    assert say("call-in", person=make.person("logistics").pk).status_code == 200
    assert say("acknowledge").json()["climb"]["state"] == "ended"
    assert say("jump", position=1).status_code == 409
