"""The dashboard, the commander's page and the orders' pages over HTTP."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents import listing, workflow
from incidents.models import Deadline, Order
from tests import make

pytestmark = pytest.mark.django_db
DASHBOARD = "/dashboard/"


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


def test_the_graver_incident_stands_first_and_provisional_grades_count():
    light = make.confirmed(level=4)
    ungraded = make.report(location="二层")
    grave = make.confirmed(incident=make.report(location="急诊"), level=1)
    rows = signed_in("it").get(DASHBOARD).context["rows"]
    assert [row.pk for row in rows] == [grave.pk, ungraded.pk, light.pk]
    assert [row.is_provisional for row in rows] == [False, True, False]


def test_the_clock_that_runs_out_first_stands_first():
    make.confirmed(level=3)
    soon = make.report(location="二层")
    due = signed_in("it").get(DASHBOARD).context["due"]
    assert due[0].pk == soon.pk
    assert due[0].holder == "信息技术部值班"


def test_a_new_report_sounds_and_every_clock_that_runs_out():
    """What js/alarm.js rings for; tests/e2e/test_alarm.py hears it."""
    new, graded = make.report(), make.confirmed(level=3)
    text = signed_in("it").get(DASHBOARD).text
    assert "data-alarm-switch" in text
    assert f'data-alarm="incident-{new.pk}"' in text
    assert f'data-alarm="incident-{graded.pk}"' not in text
    assert "data-rings=" in text


def test_a_provisional_grade_looks_provisional_in_every_list():
    make.report()
    text = signed_in("it").get(DASHBOARD).text
    # Two clocks run, and the incident itself is open.
    assert text.count("grade--provisional") == 3


def test_of_an_orders_two_clocks_the_next_one_is_shown():
    incident = make.incident("commanded")
    order = incident.orders.get()
    assert [row.kind for row in _clocks_of_orders()] == ["read_back"]
    workflow.read_back_order(order.pk, by=make.person("department"))
    assert [row.kind for row in _clocks_of_orders()] == ["order"]
    workflow.command(incident.pk, by=make.person("leader"), orders=make.orders("一", "二"))
    assert [row.kind for row in _clocks_of_orders()].count("read_back") == 2


def _clocks_of_orders():
    return [row for row in listing.due_now() if row.kind in ("read_back", "order")]


def test_a_row_is_drawn_anew_whenever_what_it_shows_has_changed():
    incident = make.report(location="二层")
    client = signed_in("it")
    english = signed_in("it")
    english.cookies["django_language"] = "en"
    assert "已报告" in client.get(DASHBOARD).text
    assert "Reported" in english.get(DASHBOARD).text
    workflow.acknowledge(incident.pk, by=make.person("it"))
    text = client.get(DASHBOARD).text
    assert f"{make.person('it').name}处理" in text
    # Nothing but time has passed: the clock's mood and words go on.
    assert "clock--now" not in text
    Deadline.objects.filter(incident=incident).update(due_at="2020-01-01T00:00Z")
    text = client.get(DASHBOARD).text
    assert "incident--now" in text
    assert re.search(r'clock__left">超时 \d+ 天', text)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"state": "confirmed"}, ["confirmed"]),
        ({"level": "3"}, ["confirmed"]),
        ({"level": "2"}, ["reported"]),
        ({"q": "特别的地点"}, ["reported"]),
        ({"q": "没有这样的"}, []),
        ({"q": "100%"}, []),
        ({"state": "胡说", "level": "x"}, ["reported", "confirmed"]),
    ],
)
def test_filters_and_search(wanted, found):
    make.report(location="特别的地点")
    make.confirmed(level=3)
    rows = signed_in("it").get(DASHBOARD, wanted).context["rows"]
    assert sorted(row.state for row in rows) == sorted(found)


def test_filters_by_department_service_and_number():
    client = signed_in("it")
    one = make.report(services=[make.service("查询")], department=make.department("急诊科"))
    make.report()
    for wanted in (
        {"service": make.service("查询").pk},
        {"department": make.department("急诊科").pk},
        {"q": one.number},
    ):
        assert [row.pk for row in client.get(DASHBOARD, wanted).context["rows"]] == [one.pk]


def test_the_dashboard_asks_the_same_queries_however_many_rows():
    client = signed_in("it")
    # Names are asked for where somebody is named: here the open one has been acknowledged.
    make.confirmed()
    workflow.dismiss(make.report().pk, by=make.person("it"), reason="没插电")
    few = _queries(client)
    for number in range(4):
        make.confirmed(incident=make.report(location=f"{number} 层"))
        workflow.dismiss(make.report().pk, by=make.person("it"), reason="没插电")
    assert _queries(client) == few
    assert few <= 12


def _queries(client: Client) -> int:
    client.get(DASHBOARD)
    with CaptureQueriesContext(connection) as captured:
        client.get(DASHBOARD)
    return len(captured)


def test_ended_incidents_are_paged_by_key(monkeypatch):
    monkeypatch.setattr(listing, "ENDED_PAGE", 2)
    pks = [make.report(location=str(number)).pk for number in range(3)]
    for pk in pks:
        workflow.dismiss(pk, by=make.person("it"), reason="没插电")
    client = signed_in("auditor")
    first = client.get(DASHBOARD).context
    assert [row.pk for row in first["ended"]] == [pks[2], pks[1]]
    second = client.get(reverse("incidents:ended"), {"before": first["older"]})
    assert [row.pk for row in second.context["ended"]] == [pks[0]]
    assert client.get(reverse("incidents:ended"), {"before": "9" * 40}).status_code == 200


def test_the_commander_sees_one_decision_and_then_none():
    incident = make.incident("confirmed")
    client = signed_in("leader")
    page = client.get("/command/")
    assert incident.title in page.text
    assert next(row["issue"].value() for row in page.context["sheet"].suggested)
    workflow.command(incident.pk, by=make.person("leader"), orders=make.orders())
    after = client.get("/command/")
    assert "现在没有等您下达的指令" in after.text
    assert "启用手工挂号" in after.text


def test_of_several_decisions_the_commander_takes_the_one_that_she_chooses():
    first, second = make.incident("confirmed"), make.incident("confirmed")
    client = signed_in("leader")
    page = client.get("/command/")
    assert page.context["page"].incident == first
    assert f"?incident={second.pk}" in page.text
    assert client.get("/command/", {"incident": second.pk}).context["page"].incident == second
    # One that no longer waits, or that never did, leads to the most urgent.
    workflow.command(second.pk, by=make.person("leader"), orders=make.orders())
    for gone in (second.pk, 10**9, "x"):
        assert client.get("/command/", {"incident": gone}).context["page"].incident == first


def test_what_the_fault_head_commands_is_not_put_before_the_leading_group():
    make.incident("confirmed", convene=False)
    assert signed_in("leader").get("/command/").context["waiting"] == 0
    assert signed_in("fault_head").get("/command/").context["waiting"] == 1


def test_two_taps_issue_the_suggested_orders_and_lead_back():
    incident = make.incident("confirmed")
    client = signed_in("leader")
    sheet = client.get("/command/").context["sheet"]
    data = {
        "order-TOTAL_FORMS": len(sheet.rows.forms),
        "order-INITIAL_FORMS": len(sheet.rows.forms),
        "from": "commander",
        "version": incident.version,
    }
    for row in sheet.rows.forms:
        for name in ("own", "issue", "to", "text", "minutes"):
            if value := row[name].value():
                data[row.add_prefix(name)] = value
    answer = client.post(reverse("incidents:command", args=[incident.pk]), data)
    assert answer["Location"] == reverse("incidents:commander")
    assert Order.objects.count() == sum(bool(row["issue"].value()) for row in sheet.suggested)


def test_an_order_is_read_back_with_one_tap_and_done_with_proof():
    order = make.incident("commanded").orders.get()
    client = signed_in("department")
    assert "复诵：收到，明白" in client.get("/orders/").text
    client.post(reverse("incidents:order_verb", args=[order.pk, "read_back"]))
    assert Order.objects.get().state == "read_back"
    finish = reverse("incidents:order_verb", args=[order.pk, "finish"])
    assert client.post(finish, {"said": ""}).status_code == 422
    assert client.post(finish, {"said": "20 个窗口已开"}).status_code == 302
    assert Order.objects.get().outcome == "20 个窗口已开"


def test_an_order_answered_meanwhile_keeps_the_words():
    order = make.incident("commanded").orders.get()
    workflow.refuse_order(order.pk, by=make.person("department"), reason="没有备用机")
    answer = signed_in("department").post(
        reverse("incidents:order_verb", args=[order.pk, "finish"]), {"said": "我写的完成情况"}
    )
    assert answer.status_code == 409
    assert "我写的完成情况" in answer.text
    assert "无法执行" in answer.text


def test_orders_to_others_are_not_mine():
    make.incident("commanded")
    assert signed_in("logistics").get("/orders/").context["open"] == []


def test_the_directory_masks_numbers_without_a_need():
    phone = make.person("leader").phone
    assert phone not in signed_in("cs").get("/directory/").text
    assert phone in signed_in("it").get("/directory/").text


def test_the_plan_in_force_is_shown_and_says_that_it_is_an_example():
    text = signed_in("cs").get("/plan/").text
    assert "示例" in text
    assert "检查数据库连接与磁盘空间" in text
