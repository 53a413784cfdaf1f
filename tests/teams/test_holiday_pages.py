"""The holiday table: read by everybody, changed by administrators who see first what it changes."""

import datetime

import pytest

from journal.models import Entry
from teams import effects, workflow
from teams.models import Day, Duty
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin"))
    return client


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it", name=name) for name in ("甲工", "乙工")]


@pytest.fixture
def roster(people):
    """One serves each day, on holidays the other."""
    return making.roster(
        layer(people[0].pk), layer(people[1].pk, name="节日班", days="holiday", position=2)
    )


def text(answer):
    return answer.content.decode()


def day(days):
    return local(days).date()


def url(date):
    return f"/duty/holidays/day/?date={date}"


def said(**more):
    return {"what": "rest", "name": "院庆", "seen": "", "looked": "", "step": "look"} | more


def test_a_years_table_says_what_each_day_is_and_where_that_comes_from(client):
    workflow.fill_holidays(by=None, years=[2026])
    workflow.set_day(datetime.date(2026, 11, 20), by=None, is_working=False, name="院庆")
    client.force_login(make.person("cs"))
    page = text(client.get("/duty/holidays/?year=2026"))
    national = page.split('id="day-2026-10-10"')[1].split("</tr>")[0]
    assert "调休上班" in national
    assert "公布的安排" in national
    assert "手工修改" in page.split('id="day-2026-11-20"')[1].split("</tr>")[0]
    assert "修改</th>" not in page
    assert "year=2025" in page
    assert "year=2027" in page


@pytest.mark.parametrize("year", ["0", "abc", "99999", "-1", "2200", "9" * 30])
def test_a_year_that_no_calendar_has_is_not_found(admin, year):
    assert admin.get(f"/duty/holidays/?year={year}").status_code == 404
    assert admin.get(f"/duty/holidays/fill/?year={year}").status_code == 404


@pytest.mark.parametrize("date", ["", "gestern", "2026-02-30", "1066-01-01", "%00"])
def test_a_date_that_is_none_leads_back_to_the_table(admin, date):
    answer = admin.get(url(date), follow=True)
    assert "请写成日期" in text(answer)


def test_an_empty_year_says_how_it_is_filled(admin):
    assert "这一年还没有节假日" in text(admin.get("/duty/holidays/?year=2031"))


def test_a_day_is_looked_at_before_it_is_saved_and_calendars_follow(admin, people, roster):
    date = day(20)
    answer = admin.post(url(date), said())
    page = text(answer)
    assert answer.status_code == 200
    assert 'name="looked" value="rest"' in page
    assert f"不再值 {date:%m-%d} 00:00" in page
    assert "乙工" in page
    assert not Day.objects.exists()
    # Who chooses something else after looking, looks again.
    assert admin.post(url(date), said(what="work", looked="rest", step="save")).status_code == 200
    assert not Day.objects.exists()
    answer = admin.post(url(date), said(looked="rest", step="save"))
    assert answer.headers["Location"] == f"/duty/holidays/?year={date.year}#day-{date}"
    assert Duty.objects.at(local(20, 3)).get(roster=roster).person == people[1]
    assert Entry.objects.get(event="holidays.change").facts["name"] == "院庆"
    # And back to what the weekday says.
    seen = "0 edited 院庆"
    plain = said(what="plain", looked="plain", step="save", seen=seen)
    assert admin.post(url(date), plain).status_code == 302
    assert not Day.objects.exists()


def test_a_change_that_moves_nobody_says_so(admin, people):
    making.roster(layer(people[0].pk))
    assert "没有人的班会变" in text(admin.post(url(day(20)), said()))


def test_what_a_day_would_break_is_told(people):
    workers = layer(people[0].pk, days="workday")
    making.roster(workers, round_the_clock=False)
    monday = next(day(n) for n in range(8, 15) if day(n).weekday() == 0)
    making.roster(layer(people[1].pk, days="restday"), name="休息日", round_the_clock=True)
    found = effects.of_days({monday: True}, local(0))
    assert not found.moved
    found = effects.of_days({monday: False}, local(0))
    assert {(each.person, len(each.lost), len(each.gained)) for each in found.moved} == {
        ("甲工", 1, 0),
        ("乙工", 0, 1),
    }


def test_a_day_without_a_name_is_refused_and_a_stale_one_is_told(admin):
    date = day(20)
    answer = admin.post(url(date), said(name=""))
    assert answer.status_code == 422
    assert "请写这一天的名称" in text(answer)
    workflow.set_day(date, by=None, is_working=True, name="调休")
    answer = admin.post(url(date), said(looked="rest", step="save"))
    assert answer.status_code == 409
    page = text(answer)
    assert "别人已经更新了" in page
    assert 'value="院庆"' in page
    assert 'name="seen" value="1 edited 调休"' in page
    assert Day.objects.get().is_working
    answer = admin.post(url(date), said(looked="rest", step="save", seen="1 edited 调休"))
    assert answer.status_code == 302
    assert not Day.objects.get().is_working


def test_filling_shows_first_what_it_would_change(admin, people, roster):
    Day.objects.create(date="2026-07-06", is_working=False, name="旧", source="published")
    page = text(admin.get("/duty/holidays/fill/?year=2026"))
    assert "2026-10-10" in page
    assert "照平日" in page.split("2026-07-06")[2].split("</li>")[0]
    assert Day.objects.count() == 1
    answer = admin.post("/duty/holidays/fill/?year=2026")
    assert answer.headers["Location"] == "/duty/holidays/?year=2026"
    assert Day.objects.count() > 30
    assert "没有要改的日子" in text(admin.get("/duty/holidays/fill/?year=2026"))


def test_a_year_without_shifted_days_is_said_to_be_not_published_yet(admin):
    assert "还没有调休上班的日子" in text(admin.get("/duty/holidays/fill/?year=2035"))


def test_only_administrators_change_the_table(client):
    for who in ("cs", "it", "leader", "fault_head", "auditor"):
        client.force_login(make.person(who))
        assert client.get("/duty/holidays/").status_code == 200
        for address in (url(day(20)), "/duty/holidays/fill/?year=2026"):
            assert client.get(address).status_code == 403
            assert client.post(address, said(looked="rest", step="save")).status_code == 403
    assert not Day.objects.exists()


def test_the_effects_cost_a_fixed_number_of_queries(people, django_assert_max_num_queries):
    for number in range(6):
        making.roster(
            layer(people[0].pk),
            layer(people[1].pk, name="节日班", days="holiday", position=2),
            name=f"表{number}",
        )
    with django_assert_max_num_queries(20):
        assert len(effects.of_days({day(20): False}, local(0)).moved) == 12
