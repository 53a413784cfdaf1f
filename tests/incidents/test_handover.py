"""The change of shift as a page: what is open is gathered, handed over, confirmed."""

import pytest
from django.utils import timezone

from incidents import handover as handovers
from incidents import workflow
from incidents.calls import calls
from incidents.workflow import handing_over
from teams.models import Handover
from tests import make
from tests.teams import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it", department="信息技术部", name=name) for name in ("早班", "晚班")]


@pytest.fixture
def handover(people):
    return making.handover(*people)


def url(handover):
    return f"/duty/handovers/{handover.pk}/"


def test_open_incidents_orders_and_clocks_are_gathered(people, handover):
    make.incident("commanded")
    make.confirmed(incident=(second := make.report(location="二楼")))
    orders = make.orders("恢复数据库", to="信息技术部")
    workflow.command(second.pk, by=make.person("leader"), orders=orders)
    items = handovers.gather(handover)
    assert len(items.incidents) == 2
    assert [order.text for order in items.orders] == ["恢复数据库"]
    assert {clock.pk for clock in items.clocks} == {row.pk for row in items.incidents}
    assert handovers.from_plain(handovers.as_plain(items)) == items


def test_the_leaving_shift_writes_and_the_coming_one_confirms(client, people, handover):
    incident = make.report()
    client.force_login(people[0])
    page = client.get(url(handover)).content.decode()
    assert incident.title in page
    assert "交班" in page
    assert "确认接班</button>" not in page
    answer = client.post(
        url(handover), {"action": "hand_over", "version": 1, "remarks": "三号机柜有报警"}
    )
    assert answer.url == url(handover)
    client.force_login(people[1])
    page = client.get(url(handover)).content.decode()
    assert "三号机柜有报警" in page
    assert "<textarea" not in page
    client.post(url(handover), {"action": "confirm", "version": 2})
    handover.refresh_from_db()
    assert handover.confirmed_by == people[1]
    assert handover.items["incidents"][0]["pk"] == incident.pk
    page = client.get(url(handover)).content.decode()
    assert "确认接班" in page
    assert "<button class" not in page.split('id="main"')[1].split("</main>")[0]


def test_what_was_opened_after_it_was_handed_over_is_told_apart(client, people, handover):
    make.report(location="一楼")
    handing_over.hand_over(handover.pk, by=people[0], remarks="")
    later = make.report(location="二楼")
    client.force_login(people[1])
    page = client.get(url(handover)).content.decode()
    since = page.split("交班以后新开的")[1].split("没有办完的事件")[0]
    assert f"incident-{later.pk}" in since
    assert since.count("data-row-link") == 1


def test_a_confirmed_handover_shows_what_was_open_then(client, people, handover):
    incident = make.report()
    handing_over.hand_over(handover.pk, by=people[0], remarks="")
    handing_over.confirm_handover(handover.pk, by=people[1])
    workflow.dismiss(incident.pk, by=make.person("it"), reason="误报")
    make.report(location="二楼")
    client.force_login(make.person("auditor"))
    page = client.get(url(handover)).content.decode()
    assert f"incident-{incident.pk}" in page
    assert page.count("data-row-link") == 1


def test_somebody_else_reads_and_is_refused_to_act(client, people, handover):
    client.force_login(make.person("cs"))
    page = client.get(url(handover)).content.decode()
    assert "等接班的人确认" in page
    for action in ("hand_over", "confirm"):
        assert client.post(url(handover), {"action": action}).status_code == 403
    assert Handover.objects.get().version == 1


def test_a_stale_form_is_refused_with_what_was_typed(client, people, handover):
    handing_over.hand_over(handover.pk, by=people[0], remarks="先写的")
    client.force_login(people[0])
    answer = client.post(url(handover), {"action": "hand_over", "version": 1, "remarks": "后写的"})
    assert answer.status_code == 409
    assert "后写的" in answer.content.decode()
    assert Handover.objects.get().remarks == "先写的"


def test_the_page_has_a_fixed_number_of_queries(
    client, people, handover, django_assert_max_num_queries
):
    for floor in range(8):
        make.report(location=f"{floor} 楼")
    client.force_login(people[0])
    client.get(url(handover))
    with django_assert_max_num_queries(15):
        client.get(url(handover))


def test_calls_are_incidents_that_a_person_answered_first():
    first, second = make.report(), make.report(location="二楼")
    person, start = make.person("it"), timezone.now()
    workflow.acknowledge(first.pk, by=person)
    workflow.acknowledge(second.pk, by=person)
    assert calls(start, timezone.now()) == {person.pk: 2}
    assert calls(start, start) == {}
