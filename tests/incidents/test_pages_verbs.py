"""Each verb's page over HTTP: what it asks, who may, 409 with the typed text, double submit."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from incidents import workflow
from incidents.models import Incident, Order
from incidents.views.doors import DOORS
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


def address(incident: Incident, verb: str) -> str:
    if verb == "command":
        return reverse("incidents:command", args=[incident.pk])
    return reverse("incidents:verb", args=[incident.pk, verb])


def confirmation(incident: Incident, **more):
    return {
        "version": incident.version,
        "fault_type": "software",
        "level": 2,
        "convene": "yes",
        "reason": "预计超过 15 分钟",
        "affected": [make.department("门诊收费处").pk],
        "title": "挂号缴费中断",
    } | more


def test_confirming_sets_type_grade_extent_and_decision():
    incident = make.report()
    answer = signed_in("it").post(
        address(incident, "confirm"), confirmation(incident, windows_closed="3")
    )
    assert answer["Location"] == incident.get_absolute_url()
    incident = Incident.objects.get(pk=incident.pk)
    assert (incident.state, incident.grade.level, incident.convene) == ("confirmed", 2, True)
    assert (incident.windows_closed, incident.title) == (3, "挂号缴费中断")


def test_the_confirm_form_proposes_the_reporting_department():
    incident = make.report()
    form = signed_in("it").get(address(incident, "confirm")).context["form"]
    assert make.department("门诊收费处").pk in form["affected"].value()


@pytest.mark.parametrize("missing", ["fault_type", "level", "reason", "affected", "convene"])
def test_a_confirmation_without_a_part_is_refused_at_its_field(missing):
    incident = make.report()
    data = confirmation(incident, title="特别的标题")
    del data[missing]
    answer = signed_in("it").post(address(incident, "confirm"), data)
    assert answer.status_code == 422
    assert missing in answer.context["form"].errors
    assert "特别的标题" in answer.text
    assert Incident.objects.get(pk=incident.pk).state == "reported"


def test_a_form_on_an_old_version_shows_what_changed_and_can_be_sent_again():
    incident = make.report()
    client = signed_in("it")
    stale = confirmation(incident, reason="我写的理由")
    workflow.acknowledge(incident.pk, by=make.person("zhiban2"))
    answer = client.post(address(incident, "confirm"), stale)
    assert answer.status_code == 409
    assert "我写的理由" in answer.text
    assert "确认收到" in answer.text
    again = {**stale, "version": answer.context["form"]["version"].value()}
    assert client.post(address(incident, "confirm"), again).status_code == 302
    assert Incident.objects.get(pk=incident.pk).convene_reason == "我写的理由"


def test_a_confirmation_that_came_second_keeps_the_words_but_offers_no_button():
    incident = make.report()
    stale = confirmation(incident, reason="我写的理由")
    make.confirmed(incident=incident)
    answer = signed_in("zhiban2").post(address(incident, "confirm"), stale)
    assert answer.status_code == 409
    assert "我写的理由" in answer.text
    assert "已确认" in answer.text
    assert not answer.context["in_time"]


@pytest.mark.parametrize("verb", [*DOORS, "command"])
def test_a_verb_is_refused_to_somebody_without_the_right(verb):
    incident = make.report()
    client = signed_in("stranger")
    assert client.get(address(incident, verb)).status_code == 403
    assert client.post(address(incident, verb), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("state", "verb", "who", "data", "after"),
    [
        ("reported", "acknowledge", "it", {}, "reported"),
        ("reported", "dismiss", "it", {"reason": "没插电"}, "dismissed"),
        ("confirmed", "waive_notice", "cs", {"reason": "不影响患者"}, "confirmed"),
        ("confirmed", "regrade", "it", {"level": 3, "convene": "no", "reason": "轻"}, "confirmed"),
        ("restoring", "fail_restoration", "it", {"reason": "又断了"}, "repairing"),
        ("cleaning", "relapse", "it", {"reason": "又断了"}, "repairing"),
    ],
)
def test_a_verb_is_done_from_its_page(state, verb, who, data, after):
    incident = make.incident(state)
    client = signed_in(who)
    assert client.get(address(incident, verb)).status_code == 200
    answer = client.post(address(incident, verb), {"version": incident.version} | data)
    assert answer.status_code == 302
    assert Incident.objects.get(pk=incident.pk).state == after


def test_repair_offers_only_the_fault_group():
    incident = make.incident("commanded")
    client = signed_in("it")
    stranger = make.person("stranger")
    assert client.post(address(incident, "repair"), {"lead": stranger.pk}).status_code == 422
    answer = client.post(address(incident, "repair"), {"lead": make.person("it").pk})
    assert answer.status_code == 302


def test_restoring_without_a_notice_says_what_is_missing():
    incident = make.incident("repairing")
    answer = signed_in("it").post(address(incident, "restore"), {"version": incident.version})
    assert answer.status_code == 422
    assert "还没有发布患者通知" in answer.text


def test_merging_ends_the_incident_in_the_chosen_one():
    kept, double = make.report(), make.report()
    client = signed_in("it")
    assert kept.title in client.get(address(double, "merge")).text
    client.post(address(double, "merge"), {"version": double.version, "into": kept.pk})
    assert Incident.objects.get(pk=double.pk).merged_into_id == kept.pk


def sheet(incident: Incident, *rows, **more):
    data = {
        "version": incident.version,
        "client_uuid": str(uuid.uuid4()),
        "order-TOTAL_FORMS": len(rows),
        "order-INITIAL_FORMS": len(rows),
    }
    for number, row in enumerate(rows):
        data |= {f"order-{number}-{name}": value for name, value in row.items()}
    return data | more


def row(text="启用手工挂号", **more):
    to = f"department:{make.department('门诊收费处').pk}"
    return {"issue": "on", "to": to, "text": text, "minutes": "15"} | more


def test_orders_that_are_ticked_are_issued_and_others_are_not():
    incident = make.incident("confirmed")
    unticked = row("不要下达")
    del unticked["issue"]
    own = {"own": "True", **row("我自己写的")}
    del own["issue"]
    answer = signed_in("leader").post(
        address(incident, "command"), sheet(incident, row(), unticked, own)
    )
    assert answer.status_code == 302
    assert set(Order.objects.values_list("text", flat=True)) == {"启用手工挂号", "我自己写的"}


def test_a_sheet_sent_twice_issues_once():
    incident = make.incident("confirmed")
    client, data = signed_in("leader"), sheet(incident, row())
    client.post(address(incident, "command"), data)
    assert client.post(address(incident, "command"), data).status_code == 302
    assert Order.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"text": ""}, {"minutes": "0"}, {"to": "department:0"}])
def test_a_wrong_order_is_refused_and_the_others_stay_typed(wrong):
    incident = make.incident("confirmed")
    answer = signed_in("leader").post(
        address(incident, "command"), sheet(incident, row("写好的一条"), row(**wrong))
    )
    assert answer.status_code == 422
    assert "写好的一条" in answer.text
    assert not Order.objects.exists()


def test_a_sheet_that_lost_the_race_keeps_its_orders_and_can_be_sent_again():
    incident = make.incident("confirmed")
    data = sheet(incident, row("我写的指令"))
    workflow.command(incident.pk, by=make.person("xinxi"), orders=make.orders())
    answer = signed_in("leader").post(address(incident, "command"), data)
    assert answer.status_code == 409
    assert "我写的指令" in answer.text
    assert answer.context["in_time"]
