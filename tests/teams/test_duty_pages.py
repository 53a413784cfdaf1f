"""The page of duty, the line on every page, the subscription."""

import re

import pytest
from django.utils import timezone
from icalendar import Calendar

from journal.models import Entry
from teams import workflow
from teams.models import Duty, DutyFeed
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def people():
    make.hospital()
    return [
        making.reachable("it", name=name, phone=phone)
        for name, phone in (("甲工", "8701"), ("乙工", "8702"))
    ]


@pytest.fixture
def roster(people):
    return making.roster(layer(*[person.pk for person in people]), name="信息一线")


def page_of(client, url, **headers):
    return client.get(url, headers=headers).content.decode()


# The page ---------------------------------------------------------------------------------------


def test_the_page_says_who_is_on_who_comes_and_how_to_ring_them(client, people, roster):
    client.force_login(make.person("cs"))
    now_on = Duty.objects.at(timezone.now()).get()
    page = page_of(client, "/duty/")
    post = page.split('class="post"')[1]
    now, coming = post.split("下一班")
    assert now_on.person.name in now
    assert f"tel:{now_on.person.phone}" in now
    other = next(person for person in people if person != now_on.person)
    assert other.name in coming
    assert "明天 00:00 起" in coming


def test_nobody_on_duty_where_somebody_must_be_is_said_loudly(client):
    make.hospital()
    making.roster(name="总值班")
    making.roster(name="窗口", round_the_clock=False)
    client.force_login(make.person("cs"))
    page = page_of(client, "/duty/")
    assert page.count("post__missed") == 1
    assert page.count("这个时间不值班") == 1


def test_any_moment_past_or_future_can_be_asked_for(client, people, roster):
    client.force_login(make.person("auditor"))
    there = Duty.objects.at(local(40, 3)).get().person
    page = page_of(client, f"/duty/?at={local(40, 3):%Y-%m-%dT%H:%M}")
    assert there.name in page.split("下一班")[0].split("当时")[1]
    assert "没有人值班" in page_of(client, "/duty/?at=2020-01-01T03:00")


@pytest.mark.parametrize("nonsense", ["gestern", "2026-13-45T99:99", "1066-10-14T09:00", "%00"])
def test_a_moment_that_is_none_is_said_and_the_page_shows_now(client, people, roster, nonsense):
    client.force_login(make.person("cs"))
    page = page_of(client, f"/duty/?at={nonsense}")
    assert "请写成日期和时间" in page
    assert Duty.objects.at(timezone.now()).get().person.name in page


def test_ones_own_shifts_and_handovers_stand_beside_it(client, people, roster):
    mine = people[0]
    client.force_login(mine)
    making.handover(people[1], mine)
    page = page_of(client, "/duty/")
    assert page.count('<li class="line') == 20
    assert "办理交接班" in page
    client.force_login(make.person("cs"))
    page = page_of(client, "/duty/")
    assert "近期没有您的班" in page
    assert "办理交接班" not in page


def test_without_rosters_the_page_says_how_they_come(client):
    client.force_login(make.person("cs"))
    assert "还没有值班表" in page_of(client, "/duty/")


def test_the_page_has_a_fixed_number_of_queries(client, people, django_assert_max_num_queries):
    for number in range(12):
        making.roster(layer(*[person.pk for person in people]), name=f"表{number}")
    client.force_login(people[0])
    client.get("/duty/")
    with django_assert_max_num_queries(14):
        client.get("/duty/")


# The line on every page -------------------------------------------------------------------------


def test_the_line_tells_first_lines_only_and_is_kept_by_the_browser(client, people, roster):
    making.roster(layer(people[0].pk), name="信息二线", position=2)
    client.force_login(make.person("cs"))
    answer = client.get("/duty/now/", headers=HTMX)
    line = answer.content.decode()
    assert "信息一线" in line
    assert "信息二线" not in line
    assert Duty.objects.at(timezone.now()).get(roster=roster).person.name in line
    assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_the_line_costs_the_pages_no_query_and_leads_to_duty_without_javascript(client):
    client.force_login(make.person("cs"))
    page = page_of(client, "/directory/")
    assert 'hx-get="/duty/now/"' in page
    assert re.search(r'class="on-duty__line" href="/duty/"', page)
    assert client.get("/duty/now/").url == "/duty/"


def test_the_line_has_a_fixed_number_of_queries(client, people, django_assert_max_num_queries):
    for number in range(12):
        making.roster(layer(*[person.pk for person in people]), name=f"表{number}")
    client.force_login(people[0])
    client.get("/duty/now/", headers=HTMX)
    with django_assert_max_num_queries(6):
        client.get("/duty/now/", headers=HTMX)


# The subscription -------------------------------------------------------------------------------


def opened(client, person):
    client.force_login(person)
    page = client.post("/duty/feed/", {"action": "open"}).content.decode()
    return re.search(r"/duty/feed/[\w-]+\.ics", page)[0]


def test_the_calendar_opens_with_the_secret_alone_and_holds_ones_own_duties(client, people, roster):
    address = opened(client, people[0])
    client.logout()
    answer = client.get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    mine = Duty.objects.filter(person=people[0]).order_by("starts_at")
    assert [event["dtstart"].dt for event in events] == [
        duty.starts_at.replace(microsecond=0) for duty in mine
    ]
    assert events[0]["summary"] == "信息一线 全天"
    assert people[1].name not in answer.content.decode()


def test_the_secret_is_shown_once_and_kept_nowhere(client, people, roster):
    address = opened(client, people[0])
    secret = address.split("/")[-1].removesuffix(".ics")
    assert secret not in page_of(client, "/duty/feed/")
    assert secret not in str(DutyFeed.objects.values().get())
    assert secret not in str(list(Entry.objects.values()))


def test_made_anew_or_closed_the_old_address_opens_nothing(client, people):
    first = opened(client, people[0])
    second = opened(client, people[0])
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    client.post("/duty/feed/", {"action": "close"})
    assert client.get(second).status_code == 404
    events = Entry.objects.filter(event__startswith="feed.").values_list("event", flat=True)
    assert sorted(events) == ["feed.close", "feed.open", "feed.open"]


def test_who_has_left_has_no_calendar_and_auditors_open_none(client, people):
    address = opened(client, people[0])
    workflow.switch_off_person(people[0].pk, by=make.person("admin"), reason="调离")
    assert client.get(address).status_code == 404
    client.force_login(make.person("auditor"))
    assert client.post("/duty/feed/", {"action": "open"}).status_code == 403


def test_the_calendar_follows_a_change_and_keeps_the_rest(client, people, roster):
    address = opened(client, people[0])
    before = uids(client, address)
    duty = Duty.objects.filter(person=people[0], starts_at__gt=local(5)).order_by("starts_at")[0]
    workflow.arrange_stand_in(
        roster.pk,
        by=make.person("admin"),
        person=people[0],
        stand_in=people[1],
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        reason="有事",
        accept_conflicts="连班一天",
    )
    assert before - uids(client, address) == {f"duty-{duty.pk}@yingji"}


def uids(client, address):
    return {
        str(event["uid"])
        for event in Calendar.from_ical(client.get(address).content).walk("VEVENT")
    }
