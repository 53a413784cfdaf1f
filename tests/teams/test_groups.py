"""Groups: who leads on screen, and what administrators change of them."""

import re

import pytest
from django.urls import reverse

from incidents import workflow as incidents
from incidents.workflow.orders import NewOrder
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans.models import PlanVersion
from teams import workflow
from teams.models import Leave, Membership, ResponseGroup
from teams.workflow import Seat
from tests import make
from tests.teams import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client):
    def sign_in(who):
        client.force_login(make.person(who) if isinstance(who, str) else who)
        return client

    return sign_in


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def seats_of(group):
    return [Seat(each.person_id, each.part) for each in group.memberships.all()]


def guards(*people, **facts):
    """A group of the hospital's own, the first of the people at its head."""
    make.hospital()
    facts = {"name": "疏导组", "duty": "疏导门诊入口"} | facts
    seats = [
        Seat(person.pk, "head" if place == 0 else "member") for place, person in enumerate(people)
    ]
    return workflow.add_group(by=make.person("admin"), seats=seats, **facts)


def away(who, days=2):
    person = make.person(who)
    leave = workflow.ask_leave(
        by=person, starts_at=making.local(-1), ends_at=making.local(days), reason="年休假"
    )
    workflow.approve_leave(leave.pk, by=make.person("admin"), accept_conflicts="已安排")
    return leave


# The verbs --------------------------------------------------------------------------------------


def test_a_group_of_the_hospital_is_added_with_its_people():
    head, member = make.new_person("logistics", name="甲"), make.new_person("cs", name="乙")
    group = guards(head, member)
    assert (group.kind, seats_of(group)) == ("other", [Seat(head.pk, "head"), Seat(member.pk)])
    entry = Entry.objects.of(f"group:{group.pk}").get()
    assert (entry.event, entry.facts["seats"]) == ("group.add", ["组长 甲", "加入 甲 乙"])


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "故障应急小组"}, "name"),
        ({"name": "  "}, "name"),
        ({"duty": ""}, "duty"),
        ({"kind": "leading"}, "kind"),
        ({"kind": "nonsense"}, "kind"),
    ],
)
def test_a_group_that_cannot_be_is_refused_in_words(facts, field):
    with pytest.raises(Incomplete) as refusal:
        guards(**facts)
    assert field in refusal.value.fields
    assert ResponseGroup.objects.filter(kind="other").count() == 1  # the demo’s own


def test_deputies_stand_in_in_the_order_in_which_they_sit():
    group = make.group("leading")
    admin, seats = make.person("admin"), seats_of(group)
    first, second, *rest = [seat for seat in seats if seat.part == "deputy"]
    others = [seat for seat in seats if seat.part != "deputy"]
    workflow.seat_group(
        group.pk, by=admin, version=1, seats=[*others, second, first, *rest], reason="岗位调整"
    )
    group.refresh_from_db()
    deputies = group.memberships.filter(part="deputy").values_list("person_id", flat=True)
    assert list(deputies)[:2] == [second.person, first.person]
    assert group.version == 2
    entry = Entry.objects.of(f"group:{group.pk}").last()
    assert (entry.event, entry.facts["reason"]) == ("group.seat", "岗位调整")
    with pytest.raises(Conflict):
        workflow.seat_group(group.pk, by=admin, version=1, seats=seats, reason="又改回来")


def test_another_head_wants_a_reason_and_members_do_not():
    group = make.group("fault")
    admin, seats = make.person("admin"), seats_of(group)
    new = make.new_person("it", name="新工")
    workflow.seat_group(group.pk, by=admin, seats=[*seats, Seat(new.pk)])
    swapped = [Seat(new.pk, "head"), *(Seat(each.person) for each in seats)]
    before = Entry.objects.count()
    with pytest.raises(Incomplete) as refusal:
        workflow.seat_group(group.pk, by=admin, seats=swapped)
    assert "reason" in refusal.value.fields
    assert Entry.objects.count() == before
    workflow.seat_group(group.pk, by=admin, seats=swapped, reason="接任主任")
    assert group.memberships.get(part="head").person == new


def test_saving_the_same_seats_writes_nothing():
    group = make.group("fault")
    before = Entry.objects.count()
    workflow.seat_group(group.pk, by=make.person("admin"), seats=seats_of(group))
    group.refresh_from_db()
    assert (group.version, Entry.objects.count()) == (1, before)


def test_seats_that_cannot_be_are_refused_and_nothing_moves():
    group = make.group("logistics")
    admin, seats = make.person("admin"), seats_of(group)
    gone = make.new_person("logistics", is_active=False)
    for wrong in (
        [],
        [Seat(each.person) for each in seats],
        [*seats, Seat(seats[0].person)],
        [*seats, Seat(gone.pk)],
        [*seats, Seat(make.person("auditor").pk)],
        [*seats, Seat(make.person("cs").pk, "head")],
        [*seats, Seat(make.person("cs").pk, "nonsense")],
        [*seats, Seat(10**9)],
    ):
        with pytest.raises(Incomplete):
            workflow.seat_group(group.pk, by=admin, seats=wrong, reason="x")
    assert seats_of(group) == seats


@pytest.mark.parametrize("who", ["cs", "it", "leader", "department", "logistics", "auditor"])
def test_only_administrators_change_groups(who):
    group, by = guards(make.new_person("cs")), make.person(who)
    for verb, facts in (
        (workflow.change_group, {"name": "x"}),
        (workflow.seat_group, {"seats": []}),
        (workflow.switch_group, {"on": False, "reason": "x"}),
    ):
        with pytest.raises(NotAllowed):
            verb(group.pk, by=by, **facts)
    with pytest.raises(NotAllowed):
        workflow.add_group(by=by, name="x", duty="x")
    group.refresh_from_db()
    assert (group.name, group.version, group.is_active) == ("疏导组", 1, True)


def test_a_group_is_dissolved_when_nothing_needs_it_and_comes_back():
    group, admin = guards(make.person("stranger")), make.person("admin")
    made = make.confirmed()
    order = NewOrder(to=group, text="疏导门诊入口", minutes=10)
    incidents.command(made.pk, by=make.person("leader"), orders=[order])
    with pytest.raises(Incomplete, match="指令没有办结"):
        workflow.switch_group(group.pk, by=admin, on=False, reason="并入后勤")
    open_order = made.orders.get()
    incidents.refuse_order(open_order.pk, by=make.person("stranger"), reason="人手不够")
    roster = making.roster(making.layer(make.person("cs").pk))
    type(roster).objects.filter(pk=roster.pk).update(group=group)
    with pytest.raises(Incomplete, match="值班表"):
        workflow.switch_group(group.pk, by=admin, on=False, reason="并入后勤")
    type(roster).objects.filter(pk=roster.pk).update(is_active=False)
    with pytest.raises(Incomplete) as refusal:
        workflow.switch_group(group.pk, by=admin, on=False)
    assert "reason" in refusal.value.fields
    workflow.switch_group(group.pk, by=admin, on=False, reason="并入后勤")
    group.refresh_from_db()
    assert (group.is_active, group.version) == (False, 2)
    workflow.switch_group(group.pk, by=admin, on=True)
    with pytest.raises(Conflict):
        workflow.switch_group(group.pk, by=admin, on=True)


def test_the_plans_groups_and_those_it_calls_stay():
    admin, group = make.person("admin"), guards(make.new_person("cs"))
    with pytest.raises(Incomplete, match="预案规定"):
        workflow.switch_group(make.group("fault").pk, by=admin, on=False, reason="x")
    rung = PlanVersion.objects.in_force().rungs.filter(group__kind="fault").first()
    type(rung).objects.filter(pk=rung.pk).update(group=group)
    with pytest.raises(Incomplete, match="现行预案"):
        workflow.switch_group(group.pk, by=admin, on=False, reason="x")


# On screen --------------------------------------------------------------------------------------


def test_the_list_says_who_leads_each_group_and_why(as_):
    away("yuanzhang")
    said = text(as_("cs").get("/groups/"))
    assert "应急处理领导小组" in said
    assert "钱院长请假至" in said
    assert "现在带队 孙主任" in said


def test_the_list_costs_the_same_queries_whatever_its_length(as_, django_assert_num_queries):
    client = as_("cs")
    with django_assert_num_queries(9):
        client.get("/groups/")
    for each in range(5):
        guards(make.new_person("cs"), make.new_person("cs"), name=f"疏导{each}组")
    with django_assert_num_queries(9):
        client.get("/groups/")


def test_the_page_of_a_group_shows_the_order_of_succession(as_):
    away("yuanzhang")
    answer = as_("department").get(make.group("leading").get_absolute_url())
    said = text(answer)
    order = [said.index(words) for words in ("请假至", "现在带队 ", "叫不到时接替")]
    assert all(order)
    assert re.search(r"1 钱院长 组长 院长 请假至", said)
    assert re.search(r"2 孙主任 副组长 信息技术部主任 现在带队", said)
    assert re.search(r"3 冯主任 副组长 客服部主任 叫不到时接替", said)
    assert "调整成员" not in said
    assert "改动记录" not in said


def test_outside_office_hours_the_duty_of_leadership_stands_first():
    roster = making.roster(
        making.layer(make.person("zongzhiban").pk),
        group="leading",
        name="行政总值班表",
        stands_in_for_leadership=True,
    )
    from teams.selectors.groups import shown_group

    tonight = making.local(1, 22)
    shown = shown_group(make.group("leading").pk, tonight)
    assert (shown.steps[0].name, shown.steps[0].label) == ("卫总值班", str(roster))
    assert (shown.steps[0].leads, shown.steps[1].is_next) == (True, True)
    # The same person as the third deputy is not who comes next.
    assert [step.name for step in shown.steps if step.is_next] == ["钱院长"]


def test_a_group_that_nobody_leads_says_so(as_):
    group = guards()
    said = text(as_("cs").get(group.get_absolute_url()))
    assert "现在没有人带队" in said
    assert "这个小组还没有人" in said
    assert as_("cs").get("/groups/999999/").status_code == 404


def form_of(group, **changed):
    said = {"version": group.version}
    for each in group.memberships.all():
        said[f"part-{each.person_id}"] = each.part
        said[f"place-{each.person_id}"] = each.position
    for row in (1, 2, 3):
        said |= {f"who-new{row}": "", f"part-new{row}": "member", f"place-new{row}": ""}
    return said | changed


def test_an_administrator_seats_people_on_one_form(as_):
    group, client = make.group("logistics"), as_("admin")
    url = reverse("teams:seat_group", args=[group.pk])
    assert client.get(url).status_code == 200
    new, old = make.new_person("logistics", name="新来的"), make.person("caiwu")
    said = form_of(group) | {
        f"part-{old.pk}": "out",
        "who-new1": new.pk,
        "part-new1": "deputy",
        "place-new1": "1",
    }
    refused = client.post(url, said)
    assert refused.status_code == 422
    assert "请写明为什么" in text(refused)
    assert f'<option value="{new.pk}" selected>' in refused.content.decode()
    assert client.post(url, said | {"reason": "轮岗"})["Location"] == group.get_absolute_url()
    assert [str(each.person) for each in group.memberships.filter(part="deputy")] == ["新来的"]
    assert not Membership.objects.filter(group=group, person=old).exists()
    stale = client.post(url, said | {"reason": "轮岗"})
    assert stale.status_code == 409
    assert "别人已经更新了" in text(stale)
    assert "新来的" in text(stale)


def test_bad_seats_are_said_at_the_top_and_write_nothing(as_):
    group, client = make.group("fault"), as_("admin")
    url = reverse("teams:seat_group", args=[group.pk])
    head = group.memberships.get(part="head").person_id
    for wrong, status in (
        ({f"part-{head}": "member", "reason": "x"}, 422),
        ({f"part-{head}": "nonsense"}, 422),
        ({f"place-{head}": "x"}, 422),
        ({"who-new1": "999999"}, 422),
        ({"who-new1": make.person("auditor").pk}, 422),
        ({"version": "nonsense", "reason": "x\0y"}, 422),
    ):
        assert client.post(url, form_of(group) | wrong).status_code == status, wrong
    group.refresh_from_db()
    assert group.version == 1


def test_name_and_duty_are_changed_and_an_older_form_is_told(as_):
    group, client = guards(), as_("admin")
    url = reverse("teams:change_group", args=[group.pk])
    assert client.get(url).status_code == 200
    said = {"version": 1, "name": "疏导一组", "duty": "疏导"}
    assert client.post(url, said)["Location"] == group.get_absolute_url()
    stale = client.post(url, said | {"name": "疏导二组"})
    assert stale.status_code == 409
    assert "疏导一组" in text(stale)
    assert "疏导二组" in text(stale)
    taken = client.post(url, {"version": 2, "name": "故障应急小组", "duty": "x"})
    assert taken.status_code == 422
    assert "已经有" in text(taken)


def test_a_group_is_made_dissolved_and_brought_back_on_pages(as_):
    make.hospital()
    client = as_("admin")
    assert client.get("/groups/new/").status_code == 200
    assert client.post("/groups/new/", {"name": "", "duty": ""}).status_code == 422
    answer = client.post("/groups/new/", {"name": "车辆组", "duty": "引导车辆"})
    group = ResponseGroup.objects.get(name="车辆组")
    assert answer["Location"] == reverse("teams:seat_group", args=[group.pk])
    off = reverse("teams:group_verb", args=[group.pk, "switch_off"])
    assert client.post(off, {"version": 1}).status_code == 422
    assert client.post(off, {"version": 1, "reason": "不用了"}).status_code == 302
    assert "已停用的小组" in text(client.get("/groups/"))
    assert client.post(off, {"version": 2, "reason": "不用了"}).status_code == 409
    on = reverse("teams:group_verb", args=[group.pk, "switch_on"])
    assert client.post(on, {"version": 2}).status_code == 302
    history = text(client.get(group.get_absolute_url()))
    assert "停用小组" in history
    assert "不用了" in history
    assert client.post(reverse("teams:group_verb", args=[group.pk, "nonsense"])).status_code == 404


def test_groups_are_linked_where_they_are_named(as_):
    fault = make.group("fault").get_absolute_url()
    person = make.person("it")
    assert fault in as_("cs").get(person.get_absolute_url()).content.decode()
    assert fault in as_("cs").get("/directory/").content.decode()
    made = make.confirmed()
    order = NewOrder(to=make.group("fault"), text="修复", minutes=10)
    incidents.command(made.pk, by=make.person("leader"), orders=[order])
    assert fault in as_("it").get(reverse("incidents:detail", args=[made.pk])).content.decode()


def test_leave_that_was_only_asked_for_moves_nobody():
    person = make.person("yuanzhang")
    workflow.ask_leave(
        by=person, starts_at=making.local(-1), ends_at=making.local(2), reason="年休假"
    )
    from teams.selectors.groups import shown_group

    shown = shown_group(make.group("leading").pk, making.local(0, 12))
    assert shown.steps[0].leads
    assert Leave.objects.get().state == "asked"
