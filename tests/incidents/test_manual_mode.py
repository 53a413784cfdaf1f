"""Manual mode: switched by one authority, confirmed by each department, seen by everybody."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents import gates, workflow
from incidents.models import Deadline, Incident, ManualMode
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices import workflow as telling
from notices.models import Alert
from tests import make

pytestmark = pytest.mark.django_db


def switch(incident, *names, by="leader", **facts):
    departments = [make.department(name) for name in names or ("门诊收费处", "急诊科")]
    facts = {"departments": departments, "reason": "预计超过 30 分钟", "minutes": 60} | facts
    return workflow.manual_on(incident.pk, by=make.person(by), **facts)


def signed_in(who):
    client = Client()
    client.force_login(make.person(who))
    return client


def test_who_commands_switches_several_at_once_and_each_must_confirm():
    incident = make.incident("commanded")
    modes = switch(incident)
    assert [str(mode.department) for mode in modes] == ["门诊收费处", "急诊科"]
    assert {mode.state for mode in modes} == {"ordered"}
    clocks = Deadline.objects.running().filter(incident=incident, kind="manual_on")
    # By the plan's grade Ⅱ.
    assert {clock.due_at - clock.armed_at for clock in clocks} == {timedelta(minutes=10)}
    assert {clock.holder for clock in clocks} == {"门诊收费处", "急诊科"}
    done = workflow.confirm_manual_on(modes[0].pk, by=make.person("chuangkou"))
    assert (done.state, done.on_confirmed_by.username) == ("on", "chuangkou")
    assert not clocks.filter(step=modes[0].pk).exists()
    assert clocks.filter(step=modes[1].pk).exists()


@pytest.mark.parametrize("who", ["cs", "it", "department", "logistics", "admin", "auditor"])
def test_nobody_else_switches_and_nothing_is_left(who):
    incident = make.incident("commanded")
    with pytest.raises(NotAllowed):
        switch(incident, by=who)
    modes = switch(incident)
    with pytest.raises(NotAllowed):
        workflow.manual_off(incident.pk, by=make.person(who), departments=[modes[0].department])
    assert {mode.state for mode in ManualMode.objects.all()} == {"ordered"}
    assert Incident.objects.get(pk=incident.pk).version == incident.version + 1


def test_where_the_leading_group_is_not_convened_the_head_of_the_fault_group_switches():
    incident = make.incident("confirmed", convene=False)
    with pytest.raises(NotAllowed):
        switch(incident, by="leader")
    assert switch(incident, by="fault_head")


@pytest.mark.parametrize("who", ["leader", "cs", "auditor", "jizhen"])
def test_only_the_departments_own_people_confirm(who):
    (mode,) = switch(make.incident("commanded"), "门诊收费处")
    with pytest.raises(NotAllowed):
        workflow.confirm_manual_on(mode.pk, by=make.person(who))


def test_a_second_time_changes_nothing_and_another_incident_is_refused_by_name():
    incident, other = make.incident("commanded"), make.incident("commanded")
    first = switch(incident, "门诊收费处")
    assert switch(incident, "门诊收费处", version=1) == first
    assert Entry.objects.of(incident.stream).filter(event="manual.order_on").count() == 1
    with pytest.raises(Conflict, match=f"门诊收费处已因 {incident.number} 转手工模式"):
        switch(other, "门诊收费处", "急诊科")
    assert not ManualMode.objects.filter(incident=other).exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"departments": []}, "departments"),
        ({"reason": " "}, "reason"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_what_is_missing_is_said_at_its_field(facts, field):
    incident = make.incident("commanded")
    with pytest.raises(Incomplete) as refused:
        switch(incident, **facts)
    assert field in refused.value.fields
    assert Incident.objects.get(pk=incident.pk).version == incident.version


def test_the_end_is_confirmed_as_well_and_demanded_by_the_cleanup():
    incident = make.incident("cleaning")
    other = make.incident("commanded")
    with pytest.raises(Conflict):
        switch(incident)
    (mode,) = switch(other, "门诊收费处")
    ManualMode.objects.update(incident=incident)
    demand = next(c for c in gates.conditions(gates.CLEANUP, incident) if c.key == "manual_mode")
    assert "门诊收费处还在用手工模式" in demand.missing
    (off,) = workflow.manual_off(
        incident.pk, by=make.person("leader"), departments=[mode.department], reason="已恢复"
    )
    assert (off.state, off.off_by.username) == ("leaving", "yuanzhang")
    assert not Deadline.objects.running().filter(kind="manual_on").exclude(incident=other).exists()
    assert Deadline.objects.running().filter(kind="manual_off", incident=incident).exists()
    demand = next(c for c in gates.conditions(gates.CLEANUP, incident) if c.key == "manual_mode")
    assert demand.met
    ended = workflow.confirm_manual_off(mode.pk, by=make.person("department"))
    assert ended.state == "ended"
    with pytest.raises(Conflict, match="现在没有用手工模式"):
        workflow.manual_off(incident.pk, by=make.person("leader"), departments=[mode.department])


def test_an_end_that_nobody_confirmed_does_not_hinder_the_next_order():
    incident = make.incident("commanded")
    (mode,) = switch(incident, "门诊收费处")
    workflow.manual_off(incident.pk, by=make.person("leader"), departments=[mode.department])
    (again,) = switch(make.incident("commanded"), "门诊收费处")
    mode.refresh_from_db()
    assert (mode.state, again.state) == ("ended", "ordered")
    assert not Deadline.objects.running().filter(kind="manual_off").exists()


def test_who_was_merged_goes_on_for_the_other_incident():
    first, second = make.incident("confirmed"), make.incident("confirmed")
    (mode,) = switch(second, "门诊收费处")
    workflow.merge(second.pk, by=make.person("it"), into=first.pk)
    mode.refresh_from_db()
    assert mode.incident_id == first.pk
    assert Deadline.objects.running().filter(incident=first, kind="manual_on").exists()
    workflow.confirm_manual_on(mode.pk, by=make.person("department"))


def test_the_department_is_called_and_acknowledging_confirms():
    incident = make.incident("commanded")
    (mode,) = switch(incident, "门诊收费处")
    relay()
    alert = Alert.objects.get(person=make.person("chuangkou"), text__startswith="请转手工模式")
    assert alert.calls
    telling.acknowledge_alert(alert.pk, how="page", by=alert.person)
    mode.refresh_from_db()
    assert (mode.state, mode.on_confirmed_by) == ("on", alert.person)


def test_who_does_not_confirm_in_time_raises_the_alarm():
    incident = make.incident("commanded")
    switch(incident, "门诊收费处")
    Deadline.objects.filter(kind="manual_on").update(due_at=timezone.now() - timedelta(minutes=1))
    assert workflow.climb() == 1
    relay()
    told = Alert.objects.filter(text__contains="门诊收费处还没有确认").values_list(
        "person__username", flat=True
    )
    assert {"shoufei", "chuangkou", "yuanzhang"} <= set(told)


@pytest.mark.django_db(transaction=True)
def test_two_incidents_cannot_take_one_department_at_once():
    incidents = [make.incident("commanded"), make.incident("commanded")]
    leader, place, came = make.person("leader"), make.department("门诊收费处"), []
    gate = threading.Barrier(2)

    def order(pk):
        gate.wait()
        try:
            workflow.manual_on(pk, by=leader, departments=[place], reason="停了", minutes=30)
            came.append("on")
        except Conflict:
            came.append("refused")
        connection.close()

    threads = [threading.Thread(target=order, args=[incident.pk]) for incident in incidents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["on", "refused"]
    assert ManualMode.objects.on().count() == 1


# Pages ------------------------------------------------------------------------------------------


def test_the_commander_switches_on_a_page_with_the_affected_departments_ticked():
    incident = make.incident("commanded")
    client, url = signed_in("leader"), reverse("incidents:verb", args=[incident.pk, "manual_on"])
    text = client.get(url).text
    assert 'value="60"' in text
    assert text.count(" checked") >= 2
    answer = client.post(url, {"version": incident.version, "minutes": "60"})
    assert answer.status_code == 422
    assert "请至少选择一个科室" in answer.text
    said = {"departments": [make.department("急诊科").pk], "reason": "断网", "minutes": "90"}
    assert client.post(url, said | {"version": incident.version}).status_code == 302
    page = client.get(reverse("incidents:paper", args=[incident.pk])).text
    assert "还没有确认转手工" in page
    assert "断网" in page
    off = reverse("incidents:verb", args=[incident.pk, "manual_off"])
    assert off in page
    stale = client.post(off, {"version": incident.version, "departments": said["departments"]})
    assert stale.status_code == 409


def test_the_departments_own_people_see_the_band_and_confirm():
    incident = make.incident("commanded")
    (mode,) = switch(incident, "门诊收费处")
    clerk, other = signed_in("chuangkou"), signed_in("jizhen")
    band = reverse("incidents:paper_band")
    assert "请确认收到" in clerk.get(band).text
    assert "门诊收费处" not in other.get(band).text
    confirm = reverse("incidents:confirm_mode", args=[mode.pk, "confirm_on"])
    assert confirm in clerk.get(reverse("incidents:paper", args=[incident.pk])).text
    assert confirm not in other.get(reverse("incidents:paper", args=[incident.pk])).text
    assert other.post(confirm).status_code == 403
    assert clerk.post(confirm, {"version": 7}).status_code == 409
    assert clerk.post(confirm, {"version": mode.version}).status_code == 302
    assert "门诊收费处" in clerk.get(band).text
    assert "沈月已确认" in signed_in("it").get(reverse("incidents:on_paper")).text
    assert clerk.post(reverse("incidents:confirm_mode", args=[mode.pk, "x"])).status_code == 404


def test_the_plan_proposes_it_when_the_stop_lasts():
    incident = make.incident("commanded")
    url = reverse("incidents:paper", args=[incident.pk])
    assert "已经停了" not in signed_in("leader").get(url).text
    Incident.objects.filter(pk=incident.pk).update(
        reported_at=timezone.now() - timedelta(minutes=31)
    )
    assert "已经停了 30 分钟以上" in signed_in("leader").get(url).text
    assert "请提醒指挥人员决定" in signed_in("it").get(url).text
    guide = signed_in("it").get(reverse("incidents:guide", args=[incident.pk])).text
    assert "预计业务全停超过 30 分钟" in guide


def test_the_lists_ask_the_same_queries_however_many_departments(django_assert_max_num_queries):
    incident = make.incident("commanded")
    switch(incident, "门诊收费处", "急诊科", "护理部", "住院收费处")
    for address in (
        reverse("incidents:paper", args=[incident.pk]),
        reverse("incidents:on_paper"),
        reverse("incidents:paper_band"),
    ):
        client = signed_in("department")
        client.get(address)
        with django_assert_max_num_queries(14):
            client.get(address, headers={"HX-Request": "true"})
