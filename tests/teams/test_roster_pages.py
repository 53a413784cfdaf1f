"""The list of rosters, and each one's calendar as a month or a week."""

import re

import pytest
from django.utils import timezone

from teams import workflow
from teams.models import Duty
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it", name=name) for name in ("甲工", "乙工", "丙工")]


@pytest.fixture
def roster(people):
    day = layer(people[0].pk, people[1].pk, name="白班", begins="08:00", minutes=720)
    night = layer(people[1].pk, people[0].pk, name="夜班", begins="20:00", minutes=720)
    return making.roster(day, night, name="信息一线")


def page_of(client, url, who="cs"):
    client.force_login(make.person(who) if isinstance(who, str) else who)
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def day_of(client, roster, days, who="cs"):
    """What stands on the day so many days from today."""
    date = f"{local(days):%Y-%m-%d}"
    page = page_of(client, f"/rosters/{roster.pk}/?from={date}", who)
    return page.split(f'id="day-{date}"')[1].split('id="day-')[0].split("</ol>")[0]


def days_until(duty):
    return (timezone.localtime(duty.starts_at).date() - local(0).date()).days


def leave_of(person, starts_at, ends_at, *, approved=True):
    leave = workflow.ask_leave(by=person, starts_at=starts_at, ends_at=ends_at, reason="年休假")
    if approved:
        workflow.approve_leave(leave.pk, by=make.person("admin"), accept_conflicts="试排")
    return leave


# The list ---------------------------------------------------------------------------------------


def test_the_list_says_who_is_on_and_that_nothing_is_missing(client, roster):
    page = page_of(client, "/rosters/")
    on = Duty.objects.at(timezone.now()).get().person.name
    assert on in page.split(f'id="roster-{roster.pk}"')[1]
    assert "天天有人" in page


def test_the_list_counts_gaps_and_leads_to_the_first(client, people):
    by_day = layer(people[0].pk, name="白班", begins="08:00", minutes=600)
    making.roster(by_day, name="窗口", round_the_clock=False)
    leave_of(people[0], local(3), local(5))
    page = page_of(client, "/rosters/")
    assert "2 处缺人" in page
    assert f"?view=month&amp;from={local(3):%Y-%m-%d}#day-{local(3):%Y-%m-%d}" in page
    assert "看那一天" in page
    for who in ("admin", "fault_head"):
        assert "去补上" in page_of(client, "/rosters/", who)


def test_the_list_says_what_waits_for_approval(client, people, roster):
    duty = Duty.objects.filter(person=people[0], starts_at__gt=local(1)).first()
    asked = workflow.ask_stand_in(
        roster.pk,
        by=people[0],
        stand_in=people[2],
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        reason="家里有事",
    )
    assert "待批准" not in page_of(client, "/rosters/")
    workflow.accept_stand_in(asked.pk, by=people[2])
    assert "1 件代班待批准" in page_of(client, "/rosters/")


def test_a_roster_out_of_use_stays_for_its_history(client, roster):
    making.change(roster, is_active=False)
    page = page_of(client, "/rosters/")
    assert "只留历史" in page
    assert "信息一线" in page
    assert "只留历史" in page_of(client, f"/rosters/{roster.pk}/")


def test_without_rosters_the_list_says_how_they_come(client):
    assert "还没有值班表" in page_of(client, "/rosters/")


def test_the_list_has_a_fixed_number_of_queries(client, people, django_assert_max_num_queries):
    for number in range(8):
        making.roster(layer(*[person.pk for person in people]), name=f"表{number}")
    client.force_login(make.person("admin"))
    client.get("/rosters/")
    with django_assert_max_num_queries(16):
        client.get("/rosters/")


# The calendar -----------------------------------------------------------------------------------


def test_a_week_begins_on_monday_and_a_month_on_the_first(client, roster):
    week = page_of(client, f"/rosters/{roster.pk}/?from=2026-11-18")
    assert re.findall(r'id="day-([\d-]+)"', week) == [f"2026-11-{day}" for day in range(16, 23)]
    month = page_of(client, f"/rosters/{roster.pk}/?view=month&from=2026-11-18")
    days = re.findall(r'id="day-([\d-]+)"', month)
    assert (days[0], days[-1], len(days)) == ("2026-11-01", "2026-11-30", 30)
    # The first of November 2026 is a Sunday: the grid begins in the seventh column.
    assert "day--from-7" in month.split('id="day-2026-11-01"')[0]
    assert "from=2026-10-01" in month
    assert "from=2026-12-01" in month


def test_29_february_is_a_day_like_any_other(client, roster):
    page = page_of(client, f"/rosters/{roster.pk}/?view=month&from=2028-02-10")
    assert re.findall(r'id="day-([\d-]+)"', page)[-1] == "2028-02-29"


@pytest.mark.parametrize("nonsense", ["gestern", "2026-02-30", "1066-10-14", "9999-12-31", "%00"])
def test_a_date_that_is_none_is_said_and_today_is_shown(client, roster, nonsense):
    page = page_of(client, f"/rosters/{roster.pk}/?from={nonsense}")
    assert "看不懂地址里的日期" in page
    assert 'id="today"' in page


def test_a_night_shift_is_clear_on_both_of_its_days(client, people, roster):
    night = Duty.objects.get(shift="夜班", shift_on=local(2).date())
    assert "20:00–次日 08:00 夜班" in day_of(client, roster, 2)
    went_on = day_of(client, roster, 3)
    assert "接前一天，到 08:00 夜班" in went_on
    assert night.person.name in went_on.split("08:00–20:00")[0]


def test_a_shift_that_ends_at_midnight_does_not_touch_the_next_day(client, people):
    late = layer(people[0].pk, name="晚班", begins="16:00", minutes=480)
    shown = making.roster(late, name="晚班表", round_the_clock=False)
    day = day_of(client, shown, 2)
    assert "16:00–24:00 晚班" in day
    assert "接前一天，到" not in day


def test_today_is_marked_and_the_past_is_closed(client, people, roster):
    for days in (-4, -1):
        # As it was kept: nobody served between the two.
        Duty.objects.create(
            roster=roster,
            person=people[2],
            starts_at=local(days, 1),
            ends_at=local(days, 5),
            shift="早班",
            shift_on=local(days).date(),
            source="layer",
            compiled_at=timezone.now(),
        )
    assert "今天" in day_of(client, roster, 0)
    past = day_of(client, roster, -1)
    assert "已过" in past
    assert "丙工" in past
    assert "spell--past" in past
    assert "当时没有人值班" in day_of(client, roster, -2)
    assert "没有人值班" not in day_of(client, roster, -6)
    assert "已过" not in day_of(client, roster, 1)


def test_each_duty_says_where_it_comes_from(client, people, roster):
    first, _second, third = people
    admin = make.person("admin")
    mine = Duty.objects.filter(person=first, starts_at__gt=local(1)).order_by("starts_at")
    shift = mine[0]
    workflow.arrange_stand_in(
        roster.pk,
        by=admin,
        person=first,
        stand_in=third,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        reason="培训",
        accept_conflicts="试排",
    )
    workflow.replace_people(
        roster.pk,
        by=admin,
        people=[third],
        starts_at=local(8),
        ends_at=local(9),
        reason="大检修",
        accept_conflicts="试排",
    )
    assert "代甲工" in day_of(client, roster, days_until(shift))
    assert "临时替换" in day_of(client, roster, 8)
    assert "轮班" in day_of(client, roster, 9)


def test_a_swap_and_a_holiday_rota_are_called_so(client, people):
    first, second, third = people
    workflow.set_day(local(20).date(), by=None, is_working=False, name="院庆")
    shown = making.roster(
        layer(first.pk, second.pk),
        layer(third.pk, name="节日班", days="holiday", position=2),
        name="一线",
    )
    duties = Duty.objects.filter(roster=shown, starts_at__gt=local(2), source="layer")
    mine = duties.filter(person=first).order_by("starts_at")[0]
    theirs = duties.filter(person=second).order_by("starts_at")[0]
    swap = workflow.ask_swap(
        shown.pk,
        by=first,
        starts_at=mine.starts_at,
        ends_at=mine.ends_at,
        other=second,
        other_starts_at=theirs.starts_at,
        other_ends_at=theirs.ends_at,
        reason="有事",
    )
    workflow.accept_stand_in(swap.pk, by=second)
    workflow.approve_stand_in(swap.pk, by=make.person("admin"), accept_conflicts="试排")
    assert "和甲工换班" in day_of(client, shown, days_until(mine))
    assert "和乙工换班" in day_of(client, shown, days_until(theirs))
    holiday = day_of(client, shown, 20)
    assert "节假日班" in holiday
    assert "院庆" in holiday


def test_leave_and_the_gap_that_it_leaves_are_seen(client, people, roster):
    leave_of(people[0], local(2), local(3))
    day = day_of(client, roster, 2)
    assert "请假：" in day
    assert "没有人值班" in day
    assert "甲工请假" in day
    assert "年休假" not in day


def test_leave_that_is_not_decided_is_seen_by_who_arranges_only(client, people, roster):
    leave_of(people[0], local(2), local(3), approved=False)
    assert "待批准" in day_of(client, roster, 2, "admin")
    assert "待批准" not in day_of(client, roster, 2)


def test_hours_for_which_nobody_is_planned_are_gaps_where_somebody_must_be_there(client, people):
    by_day = layer(people[0].pk, name="白班", begins="08:00", minutes=600)
    must = making.roster(by_day, name="总值班", round_the_clock=True)
    assert "没有排人" in day_of(client, must, 2)
    need_not = making.roster(by_day, name="窗口", round_the_clock=False)
    assert "没有排人" not in day_of(client, need_not, 2)


def test_the_rules_stand_below_in_words(client, people, roster):
    weekly = layer(
        people[0].pk,
        people[2].pk,
        name="周末班",
        days="weekdays",
        weekdays=96,
        turn="week",
        at_once=2,
        starts_on="2026-12-01",
        ends_on="2026-12-31",
    )
    making.change(roster, layers=(weekly,))
    page = page_of(client, f"/rosters/{roster.pk}/")
    assert "周六、周日" in page
    assert "每 1 周轮换，同时 2 人" in page
    assert "2026-12-01 到 2026-12-31" in page


def test_a_roster_that_is_not_there_is_not_found(client):
    client.force_login(make.person("admin"))
    assert client.get("/rosters/999/").status_code == 404


def test_200_people_cost_no_more_queries_than_three(client, people, django_assert_max_num_queries):
    many = [making.reachable("it").pk for _number in range(200)]
    shown = making.roster(layer(*many, at_once=100), name="大表")
    leave_of(people[0], local(2), local(3))
    client.force_login(make.person("admin"))
    url = f"/rosters/{shown.pk}/?view=month&from={local(40):%Y-%m-%d}"
    client.get(url)
    with django_assert_max_num_queries(26):
        page = client.get(url).content.decode()
    assert page.count("spell__who") >= 100 * 28
