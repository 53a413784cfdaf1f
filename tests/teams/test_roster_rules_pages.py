"""Rosters are made, changed and undone by form; temporary replacement; by HTTP."""

import re

import pytest
from django.utils import timezone

from journal.models import Entry
from teams import workflow
from teams.models import Duty, Layer, Replacement, Roster
from teams.rules import rules_of
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db

FORM = "%Y-%m-%dT%H:%M"


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it", name=name) for name in ("甲工", "乙工", "丙工")]


@pytest.fixture
def roster(people):
    return making.roster(layer(people[0].pk, people[1].pk), name="一线")


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin"))
    return client


def text(answer):
    return answer.content.decode()


def day(days):
    return f"{local(days):%Y-%m-%d}"


FACTS = {
    "name": "二线",
    "position": "2",
    "round_the_clock": "on",
    "minimum_rest_hours": "8",
    "remind_minutes": "60",
    "handover_minutes": "",
}


def shift(**more):
    return {
        "name": "全天",
        "begins": "08:00",
        "ends": "08:00",
        "ends_after": "1",
        "days": "every",
        "kind": "rotation",
        "people": "甲工\n乙工",
        "at_once": "1",
        "turn_every": "1",
        "turn": "day",
        "starts_on": day(-1),
        "ends_on": "",
        "position": "1",
    } | more


def named(facts, prefix):
    return {f"{prefix}-{name}": value for name, value in facts.items()}


# A new one --------------------------------------------------------------------------------------


def test_a_roster_is_made_with_its_first_shift(admin, people):
    group = make.group("fault").pk
    answer = admin.post("/rosters/new/", FACTS | {"group": group} | named(shift(), "layer"))
    made = Roster.objects.get()
    assert answer.headers["Location"] == f"/rosters/{made.pk}/"
    assert (made.position, made.minimum_rest_hours, made.handover_minutes) == (2, 8, None)
    rule = rules_of(made).layers[0]
    assert (rule.minutes, rule.people) == (24 * 60, (people[0].pk, people[1].pk))
    assert Duty.objects.at(timezone.now()).filter(roster=made).exists()


def test_what_is_wrong_with_a_new_one_is_said_and_nothing_is_lost(admin, people):
    said = FACTS | {"name": "", "group": ""} | named(shift(people="甲工\n无名氏"), "layer")
    answer = admin.post("/rosters/new/", said)
    assert answer.status_code == 422
    page = text(answer)
    assert "请写值班表的名称" in page
    assert "请选择小组" in page
    assert "第 2 个「无名氏」" in page
    assert "甲工\n无名氏" in page
    assert not Roster.objects.exists()


def test_a_gap_is_shown_before_it_is_saved_and_saved_with_a_reason(admin, people):
    by_day = named(shift(ends="18:00", ends_after="0"), "layer")
    said = FACTS | {"group": make.group("fault").pk} | by_day
    answer = admin.post("/rosters/new/", said)
    assert answer.status_code == 422
    assert "没有人值班" in text(answer)
    assert 'placeholder="例如：已和科室说好' in text(answer)
    assert "为什么仍要这样排：请写明理由" in text(answer)
    assert text(answer).count("没有人值班") == 1
    assert not Roster.objects.exists()
    assert (
        admin.post("/rosters/new/", said | {"accept_conflicts": "夜里由一线兼"}).status_code == 302
    )
    assert Entry.objects.get(event="roster.create").facts["accepted_because"] == "夜里由一线兼"


def test_a_name_that_is_taken_is_said_at_its_field(admin, people, roster):
    said = FACTS | {"name": "一线", "group": make.group("fault").pk} | named(shift(), "layer")
    answer = admin.post("/rosters/new/", said)
    assert answer.status_code == 422
    assert "已经有一张叫「一线」的值班表" in text(answer)


# Changing ---------------------------------------------------------------------------------------


def rules_url(roster):
    return f"/rosters/{roster.pk}/rules/"


def test_facts_are_changed_and_the_change_is_undone(admin, roster):
    page = text(admin.get(rules_url(roster)))
    assert "撤销上一次修改" not in page
    answer = admin.post(rules_url(roster), FACTS | {"is_active": "on", "version": 1})
    assert answer.status_code == 302
    changed = Roster.objects.get()
    assert (changed.name, changed.version) == ("二线", 2)
    assert rules_of(changed).layers == rules_of(roster).layers
    assert "撤销上一次修改" in text(admin.get(rules_url(roster)))
    assert admin.post(f"/rosters/{roster.pk}/undo/", {"version": 2}).status_code == 302
    assert Roster.objects.get().name == "一线"
    answer = admin.post(f"/rosters/{roster.pk}/undo/", {"version": 3})
    assert answer.status_code == 409
    assert "没有可以撤销的修改" in text(answer)


def test_a_stale_form_shows_what_changed_and_keeps_what_was_typed(admin, roster):
    making.change(roster, minimum_rest_hours=4)
    answer = admin.post(rules_url(roster), FACTS | {"is_active": "on", "version": 1})
    assert answer.status_code == 409
    page = text(answer)
    assert "别人已经更新了" in page
    assert "两班之间至少休息" in page
    assert 'value="二线"' in page
    assert Roster.objects.get().name == "一线"
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    again = admin.post(rules_url(roster), FACTS | {"is_active": "on", "version": version})
    assert again.status_code == 302


def test_a_night_shift_is_added_to_a_day_shift(admin, people):
    by_day = layer(people[0].pk, name="白班", begins="08:00", minutes=720)
    shown = making.roster(by_day, name="一线", round_the_clock=False)
    url = f"/rosters/{shown.pk}/shifts/new/"
    assert make.person("it").name in text(admin.get(url))
    night = shift(name="夜班", begins="20:00", ends="08:00", people="乙工、丙工", version=1)
    assert admin.post(url, night).status_code == 302
    first, second = rules_of(shown).layers
    assert (first.name, second.name, second.minutes) == ("白班", "夜班", 720)
    assert second.people == (people[1].pk, people[2].pk)


def test_a_shift_is_changed_in_its_place(admin, people, roster):
    url = f"/rosters/{roster.pk}/shifts/1/"
    page = text(admin.get(url))
    assert "甲工\n乙工" in page
    assert 'value="00:00"' in page
    said = shift(
        name="周末",
        days="weekdays",
        weekdays=["5", "6"],
        turn="week",
        turn_every="2",
        at_once="2",
        people="丙工\n甲工",
        ends_on=day(300),
        seen="全天",
        version=1,
        accept_conflicts="平日由二线值",
    )
    assert admin.post(url, said).status_code == 302
    rule = rules_of(roster).layers[0]
    assert (rule.weekdays, rule.turn, rule.turn_every, rule.at_once) == (96, "week", 2, 2)
    assert rule.people == (people[2].pk, people[0].pk)
    assert admin.get(f"/rosters/{roster.pk}/shifts/2/").status_code == 404
    assert admin.get(f"/rosters/{roster.pk}/shifts/0/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ends_after": "0"}, "下班要晚于上班"),
        ({"ends": "09:00", "ends_after": "7"}, "一个班最长 7 天"),
        ({"days": "weekdays"}, "请选择星期几"),
        ({"ends_on": "2020-01-01"}, "结束日期早于开始日期"),
        ({"starts_on": "0001-01-01"}, "请写成日期"),
        ({"people": ""}, "请至少写一个人"),
        ({"people": "甲工（nobody）"}, "没有这个人"),
        ({"begins": "25:99"}, "请写成时间"),
        ({"at_once": "0"}, "1"),
        ({"name": "\0"}, ""),
    ],
)
def test_a_shift_that_makes_no_sense_is_refused_in_words(admin, roster, wrong, sentence):
    answer = admin.post(f"/rosters/{roster.pk}/shifts/1/", shift(seen="全天", version=1) | wrong)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Roster.objects.get().version == 1


def test_two_people_of_one_name_are_told_apart(admin, people, roster):
    other = making.reachable("it", name="甲工")
    url = f"/rosters/{roster.pk}/shifts/1/"
    answer = admin.post(url, shift(seen="全天", version=1))
    assert "有 2 个人叫这个名字" in text(answer)
    said = shift(seen="全天", version=1, people=f"甲工（{other.username}）")
    assert admin.post(url, said).status_code == 302
    assert rules_of(roster).layers[0].people == (other.pk,)
    assert f"甲工（{other.username}）" in text(admin.get(url))


def test_a_shift_that_somebody_renamed_is_not_overwritten(admin, people, roster):
    making.change(roster, layers=(layer(people[2].pk, name="新班"),))
    answer = admin.post(f"/rosters/{roster.pk}/shifts/1/", shift(seen="全天", version=2))
    assert answer.status_code == 409
    assert "这个班次刚被别人改动" in text(answer)
    assert rules_of(roster).layers[0].name == "新班"


def test_a_shift_is_removed_with_a_reason_for_the_gap(admin, roster):
    url = f"/rosters/{roster.pk}/shifts/1/remove/"
    answer = admin.post(url, {"seen": "全天", "version": 1})
    assert answer.status_code == 422
    assert "没有人值班" in text(answer)
    assert Layer.objects.exists()
    said = {"seen": "全天", "version": 1, "accept_conflicts": "改由二线值"}
    assert admin.post(url, said).status_code == 302
    assert not Layer.objects.exists()


def test_only_administrators_get_to_the_rules(client, roster):
    for who in ("cs", "it", "leader", "fault_head", "auditor"):
        client.force_login(make.person(who))
        for url in ("/rosters/new/", rules_url(roster), f"/rosters/{roster.pk}/shifts/1/"):
            assert client.get(url).status_code == 403
            assert client.post(url).status_code == 403
        assert client.post(f"/rosters/{roster.pk}/undo/").status_code == 403
    assert Roster.objects.get().version == 1


# Replacement ------------------------------------------------------------------------------------


def test_other_people_serve_for_a_time_and_it_ends_early(admin, people, roster):
    url = f"/rosters/{roster.pk}/replacement/"
    duty = Duty.objects.filter(starts_at__gt=local(2)).first()
    page = text(admin.get(f"{url}?duty={duty.pk}&to={people[2].pk}"))
    assert f"{duty.person.name}\n丙工" in page
    assert admin.get(f"{url}?from=2000-01-01&until=2000-01-02").status_code == 200
    said = {
        "people": "丙工",
        "starts_at": f"{local(2):{FORM}}",
        "ends_at": f"{local(4):{FORM}}",
        "reason": "机房搬迁",
    }
    for _twice in range(2):
        assert admin.post(url, said).status_code == 302
    made = Replacement.objects.get()
    assert Duty.objects.at(local(3)).get(roster=roster).person == people[2]
    assert "机房搬迁" in text(admin.get(f"/rosters/{roster.pk}/"))
    assert admin.post(f"/replacements/{made.pk}/end/").status_code == 302
    assert Duty.objects.at(local(3)).get(roster=roster).person != people[2]
    answer = admin.post(f"/replacements/{made.pk}/end/", follow=True)
    assert "已经结束了" in text(answer)


def test_a_gap_leads_to_the_form_that_fills_it(client, people, roster):
    leave = workflow.ask_leave(by=people[0], starts_at=local(2), ends_at=local(4), reason="年休假")
    workflow.approve_leave(leave.pk, by=make.person("admin"), accept_conflicts="再找人")
    client.force_login(make.person("fault_head"))
    gap = f"/rosters/{roster.pk}/?view=month&from={day(2)}"
    page = text(client.get(gap)) + text(client.get(gap.replace(day(2), day(3))))
    url = re.search(r'href="([^"]*/replacement/[^"]*from=[^"]*)"', page)[1].replace("&amp;", "&")
    form = text(client.get(url))
    begins = re.search(r'name="starts_at" value="([^"]*)"', form)[1]
    assert begins in (f"{local(2):{FORM}}", f"{local(3):{FORM}}")


def test_who_arranges_sees_ways_to_change_a_shift_others_only_their_own(client, people, roster):
    mine = Duty.objects.filter(person=people[0], starts_at__gt=local(1)).first()
    theirs = Duty.objects.filter(person=people[1], starts_at__gt=local(1)).first()

    def page(who, duty):
        client.force_login(who)
        date = timezone.localtime(duty.starts_at).date()
        return text(client.get(f"/rosters/{roster.pk}/?from={date}"))

    link = "/rosters/{}/stand-in/?duty={}"
    own, others = (link.format(roster.pk, duty.pk) for duty in (mine, theirs))
    assert own in page(people[0], mine)
    assert others not in page(people[0], theirs)
    assert own in page(make.person("fault_head"), mine)
    assert others in page(make.person("fault_head"), theirs)
    assert own not in page(make.person("auditor"), mine)
    assert 'id="crew"' in page(make.person("fault_head"), mine)
    assert 'id="crew"' not in page(people[0], mine)


@pytest.mark.parametrize(
    "nonsense", ["?from=x&until=y", "?duty=99999999999999999999", "?to=0&from=%00"]
)
def test_a_prefilled_address_that_means_nothing_opens_the_plain_form(admin, roster, nonsense):
    for form in ("replacement", "stand-in", "swap"):
        assert admin.get(f"/rosters/{roster.pk}/{form}/{nonsense}").status_code == 200


def test_replacing_is_for_who_arranges(client, roster):
    url = f"/rosters/{roster.pk}/replacement/"
    for who, status in (("cs", 403), ("auditor", 403), ("logistics", 403), ("fault_head", 200)):
        client.force_login(make.person(who))
        assert client.get(url).status_code == status
    client.force_login(make.person("fault_head"))
    answer = client.post(url, {"people": "甲工、甲工", "reason": ""})
    assert answer.status_code == 422
