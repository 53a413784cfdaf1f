"""The coverage proof on a hospital's data: what it looks at, what it blocks, who lets it pass."""

import datetime
import random

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans import evidence, workflow
from plans.models import PlanVersion, Rung
from plans.resolving import people_of
from teams import conflicts
from teams.models import ContactPoint, Leave, Person, Roster
from teams.rules import RosterRules, rules_of
from teams.workflow import change_roster
from tests import make
from tests.teams import making

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def in_force() -> PlanVersion:
    make.hospital()
    return PlanVersion.objects.in_force()


def everybody_has_a_proved_phone() -> None:
    now = timezone.now()
    ContactPoint.objects.filter(kind="phone").delete()
    ContactPoint.objects.bulk_create(
        ContactPoint(
            person=person,
            kind="phone",
            address=f"8{person.pk:03}",
            position=9,
            last_ok_at=now,
            last_ok_how="test",
        )
        for person in Person.objects.all()
    )


def nobody_is_proved() -> None:
    make.hospital()
    ContactPoint.objects.update(last_ok_at=None, last_ok_how="")


def approved_with_gaps() -> PlanVersion:
    nobody_is_proved()
    return make.plan("approved")


def ladder(*targets: dict, channels: tuple[str, ...] = (), acknowledgers: int = 1) -> list[dict]:
    return [
        {"to": to, "after": 0, "channels": list(channels), "acknowledgers": acknowledgers}
        for to in targets
    ]


def with_ladder(*targets: dict, **facts) -> PlanVersion:
    """A draft whose only ladder, of grade 1, has these rungs."""
    return make.plan("draft", ladders={"1": ladder(*targets, **facts)})


def gaps_of(plan: PlanVersion, **facts) -> list:
    return list(evidence.prove(plan, at=timezone.now(), **facts).gaps)


def test_a_hospital_in_which_everybody_is_reached_has_no_gap():
    plan = in_force()
    everybody_has_a_proved_phone()
    Rung.objects.filter(plan=plan).update(channels=[])
    assert gaps_of(plan) == []


def test_without_proof_of_a_channel_every_rung_is_a_gap():
    nobody_is_proved()
    plan = in_force()
    gaps = gaps_of(plan)
    asked = plan.rungs.exclude(to="reporter").count()
    assert {(gap.demand.level, gap.demand.position) for gap in gaps} == set(
        plan.rungs.exclude(to="reporter").values_list("level", "position")
    )
    assert len(gaps) == asked


def test_leave_of_the_only_person_is_a_gap_for_just_that_time():
    plan = with_ladder({"person": "zongzhiban"})
    everybody_has_a_proved_phone()
    person = make.person("zongzhiban")
    start = timezone.now() + 3 * DAY
    Leave.objects.create(
        person=person,
        starts_at=start,
        ends_at=start + 2 * DAY,
        reason="年假",
        state="approved",
        asked_by=person,
        asked_at=start,
        decided_by=person,
        decided_at=start,
    )
    (gap,) = gaps_of(plan)
    assert (gap.begins, gap.ends) == (
        int(start.timestamp()),
        int((start + 2 * DAY).timestamp()),
    )


def test_a_roster_is_asked_of_its_final_calendar():
    it = make.person("zhiban")
    roster = making.roster(
        making.layer(it.pk, begins="08:00", minutes=12 * 60, name="白班"), name="信息白班表"
    )
    plan = with_ladder({"roster": roster.name})
    everybody_has_a_proved_phone()
    gaps = gaps_of(plan, days=3)
    assert gaps
    assert all(gap.reached == 0 for gap in gaps)
    # Every night, but no day.
    at = evidence.hospital_zone()
    hours = {datetime.datetime.fromtimestamp(gap.ends, at).hour for gap in gaps[:-1]}
    assert hours == {8}


def test_a_calendar_that_is_only_tried_is_proved_in_its_place():
    it = make.person("zhiban")
    roster = making.roster(making.layer(it.pk), name="信息全天表")
    plan = with_ladder({"roster": roster.name})
    everybody_has_a_proved_phone()
    assert gaps_of(plan) == []
    assert len(gaps_of(plan, tried={roster.pk: []})) == 1
    assert gaps_of(plan, tried={roster.pk: []}, only=lambda rung: False) == []


def test_a_roster_change_that_uncovers_a_rung_is_told_before_it_is_saved():
    it, second = make.person("zhiban"), make.person("zhiban2")
    roster = making.roster(making.layer(it.pk), name="信息全天表", round_the_clock=False)
    everybody_has_a_proved_phone()
    make.plan("published", ladders={"1": ladder({"roster": roster.name})})
    days = rules_of(roster).changed(layers=(making.layer(it.pk, minutes=12 * 60),))
    found = conflicts.of_rules(roster, days, timezone.now())
    assert [each.kind for each in found] == ["coverage"]
    assert "Ⅰ级 第1步" in found[0].words
    with pytest.raises(conflicts.ConflictsFound):
        change_roster(roster.pk, by=make.person("admin"), rules=days)
    # Somebody else around the clock covers as well: no news.
    other = rules_of(roster).changed(layers=(making.layer(second.pk),))
    assert conflicts.of_rules(roster, other, timezone.now()) == []


def test_who_stands_in_for_the_leadership_is_asked_of_the_rungs_of_its_acting_head():
    everybody_has_a_proved_phone()
    make.plan(
        "published",
        ladders={"1": ladder({"group": "应急处理领导小组", "part": "acting_head"})},
    )
    unproved = making.reachable("leader", name="没测过的人")
    rules = RosterRules(
        name="代行值班表", layers=(making.layer(unproved.pk),), stands_in_for_leadership=True
    )
    new = Roster(group=make.group("leading"))
    # A roster that would be new, one whose people change, and one that only begins to stand in.
    found = conflicts.of_rules(new, rules, timezone.now())
    assert [each.kind for each in found] == ["coverage"]
    assert "Ⅰ级 第1步" in found[0].words
    proved = making.layer(make.person("zongzhiban").pk)
    roster = making.roster(proved, group="leading", name="行政表", stands_in_for_leadership=True)
    worse = rules_of(roster).changed(layers=rules.layers)
    assert [each.kind for each in conflicts.of_rules(roster, worse, timezone.now())] == ["coverage"]
    roster = making.change(roster, stands_in_for_leadership=False)
    roster = making.change(roster, layers=rules.layers)
    begins = rules_of(roster).changed(stands_in_for_leadership=True)
    found = conflicts.of_rules(roster, begins, timezone.now())
    assert [each.kind for each in found] == ["coverage"]
    # Where nobody stands in any longer, the head leads again: no news.
    roster = making.change(roster, stands_in_for_leadership=True)
    ends = rules_of(roster).changed(is_active=False)
    assert conflicts.of_rules(roster, ends, timezone.now()) == []


def test_whom_the_proof_names_is_whom_the_ladder_calls():
    """At any moment the proof's presence and the ladder's resolving are the same people."""
    it, second = make.person("zhiban"), make.person("zhiban2")
    roster = making.roster(making.layer(it.pk, second.pk), name="信息轮班表")
    plan = with_ladder(
        {"roster": roster.name},
        {"role": "it"},
        {"group": "故障应急小组", "part": "anyone"},
        {"group": "应急处理领导小组", "part": "acting_head"},
        {"group": "应急处理领导小组", "part": "deputy"},
        {"person": "zongzhiban"},
    )
    now = timezone.now()
    leader = make.person("leader")
    Leave.objects.create(
        person=leader,
        starts_at=now + DAY,
        ends_at=now + 4 * DAY,
        reason="会议",
        state="approved",
        asked_by=leader,
        asked_at=now,
        decided_by=leader,
        decided_at=now,
    )
    proof = evidence.prove(plan, at=now, days=10)
    chance = random.Random(7)  # noqa: S311  (tests draw moments, not keys)
    rungs = {rung.position: rung for rung in plan.rungs.select_related("group")}
    for demand in proof.demands:
        for _turn in range(8):
            second_of = chance.randrange(proof.start, proof.end)
            moment = datetime.datetime.fromtimestamp(second_of, datetime.UTC)
            named = {
                pk
                for pk, spans in demand.presence.items()
                if any(begins <= second_of < ends for begins, ends in spans)
            }
            away = {leader.pk} if now + DAY <= moment < now + 4 * DAY else set()
            called = {person.pk for person in people_of(rungs[demand.position], moment)}
            assert called == named - away, demand.target


def test_a_rung_to_the_reporter_is_not_asked_but_said():
    plan = with_ladder({"reporter": True})
    proof = evidence.prove(plan, at=timezone.now())
    assert (len(proof.demands), len(proof.unasked)) == (0, 1)


def test_a_version_with_gaps_is_not_published():
    plan = approved_with_gaps()
    with pytest.raises(Incomplete) as refused:
        workflow.publish(plan.number, by=make.person("admin"))
    assert "coverage" in refused.value.fields
    assert PlanVersion.objects.get(pk=plan.pk).status == "approved"


def test_a_waiver_by_the_leading_group_lets_it_be_published():
    plan = approved_with_gaps()
    found = len(gaps_of(plan))
    assert found
    workflow.waive_coverage(
        plan.number, by=make.person("leader"), reason="本周补齐短信验证", gaps=found
    )
    workflow.publish(plan.number, by=make.person("admin"))
    told = Entry.objects.get(stream=plan.stream, event="plan.waive_coverage").facts
    assert (told["gaps"], told["reason"]) == (found, "本周补齐短信验证")


@pytest.mark.parametrize("who", ["admin", "it", "cs", "auditor", "department"])
def test_only_the_leading_group_waives(who):
    plan = approved_with_gaps()
    with pytest.raises(NotAllowed):
        workflow.waive_coverage(plan.number, by=make.person(who), reason="不", gaps=999)
    assert not plan.coverage_waivers.exists()


def test_a_waiver_wants_a_reason_and_holds_no_more_gaps_than_were_seen():
    plan = approved_with_gaps()
    leader = make.person("leader")
    with pytest.raises(Incomplete):
        workflow.waive_coverage(plan.number, by=leader, reason=" ", gaps=999)
    with pytest.raises(Conflict):
        workflow.waive_coverage(plan.number, by=leader, reason="知道", gaps=0)
    assert not plan.coverage_waivers.exists()


def test_the_command_prints_counter_examples_and_fails(capsys):
    nobody_is_proved()
    with pytest.raises(SystemExit) as ended:
        call_command("prove_coverage")
    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all("级 第" in line for line in lines)


def test_the_command_is_silent_of_faults_where_all_is_covered(capsys):
    plan = in_force()
    everybody_has_a_proved_phone()
    Rung.objects.filter(plan=plan).update(channels=[])
    call_command("prove_coverage", days=7)
    assert "全部覆盖" in capsys.readouterr().out


def test_the_command_refuses_a_version_that_does_not_exist():
    with pytest.raises(CommandError):
        call_command("prove_coverage", version_number=99)


def test_the_proof_costs_a_fixed_number_of_queries(django_assert_max_num_queries):
    plan = in_force()
    with django_assert_max_num_queries(11):
        evidence.prove(plan, at=timezone.now())
    for number in range(30):
        make.new_person("it", name=f"工程师{number}")
    with django_assert_max_num_queries(11):
        evidence.prove(plan, at=timezone.now())


def page(client, who: str, plan: PlanVersion, **said):
    client.force_login(make.person(who))
    address = f"/plans/{plan.number}/coverage/"
    return client.post(address, said) if said else client.get(address)


def test_the_page_tells_the_gaps_in_words_and_offers_the_waiver_to_leaders_only(client):
    plan = approved_with_gaps()
    seen = page(client, "leader", plan).content.decode()
    assert "处缺口" in seen
    assert "放行覆盖缺口" in seen
    assert "放行覆盖缺口</button>" not in page(client, "it", plan).content.decode()


def test_a_stale_waiver_is_told_and_what_was_typed_stays(client):
    plan = approved_with_gaps()
    answer = page(client, "leader", plan, reason="先发布再补", gaps="0", version=plan.version)
    assert answer.status_code == 409
    assert "先发布再补" in answer.content.decode()


def test_a_waiver_without_reason_is_refused_at_its_field(client):
    plan = approved_with_gaps()
    answer = page(client, "leader", plan, reason="", gaps="999", version=plan.version)
    assert answer.status_code == 422
    assert "field--wrong" in answer.content.decode()


def test_a_waiver_on_the_page_is_recorded(client):
    plan = approved_with_gaps()
    answer = page(client, "leader", plan, reason="已知", gaps="9999", version=plan.version)
    assert answer.status_code == 302
    assert plan.coverage_waivers.get().reason == "已知"
