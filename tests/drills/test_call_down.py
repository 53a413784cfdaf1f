"""点名: everybody of rosters and groups is called through the real deliveries, and answers."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from drills import calling, workflow
from drills.models import CallDown, Called
from incidents import workflow as incidents
from incidents.models import Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay_all as relay
from notices import parcels, reach, relevance
from notices.models import Alert, Delivery
from notices.workflow import acknowledge_alert, answer_message
from teams.models import ContactPoint, Person
from teams.workflow import add_contact
from tests import make
from tests.drills.practising import planned
from tests.notices import making_channels as channels
from tests.sinks import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1", "localhost"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8", "::1/128"]
    sink = Sink()
    yield sink
    sink.close()


def begun(**facts) -> CallDown:
    facts = {"by": make.person("admin"), "groups": [make.group("fault")]} | facts
    return workflow.begin_call_down(**facts)


def calls_of(call_down: CallDown):
    return Alert.objects.filter(entry__stream=call_down.stream).order_by("pk")


def client_of(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


def test_everybody_of_the_group_is_called_once_and_marked():
    call_down = begun(by=make.person("leader"), words="十一月点名")
    people = Person.objects.filter(memberships__group=make.group("fault"), is_active=True)
    expected = set(people) - {make.person("leader")}
    assert {row.person for row in Called.objects.filter(call_down=call_down)} == expected
    calls = calls_of(call_down)
    assert {call.person for call in calls} == expected
    assert all(call.calls and call.text.startswith("【演练】点名") for call in calls)


@pytest.mark.parametrize("who", ["cs", "it", "department", "auditor", "stranger"])
def test_only_who_plans_drills_may_begin_repeat_and_end(who):
    call_down, person = begun(), make.person(who)
    for act in (
        lambda: begun(by=person),
        lambda: workflow.call_again(call_down.pk, by=person),
        lambda: workflow.end_call_down(call_down.pk, by=person),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert CallDown.objects.get().round == 1


def test_nobody_chosen_or_nobody_there_is_said_and_nothing_is_left():
    for facts in ({"groups": []}, {"minutes": 0}, {"minutes": 1000}):
        with pytest.raises(Incomplete):
            begun(**facts)
    Person.objects.filter(memberships__group=make.group("fault")).update(is_active=False)
    with pytest.raises(Incomplete):
        begun()
    assert not CallDown.objects.exists()
    assert not Entry.objects.filter(event="call_down.call").exists()


def test_the_same_form_sent_twice_calls_once_and_two_at_a_time_are_refused():
    mark = uuid.uuid4()
    assert begun(client_uuid=mark) == begun(client_uuid=mark)
    with pytest.raises(Conflict):
        begun()
    assert CallDown.objects.count() == 1


def test_who_answers_how_and_after_how_long_is_told():
    call_down = begun(minutes=5)
    first, second = calls_of(call_down)[:2]
    acknowledge_alert(first.pk, how=Alert.Answer.PAGE, by=first.person)
    acknowledge_alert(
        second.pk,
        how=Alert.Answer.PAGE,
        by=second.person,
        at=call_down.begun_at + timedelta(minutes=7),
    )
    told = calling.result(call_down)
    by_name = {answer.person: answer for answer in told.answers}
    assert (told.answered, told.in_time) == (2, 1)
    assert by_name[first.person.name].how == "在系统里"
    assert by_name[second.person.name].late
    assert by_name[second.person.name].after == timedelta(minutes=7)
    assert told.answers[0].state == "silent"


def test_who_has_not_answered_is_called_again_and_nobody_else():
    call_down = begun()
    first = calls_of(call_down)[0]
    acknowledge_alert(first.pk, how=Alert.Answer.PAGE, by=first.person)
    workflow.call_again(call_down.pk, by=make.person("admin"), version=1)
    second_round = Alert.objects.filter(entry__facts__round=2)
    assert first.person not in {call.person for call in second_round}
    assert second_round.count() == calling.result(call_down).missing
    with pytest.raises(Conflict):
        workflow.call_again(call_down.pk, by=make.person("admin"), version=1)
    assert CallDown.objects.get().round == 2


def test_an_answer_proves_the_way_it_came_through(sink):
    channels.channel("aliyun_sms", sink)
    person = make.person("it")
    ContactPoint.objects.filter(person=person).delete()
    add_contact(person.pk, by=person, kind="sms", address=channels.NUMBER)
    mine = calls_of(begun()).get(person=person)
    delivery = Delivery.objects.get(alert=mine)
    answer_message(delivery.pk, how=Alert.Answer.LINK)
    point = ContactPoint.objects.get(person=person)
    assert point.last_ok_how == ContactPoint.Proof.CALL_DOWN
    answer = next(one for one in calling.result(CallDown.objects.get()).answers if one.how)
    assert answer.how.startswith("短信（")
    assert answer.tried[0].startswith("短信 ")


def test_an_answer_in_the_product_proves_that_alerts_come_through_there():
    person = make.person("it")
    point, _new = ContactPoint.objects.get_or_create(person=person, kind="in_app", address="")
    mine = calls_of(begun()).get(person=person)
    acknowledge_alert(mine.pk, how=Alert.Answer.PAGE, by=person)
    relay()
    point.refresh_from_db()
    assert point.last_ok_how == ContactPoint.Proof.CALL_DOWN


def test_when_it_ends_nobody_is_called_any_more_and_the_result_stands():
    call_down = begun()
    workflow.end_call_down(call_down.pk, by=make.person("admin"))
    workflow.end_call_down(call_down.pk, by=make.person("admin"))
    calls = list(calls_of(call_down).select_related("entry", "incident"))
    assert set(relevance.sift(calls)) == {call.pk for call in calls}
    told = Entry.objects.get(event="call_down.end").facts
    assert told["answered"] == 0
    assert told["count"] == len(calls)
    with pytest.raises(Conflict):
        workflow.call_again(call_down.pk, by=make.person("admin"))


def test_a_real_fault_ends_it_with_the_drills():
    call_down, drill = begun(), make.report(is_drill=True)
    incidents.pause_all_drills(by=make.person("leader"), reason="真实故障")
    call_down.refresh_from_db()
    assert call_down.is_over
    assert call_down.end_reason == "真实故障"
    assert Incident.objects.get(pk=drill.pk).is_open


def test_its_messages_are_marked_and_raise_no_alarm():
    call_down = begun()
    call = calls_of(call_down)[0]
    message = parcels.message_of([Delivery(alert=call, created_at=call.created_at, key="k")])
    assert message.is_drill
    assert message.head.startswith("【演练】点名")
    calls_of(call_down).update(exhausted_at=call.created_at)
    assert reach.unreached() == []


def test_the_page_is_for_who_plans_and_asks_the_same_number_of_questions(
    django_assert_max_num_queries,
):
    call_down = begun()
    client = client_of("leader")
    with django_assert_max_num_queries(14):
        html = client.get(call_down.get_absolute_url()).content.decode()
    assert "<title>【演练】" in html
    assert client_of("it").get(call_down.get_absolute_url()).status_code == 403
    assert client_of("auditor").get(reverse("drills:call_downs")).status_code == 200
    again = reverse("drills:call_down_verb", args=[call_down.pk, "again"])
    assert client.post(again, {"version": "1"}).status_code == 302
    assert client.post(again, {"version": "1"}).status_code == 409
    assert client_of("auditor").post(again).status_code == 403


def test_the_programme_counts_it_as_held_when_somebody_ends_it():
    meant = planned(type="call_down", name="十一月点名")
    client = client_of("leader")
    form = client.get(reverse("drills:call_downs")).content.decode()
    assert f'<option value="{meant.pk}" selected>十一月点名' in form
    typed = {"minutes": "10", "groups": [make.group("fault").pk], "planned": meant.pk}
    assert client.post(reverse("drills:call_downs"), typed).status_code == 302
    made = CallDown.objects.get()
    call = calls_of(made).first()
    acknowledge_alert(call.pk, how=Alert.Answer.PAGE, by=call.person)
    meant.refresh_from_db()
    assert meant.is_open
    workflow.end_call_down(made.pk, by=make.person("leader"))
    meant.refresh_from_db()
    assert meant.held_on is not None
    assert f"{made.called.count()} 人里 1 人应答" in meant.held_note
    assert made.get_absolute_url() in client.get(meant.get_absolute_url()).content.decode()
    assert meant.get_absolute_url() in client.get(made.get_absolute_url()).content.decode()
    with pytest.raises(Incomplete) as refused:
        begun(planned=meant)
    assert "planned" in refused.value.fields


def test_one_that_a_real_fault_broke_off_is_still_to_be_held():
    meant = planned(type="call_down")
    begun(planned=meant)
    make.report(is_drill=True)
    incidents.pause_all_drills(by=make.person("leader"), reason="真实故障")
    assert CallDown.objects.get().is_over
    meant.refresh_from_db()
    assert meant.is_open
    with pytest.raises(Incomplete):
        begun(planned=planned(type="tabletop"))


def test_begun_on_the_page_a_wrong_form_keeps_what_was_typed():
    client = client_of("admin")
    url = reverse("drills:call_downs")
    answer = client.post(url, {"words": "夜间点名", "minutes": "10"})
    assert answer.status_code == 422
    assert "夜间点名" in answer.content.decode()
    typed = {"words": "x", "minutes": "10", "groups": [make.group("fault").pk]}
    assert client.post(url, typed).status_code == 302
    assert CallDown.objects.get().minutes == 10
