"""Planned maintenance: two people, the public page before, during and after, and the clock."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.models import Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices import public, relevance, showing, surfaces, workflow
from notices.models import Alert, Maintenance
from notices.surfaces import Told
from teams.models import Person
from tests import make
from tests.notices import making
from tests.teams import making as duty

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_known():
    public.forget()


def signed_in(who):
    client = Client()
    client.force_login(make.person(who))
    return client


def read(language="zh"):
    public.forget()
    return Client().get(f"/status/?lang={language}").content.decode()


def typed(row=None, **other):
    facts = making.plan_of()
    clock = "%Y-%m-%dT%H:%M"
    said = {
        "title": facts.title,
        "affected": facts.affected,
        "advice": facts.advice,
        "emergency": facts.emergency,
        "services": [str(make.service("挂号").pk)],
        "starts_at": timezone.localtime(facts.starts_at).strftime(clock),
        "ends_at": timezone.localtime(facts.ends_at).strftime(clock),
    }
    return said | ({"version": row.version} if row else {}) | other


def test_patients_read_of_it_before_while_and_after():
    row = making.planned("approved")
    assert "计划维护" not in read()
    workflow.announce_maintenance(row.pk, by=make.person("it"))
    page = read()
    assert "计划维护：窗口和自助机暂时不能挂号" in page
    assert "各项服务正常" in page
    assert "Planned maintenance: Registration" in read("en")
    making.pass_time(row, -1, 60)
    assert workflow.keep_planned() == 1
    page = read()
    assert "正在维护：窗口和自助机暂时不能挂号" in page
    assert "部分服务受影响" in page
    making.pass_time(row, -60, -1)
    assert "还没有结束的消息" in read()
    assert workflow.keep_planned() == 1
    page = read()
    assert "计划维护已结束" in page
    assert "如果还不能办理" in page
    assert "正在维护" not in page
    assert workflow.keep_planned() == 0
    workflow.finish_maintenance(row.pk, by=make.person("it"))
    assert "可以照常办理" in read()


def test_screens_feeds_and_machines_are_told_as_well():
    row = making.planned("announced")
    place = {"services": ["挂号"], "languages": ["zh"]}
    shown = showing.screen(public.current(), place)
    assert [piece.surface.heading for piece in shown["pieces"]] == [
        "计划维护：窗口和自助机暂时不能挂号"
    ]
    assert not showing.screen(public.current(), {"services": ["取药"]})["pieces"]
    assert f"maintenance-{row.pk}" in Client().get("/status.atom").content.decode()
    said = Client().get("/status.json").json()
    assert [each["id"] for each in said["planned"]] == [row.pk]
    assert all(service["works"] for service in said["services"])


@pytest.mark.parametrize("name", list(surfaces.KINDS))
def test_every_surface_words_it_without_a_gap(name):
    at = timezone.now()
    told = Told(
        affected="不能挂号",
        advice="请提前办好",
        emergency="急诊照常接诊",
        planned_from=at + timedelta(hours=1),
        planned_to=at + timedelta(hours=2),
        at=at,
    )
    text = surfaces.of(told, name).text
    assert "……" not in text
    assert "无法估计" not in text


@pytest.mark.parametrize(
    ("verb", "state", "may"),
    [
        ("approve", "draft", {"it", "leader", "logistics"}),
        ("announce", "approved", {"cs", "it"}),
        ("finish", "running", {"it"}),
        ("escalate", "over", {"it"}),
        ("cancel", "announced", {"cs", "it", "leader", "logistics"}),
    ],
)
def test_who_may(verb, state, may):
    row = making.planned(state)
    do = getattr(workflow, f"{verb}_maintenance")
    more = {"reason": "改期"} if verb == "cancel" else {}
    before = Entry.objects.count()
    for who in ("cs", "department", "leader", "logistics", "it", "admin", "auditor"):
        if who not in may:
            with pytest.raises(NotAllowed):
                do(row.pk, by=make.person(who), **more)
    assert Entry.objects.count() == before
    do(row.pk, by=make.person("it"), **more)


def test_who_wrote_it_does_not_approve_it_and_other_words_want_a_new_approval():
    row = making.planned("approved")
    edited = workflow.edit_maintenance(
        row.pk, by=make.person("it"), facts=making.plan_of(advice="请第二天再来")
    )
    assert (edited.state, edited.approved_by) == ("draft", None)
    with pytest.raises(NotAllowed):
        workflow.approve_maintenance(row.pk, by=make.person("it"))
    with pytest.raises(Conflict):
        workflow.announce_maintenance(row.pk, by=make.person("cs"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"services": []}, "services"),
        ({"starts_at": None}, "starts_at"),
        ({"starts_at": "past"}, "starts_at"),
        ({"ends_at": "past"}, "ends_at"),
        ({"ends_at": "far"}, "ends_at"),
        ({"affected": "服务器宕机"}, "affected"),
        ({"advice_en": "明天再来"}, "advice_en"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(wrong, field):
    times = {"past": make.later(hours=-1), "far": make.later(days=400)}
    wrong = {name: times.get(str(value), value) for name, value in wrong.items()}
    with pytest.raises(Incomplete) as refusal:
        making.planned(**wrong)
    assert field in refusal.value.fields
    assert not Maintenance.objects.exists()


def test_a_change_stands_beside_what_is_announced_until_it_is_announced_itself():
    row = making.planned("announced")
    change = workflow.change_maintenance(
        row.pk, by=make.person("cs"), version=row.version, facts=making.plan_of(advice="改到周日")
    )
    with pytest.raises(Conflict, match="已经写好变更"):
        workflow.change_maintenance(row.pk, by=make.person("it"), facts=making.plan_of())
    assert "改到周日" not in read()
    workflow.approve_maintenance(change.pk, by=make.person("it"))
    workflow.announce_maintenance(change.pk, by=make.person("cs"))
    row.refresh_from_db()
    assert row.state == "replaced"
    page = read()
    assert "改到周日" in page
    assert page.count("计划维护：窗口") == 1


def test_what_runs_can_be_made_longer():
    row = making.planned("running")
    longer = making.plan_of(starts_at=row.starts_at, ends_at=make.later(hours=5))
    change = workflow.change_maintenance(row.pk, by=make.person("cs"), facts=longer)
    workflow.approve_maintenance(change.pk, by=make.person("it"))
    workflow.announce_maintenance(change.pk, by=make.person("cs"))
    assert workflow.keep_planned() == 1
    change.refresh_from_db()
    assert change.state == "running"


def test_cancelled_with_a_reason_that_patients_and_colleagues_read():
    row = making.planned("announced")
    with pytest.raises(Incomplete):
        workflow.cancel_maintenance(row.pk, by=make.person("cs"), reason=" ")
    change = workflow.change_maintenance(row.pk, by=make.person("cs"), facts=making.plan_of())
    workflow.cancel_maintenance(row.pk, by=make.person("cs"), reason="改到下周再做")
    change.refresh_from_db()
    assert change.state == "cancelled"
    page = read()
    assert "计划维护已取消" in page
    assert "改到下周再做" in page
    relay()
    assert Alert.objects.filter(person=make.person("it"), text__contains="已取消").exists()
    assert Client().get("/status.json").json()["planned"] == []


def test_when_nobody_says_that_it_is_done_all_of_it_is_called_where_nobody_is_on_duty():
    row = making.planned("over")
    relay()
    called = Alert.objects.filter(entry__event="maintenance.lapse", calls=True)
    everybody = Person.objects.filter(is_active=True, roles__contains=["it"])
    assert {alert.person for alert in called} == set(everybody)
    assert f"/notices/planned/{row.pk}/" == called.first().url


def test_who_is_on_duty_is_called_the_others_of_it_read_it():
    make.hospital()
    duty.roster(duty.layer(make.person("it").pk))
    # An auditor reads, whatever else they are.
    auditor = make.new_person("it", "auditor")
    row = making.planned("over")
    relay()
    told = Alert.objects.filter(entry__event="maintenance.lapse")
    assert [alert.person for alert in told.filter(calls=True)] == [make.person("it")]
    everybody = Person.objects.filter(is_active=True, roles__contains=["it"])
    assert {alert.person for alert in told} == set(everybody.exclude(pk=auditor.pk))
    call = told.get(calls=True)
    assert relevance.unwanted(call) == ""
    workflow.finish_maintenance(row.pk, by=make.person("it"))
    assert "已经有人确认完成" in relevance.unwanted(call)


def test_what_patients_will_read_stands_beside_the_form_while_it_is_typed():
    client = signed_in("cs")
    form = client.get("/notices/planned/new/").text
    assert 'hx-post="/notices/planned/preview/"' in form
    assert "还不能提交" in form
    assert "请写明急诊的情况" not in form
    shown = client.post("/notices/planned/preview/", typed()).text
    assert "计划维护：窗口和自助机暂时不能挂号" in shown
    assert "可以提交批准" in shown
    shown = client.post("/notices/planned/preview/", typed(advice="服务器宕机")).text
    assert "患者听不懂" in shown
    shown = client.post("/notices/planned/preview/", typed(starts_at="", ends_at="x")).text
    assert "请写明从什么时候开始" in shown
    assert "计划维护：窗口" in shown
    # Without a script: a button, which writes nothing and says what is wrong at its field.
    page = client.post("/notices/planned/new/", typed(preview="1", starts_at="2020-01-01 10:00"))
    assert "开始时间已经过了" in page.text
    assert not Maintenance.objects.exists()
    row = making.planned("running")
    past = timezone.localtime(row.starts_at).strftime("%Y-%m-%dT%H:%M")
    longer = client.post(f"/notices/planned/preview/?of={row.pk}", typed(row, starts_at=past)).text
    assert "可以提交批准" in longer
    assert "安排有变更" in longer


def test_done_before_its_time_calls_nobody():
    row = making.planned("running")
    workflow.finish_maintenance(row.pk, by=make.person("it"))
    making.pass_time(row, -60, -1)
    assert workflow.keep_planned() == 0
    relay()
    assert not Alert.objects.filter(calls=True).exists()
    with pytest.raises(Conflict):
        workflow.escalate_maintenance(row.pk, by=make.person("it"))


def test_what_does_not_work_again_becomes_a_fault_with_one_press():
    row = making.planned("over")
    client = signed_in("it")
    answer = client.post(f"/notices/planned/{row.pk}/escalate/", {"version": row.version})
    incident = Incident.objects.get()
    assert answer.url == incident.get_absolute_url()
    row.refresh_from_db()
    assert (row.state, row.incident) == ("escalated", incident)
    assert [service.name for service in incident.services.all()] == ["挂号"]
    assert "没有按计划恢复" in incident.seen
    # Patients are not told that it is over, until the fault has a notice of its own.
    assert "还没有结束的消息" in read()
    again = client.post(f"/notices/planned/{row.pk}/escalate/", {"version": row.version})
    assert again.status_code == 409
    assert Incident.objects.count() == 1


def test_the_same_form_sent_twice_makes_one_and_a_stale_one_shows_what_is_new():
    client, mark = signed_in("cs"), str(uuid.uuid4())
    for _time in range(2):
        answer = client.post("/notices/planned/new/", typed(client_uuid=mark))
        assert answer.status_code == 302
    row = Maintenance.objects.get()
    workflow.edit_maintenance(row.pk, by=make.person("it"), facts=making.plan_of(title="换交换机"))
    stale = client.post(f"/notices/planned/{row.pk}/edit/", typed(row, advice="请后天来"))
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "换交换机" in page
    assert "请后天来" in page
    row.refresh_from_db()
    assert (
        client.post(f"/notices/planned/{row.pk}/edit/", typed(row, advice="请后天来")).status_code
        == 302
    )
    wrong = client.post("/notices/planned/new/", typed(ends_at="昨天", title=""))
    assert wrong.status_code == 422
    assert "请写明做什么" in wrong.content.decode()
    # What the page is called is not what is wrong with it.
    assert "还没有提交，请改正下面几处" in wrong.content.decode()


def test_pages_show_it_and_ask_the_same_number_of_questions(django_assert_num_queries):
    making.planned("over")
    row = making.planned("announced")
    client = signed_in("cs")
    page = client.get(f"/notices/planned/{row.pk}/").content.decode()
    assert "取消维护" in page
    assert "公布计划维护" in page
    client.get("/notices/planned/")
    with CaptureQueriesContext(connection) as few:
        client.get("/notices/planned/")
    making.planned()
    making.planned("over")
    with django_assert_num_queries(len(few)):
        assert "还没有人确认完成" in client.get("/notices/planned/").content.decode()


def test_the_api_walks_the_same_road():
    facts = making.plan_of()
    made = signed_in("cs").post(
        "/api/maintenances/",
        {
            "title": facts.title,
            "affected": facts.affected,
            "advice": facts.advice,
            "starts_at": facts.starts_at.isoformat(),
            "ends_at": facts.ends_at.isoformat(),
            "services": [make.service().pk],
        },
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    address = f"/api/maintenances/{made.json()['id']}"
    json = {"content_type": "application/json"}
    assert signed_in("it").post(f"{address}/approve/", {"version": 1}, **json).status_code == 200
    assert signed_in("cs").post(f"{address}/announce/", {"version": 1}, **json).status_code == 409
    told = signed_in("cs").post(f"{address}/announce/", {"version": 2}, **json).json()
    assert (told["state"], sorted(told["verbs"])) == ("announced", ["cancel", "change"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_the_clock_and_a_cancellation_at_the_same_moment_make_one_of_the_two(attempt):
    row = making.planned("announced")
    making.pass_time(row, -1, 60)
    by, start, refused = make.person("cs"), threading.Barrier(3), []

    def cancel():
        start.wait()
        try:
            workflow.cancel_maintenance(row.pk, by=by, reason="改期")
        except Conflict as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    def tick():
        start.wait()
        workflow.keep_planned()
        connection.close()

    threads = [threading.Thread(target=each) for each in (cancel, tick, tick)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    workflow.keep_planned()
    row.refresh_from_db()
    assert row.state == ("running" if refused else "cancelled")
    steps = Entry.objects.filter(
        stream=f"maintenance:{row.pk}", event__in=["maintenance.begin", "maintenance.cancel"]
    )
    assert steps.count() == 1
