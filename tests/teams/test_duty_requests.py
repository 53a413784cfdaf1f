"""Asking for leave, a stand-in, a swap; answering and deciding, by HTTP."""

import pytest
from django.utils import timezone

from journal.models import Entry
from journal.relay import relay
from notices.models import Alert
from teams import workflow
from teams.models import Duty, Leave, StandIn
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
    """The first two take turns each day from midnight; the third may stand in."""
    return making.roster(layer(people[0].pk, people[1].pk), name="一线")


def duty_of(roster, person):
    coming = Duty.objects.filter(roster=roster, person=person, starts_at__gt=local(2))
    return coming.order_by("starts_at").first()


def get(client, who, url):
    client.force_login(who)
    return client.get(url)


def post(client, who, url, **said):
    client.force_login(who)
    return client.post(url, said)


def text(answer):
    return answer.content.decode()


def leave_of(person, days=3):
    return workflow.ask_leave(
        by=person, starts_at=local(days), ends_at=local(days + 1), reason="年休假"
    )


def asked(roster, people):
    duty = duty_of(roster, people[0])
    return workflow.ask_stand_in(
        roster.pk,
        by=people[0],
        stand_in=people[2],
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        reason="家里有事",
    )


def said_for(duty, stand_in, **more):
    return {
        "starts_at": f"{timezone.localtime(duty.starts_at):{FORM}}",
        "ends_at": f"{timezone.localtime(duty.ends_at):{FORM}}",
        "stand_in": stand_in.pk,
        "reason": "家里有事",
    } | more


# Leave ------------------------------------------------------------------------------------------


def test_somebody_asks_for_leave_and_sees_which_shifts_fall_into_it(client, people, roster):
    said = {"starts_at": f"{local(3):{FORM}}", "ends_at": f"{local(5):{FORM}}", "reason": "年休假"}
    answer = post(client, people[0], "/duty/leave/", **said)
    leave = Leave.objects.get()
    assert answer.headers["Location"] == f"/duty/leave/{leave.pk}/"
    page = text(client.get(f"/duty/leave/{leave.pk}/"))
    assert "待批准" in page
    assert page.count("找人代班") == 1
    # The same form, sent twice, is one request.
    assert client.post("/duty/leave/", said).status_code == 302
    assert Leave.objects.count() == 1
    assert "年休假" in text(client.get("/duty/"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ends_at": "gestern"}, "请写成日期和时间"),
        ({"ends_at": "9999-12-31T00:00"}, "请写成日期和时间"),
        ({"ends_at": "2020-01-01T00:00"}, "结束时间要晚于开始时间"),
        ({"reason": ""}, "请写一句事由"),
        ({"reason": "\0"}, ""),
    ],
)
def test_leave_that_makes_no_sense_is_refused_and_what_was_typed_stays(
    client, people, wrong, sentence
):
    said = {"starts_at": f"{local(3):{FORM}}", "ends_at": f"{local(5):{FORM}}", "reason": "年休假"}
    answer = post(client, people[0], "/duty/leave/", **said | wrong)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert said["starts_at"] in text(answer)
    assert not Leave.objects.exists()


def test_leave_for_others_asks_only_who_may_decide_about_them(client, people, roster):
    said = {"starts_at": f"{local(3):{FORM}}", "ends_at": f"{local(5):{FORM}}", "reason": "病假"}
    url = "/duty/leave/"
    assert 'name="person"' not in text(get(client, people[1], url))
    post(client, people[1], url, person=people[0].pk, **said)
    assert Leave.objects.get().person == people[1]
    assert people[0].name in text(get(client, make.person("fault_head"), url))
    post(client, make.person("fault_head"), url, person=people[0].pk, **said)
    assert Leave.objects.filter(person=people[0]).exists()


def test_who_decides_sees_what_it_would_break_before_and_must_say_why(client, people, roster):
    leave = leave_of(people[0], 3)
    Leave.objects.filter(pk=leave.pk).update(ends_at=local(6))
    head = make.person("fault_head")
    assert "甲工请假" in text(get(client, head, "/duty/"))
    page = text(client.get(f"/duty/leave/{leave.pk}/"))
    assert "没有人值班" in page
    assert "为什么仍要这样排" in page
    url = f"/duty/leave/{leave.pk}/approve/"
    answer = client.post(url, {"version": 1})
    assert answer.status_code == 422
    assert "还没有改" in text(answer)
    assert Leave.objects.get().state == "asked"
    assert client.post(url, {"version": 1, "accept_conflicts": "另派人"}).status_code == 302
    assert Leave.objects.get().state == "approved"
    assert Entry.objects.get(event="leave.approve").facts["accepted_because"] == "另派人"
    assert "等我处理" not in text(client.get("/duty/"))


def test_a_stale_answer_shows_what_changed_and_nobody_decides_their_own(client, people, roster):
    leave = leave_of(people[0])
    url = f"/duty/leave/{leave.pk}/"
    assert post(client, people[0], f"{url}approve/").status_code == 403
    assert post(client, people[0], f"{url}withdraw/", version=1).status_code == 302
    answer = post(client, make.person("admin"), f"{url}refuse/", version=1, reason="缺人")
    assert answer.status_code == 409
    assert "已撤回" in text(answer)
    assert "缺人" in text(answer)


def test_a_refusal_needs_its_reason(client, people, roster):
    leave = leave_of(people[0])
    url = f"/duty/leave/{leave.pk}/refuse/"
    assert post(client, make.person("admin"), url, version=1).status_code == 422
    post(client, make.person("admin"), url, version=1, reason="当天有演练")
    assert "当天有演练" in text(get(client, people[0], f"/duty/leave/{leave.pk}/"))


def test_requests_are_seen_by_those_whom_they_concern(client, people, roster):
    leave, stand_in = leave_of(people[0]), asked(roster, people)
    for url, sees in (
        (f"/duty/leave/{leave.pk}/", [people[0]]),
        (f"/duty/stand-ins/{stand_in.pk}/", [people[0], people[2]]),
    ):
        for who in [*sees, *map(make.person, ("admin", "auditor", "fault_head"))]:
            assert get(client, who, url).status_code == 200
        for who in (people[1], make.person("cs"), make.person("logistics")):
            assert get(client, who, url).status_code == 403
    assert get(client, make.person("auditor"), "/duty/leave/").status_code == 403
    assert get(client, people[0], f"/duty/leave/{leave.pk}99/").status_code == 404
    assert post(client, people[0], f"/duty/leave/{leave.pk}/burn/").status_code == 404


# Stand-ins --------------------------------------------------------------------------------------


def test_a_stand_in_is_asked_accepted_and_approved_by_three_people(client, people, roster):
    duty = duty_of(roster, people[0])
    url = f"/rosters/{roster.pk}/stand-in/?duty={duty.pk}"
    assert url in text(get(client, people[0], "/duty/"))
    page = text(client.get(url))
    assert f"{timezone.localtime(duty.starts_at):{FORM}}" in page
    assert 'name="how"' not in page
    # Who arranges nothing asks for themselves, whatever is sent.
    said = said_for(duty, people[2], how="arrange", person=people[1].pk)
    for _twice in range(2):
        assert client.post(url, said).status_code == 302
    stand_in = StandIn.objects.get()
    assert (stand_in.person, stand_in.state) == (people[0], "asked")
    page_url = f"/duty/stand-ins/{stand_in.pk}/"
    assert page_url in text(get(client, people[2], "/duty/")).split("我的班")[0]
    assert post(client, people[1], f"{page_url}accept/").status_code == 403
    assert post(client, people[2], f"{page_url}accept/", version=1).status_code == 302
    head = make.person("fault_head")
    assert page_url in text(get(client, head, "/duty/")).split("我的班")[0]
    assert post(client, head, f"{page_url}approve/", version=2).status_code == 302
    assert Duty.objects.at(duty.starts_at).get(roster=roster).person == people[2]


def test_who_was_asked_may_decline_with_a_reason_and_who_asked_may_withdraw(client, people, roster):
    stand_in = asked(roster, people)
    url = f"/duty/stand-ins/{stand_in.pk}/"
    assert post(client, people[2], f"{url}decline/", version=1).status_code == 422
    assert post(client, people[2], f"{url}decline/", version=1, reason="出差").status_code == 302
    assert "出差" in text(get(client, people[0], url))
    other = asked(roster, people)
    assert post(client, people[0], f"/duty/stand-ins/{other.pk}/withdraw/").status_code == 302
    assert StandIn.objects.get(pk=other.pk).state == "withdrawn"


def test_who_arranges_the_roster_settles_it_at_once_or_says_why_in_spite_of_conflicts(
    client, people, roster
):
    duty = duty_of(roster, people[0])
    workflow.approve_leave(
        workflow.ask_leave(
            by=people[2], starts_at=duty.starts_at, ends_at=duty.ends_at, reason="年休假"
        ).pk,
        by=make.person("admin"),
    )
    url = f"/rosters/{roster.pk}/stand-in/?duty={duty.pk}&to={people[2].pk}"
    head = make.person("fault_head")
    assert f'value="{people[2].pk}" selected' in text(get(client, head, url))
    said = said_for(duty, people[2], how="arrange", person=people[0].pk)
    answer = client.post(url, said)
    assert answer.status_code == 422
    assert "处冲突，还没有改" in text(answer)
    assert 'name="accept_conflicts"' in text(answer)
    assert not StandIn.objects.exists()
    said["accept_conflicts"] = "本人改了假"
    for _twice in range(2):
        answer = client.post(url, said)
        assert answer.headers["Location"].startswith(f"/rosters/{roster.pk}/?from=")
    stand_in = StandIn.objects.get()
    assert stand_in.state == "approved"
    # And it can be taken back.
    cancel = f"/duty/stand-ins/{stand_in.pk}/cancel/"
    assert client.post(cancel, {"version": 1, "reason": "不用了"}).status_code == 302
    assert Duty.objects.at(duty.starts_at).get(roster=roster).person == people[0]


def test_a_shift_that_is_not_ones_own_is_refused_in_words(client, people, roster):
    duty = duty_of(roster, people[1])
    url = f"/rosters/{roster.pk}/stand-in/?duty={duty.pk}"
    answer = post(client, people[0], url, **said_for(duty, people[2]))
    assert answer.status_code == 422
    assert "这段时间不在" in text(answer)
    answer = post(client, people[0], url, **said_for(duty, people[0]))
    assert "请选择另一位同事" in text(answer)
    answer = post(client, people[0], url, **said_for(duty, make.person("auditor")))
    assert "请在名单里选择" in text(answer)


# Swaps ------------------------------------------------------------------------------------------


def test_a_swap_is_asked_and_approved_as_one(client, people, roster):
    mine, theirs = duty_of(roster, people[0]), duty_of(roster, people[1])
    url = f"/rosters/{roster.pk}/swap/?duty={mine.pk}"
    page = text(get(client, people[0], url))
    assert f'value="{mine.pk}" selected' in page
    said = {"mine": mine.pk, "theirs": theirs.pk, "reason": "家里有事"}
    for _twice in range(2):
        assert client.post(url, said).status_code == 302
    first, second = StandIn.objects.order_by("pk")
    page = text(get(client, people[1], f"/duty/stand-ins/{second.pk}/"))
    assert "乙工和甲工换班" in page
    assert text(client.get("/duty/")).count(f"/duty/stand-ins/{first.pk}/") == 1
    assert f"/duty/stand-ins/{second.pk}/" not in text(client.get("/duty/"))
    client.post(f"/duty/stand-ins/{first.pk}/accept/")
    post(client, make.person("fault_head"), f"/duty/stand-ins/{first.pk}/approve/")
    assert Duty.objects.at(mine.starts_at).get(roster=roster).person == people[1]
    assert Duty.objects.at(theirs.starts_at).get(roster=roster).person == people[0]


def test_a_shift_that_moved_meanwhile_must_be_chosen_again(client, people, roster):
    mine, theirs = duty_of(roster, people[0]), duty_of(roster, people[1])
    said = {"mine": mine.pk, "theirs": theirs.pk, "reason": "家里有事"}
    Duty.objects.filter(pk=theirs.pk).delete()
    answer = post(client, people[0], f"/rosters/{roster.pk}/swap/", **said)
    assert answer.status_code == 422
    assert "这个班刚刚有变动" in text(answer)
    # Somebody else's shift is not one's own to give.
    said = {"mine": duty_of(roster, people[1]).pk, "theirs": mine.pk, "reason": "x"}
    assert post(client, people[2], f"/rosters/{roster.pk}/swap/", **said).status_code == 422


def test_who_arranges_the_roster_lets_two_people_swap_at_once(client, people, roster):
    mine, theirs = duty_of(roster, people[0]), duty_of(roster, people[1])
    said = {"mine": mine.pk, "theirs": theirs.pk, "reason": "培训", "how": "arrange"}
    url = f"/rosters/{roster.pk}/swap/?duty={mine.pk}&with={theirs.pk}"
    answer = post(client, make.person("admin"), url, **said | {"how": "ask"})
    assert answer.status_code == 422
    assert "换班由本人申请" in text(answer)
    assert client.post(url, said).status_code == 302
    # Sent twice, the shifts are no longer what they were.
    assert client.post(url, said).status_code == 422
    assert StandIn.objects.filter(state="approved").count() == 2
    assert Duty.objects.at(mine.starts_at).get(roster=roster).person == people[1]


def test_only_who_arranges_both_rosters_may_let_people_swap(people, roster):
    from journal.refusals import NotAllowed

    mine, theirs = duty_of(roster, people[0]), duty_of(roster, people[1])
    for who in ("cs", "logistics", "auditor", "it"):
        with pytest.raises(NotAllowed):
            workflow.arrange_swap(
                roster.pk,
                by=make.person(who),
                person=people[0],
                starts_at=mine.starts_at,
                ends_at=mine.ends_at,
                other=people[1],
                other_starts_at=theirs.starts_at,
                other_ends_at=theirs.ends_at,
                reason="x",
            )
    assert not StandIn.objects.exists()


# Told -------------------------------------------------------------------------------------------


def alerts_of(person):
    relay()
    return {alert.text: alert.url for alert in Alert.objects.filter(person=person)}


def test_each_step_is_told_to_the_others_with_the_way_to_the_request(client, people, roster):
    stand_in = asked(roster, people)
    url = f"/duty/stand-ins/{stand_in.pk}/"
    assert url in alerts_of(people[2]).values()
    post(client, people[0], f"{url}withdraw/")
    assert any("申请撤回了" in words for words in alerts_of(people[2]))
    leave = leave_of(people[0])
    head = make.person("fault_head")
    assert f"/duty/leave/{leave.pk}/" in alerts_of(head).values()
    post(client, people[0], f"/duty/leave/{leave.pk}/withdraw/")
    assert any("撤回" in words for words in alerts_of(head))
    assert not any("撤回" in words for words in alerts_of(people[0]))


def test_the_roster_lists_its_stand_ins_for_who_arranges_it(client, people, roster):
    stand_in = asked(roster, people)
    url = f"/duty/stand-ins/{stand_in.pk}/"
    assert url in text(get(client, make.person("fault_head"), f"/rosters/{roster.pk}/"))
    assert url not in text(get(client, people[1], f"/rosters/{roster.pk}/"))
