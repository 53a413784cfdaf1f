"""The figures are right to the second: counted again, plainly, from the journal."""

import math
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from incidents import workflow
from incidents.models import Deadline, Incident
from journal.models import Entry
from journal.relay import relay
from reviews.figures import counting, keeping, whole
from reviews.figures.asking import EARLIEST, Asked
from reviews.models import IncidentTimes
from teams.models.calendar import Day
from tests import make

pytestmark = pytest.mark.django_db

STEPS = ("acknowledge", "confirm", "command", "first_notice", "restore")
_MOMENTS = ("acknowledged_at", "confirmed_at", "commanded_at", "notified_at", "restored_at")


@pytest.fixture(autouse=True)
def _counted_anew():
    whole.forget()
    yield
    whole.forget()


def everything(**facts: Any) -> Asked:
    return Asked(EARLIEST, timezone.localdate() + timedelta(days=4000), **facts)


def stretch(incident: Incident, chance: random.Random) -> None:
    """As if this incident's verbs had taken their time: up to hours between any two of them, also
    in the journal, which only a test with the triggers off can rewrite."""
    at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    at += timedelta(minutes=chance.randrange(400_000))
    moved: dict[datetime, datetime] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for entry in Entry.objects.of(incident.stream):
            # Entries of one verb share its moment.
            if entry.at not in moved:
                at += timedelta(
                    seconds=chance.randrange(20_000), milliseconds=chance.randrange(999)
                )
                moved[entry.at] = at
            Entry.objects.filter(pk=entry.pk).update(at=moved[entry.at])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    fresh = Incident.objects.get(pk=incident.pk)
    facts = {name: moved[getattr(fresh, name)] for name in _MOMENTS if getattr(fresh, name)}
    Incident.objects.filter(pk=incident.pk).update(reported_at=moved[fresh.reported_at], **facts)
    for clock in Deadline.objects.filter(incident=incident):
        armed = moved.get(clock.armed_at, moved[fresh.reported_at])
        clock.due_at, clock.armed_at = armed + (clock.due_at - clock.armed_at), armed
        clock.save()


def plainly(incident: Incident) -> dict[str, int | None]:
    """Seconds of each step as the journal tells them, entry by entry."""
    entries = list(Entry.objects.of(incident.stream))
    began = entries[0].at
    found: dict[str, int | None] = dict.fromkeys(STEPS)
    for entry in entries:
        seconds = math.floor((entry.at - began).total_seconds())
        match entry.event.removeprefix("incident."):
            case "acknowledge":
                found["acknowledge"] = seconds
            case "confirm":
                found["confirm"] = seconds
                # Who grades it has received it.
                found["acknowledge"] = min(found["acknowledge"] or seconds, seconds)
            case "command":
                found["command"] = seconds
            case "notify":
                found["first_notice"] = found["first_notice"] or seconds
            case "pass_restoration":
                found["restore"] = seconds
            case "relapse":
                found["restore"] = found["first_notice"] = None
    return found


def percentile(times: list[int], share: float) -> int | None:
    """The shortest time within which this share was done."""
    return sorted(times)[math.ceil(share * len(times)) - 1] if times else None


def play(how: dict[str, Any]) -> Incident:
    """One incident's life."""
    chance = random.Random(how["seed"])  # noqa: S311
    if how["end"] == "dismissed":
        made = make.report()
        workflow.dismiss(made.pk, by=make.person("it"), reason="误操作")
    elif how["end"] == "merged":
        target, made = make.report(), make.report()
        workflow.merge(made.pk, by=make.person("it"), into=target.pk)
        stretch(target, chance)
    else:
        facts = {"level": how["level"], "fault_type": how["fault_type"]}
        made = make.incident(how["end"], **facts)
        if how["regrade"] and how["end"] in ("confirmed", "commanded", "repairing"):
            leader = make.person("fault_head")
            workflow.regrade(
                made.pk, by=leader, level=how["regrade"], convene=True, reason="范围扩大"
            )
        if how["relapse"] and how["end"] == "cleaning":
            workflow.relapse(made.pk, by=make.person("it"), reason="又断了")
    stretch(made, chance)
    return made


_ENDS = [
    *("reported", "confirmed", "commanded", "repairing"),
    *("cleaning", "reviewing", "dismissed", "merged"),
]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_figures_are_those_of_a_plain_recomputation(seed):
    chance = random.Random(seed)  # noqa: S311
    for end in chance.sample(_ENDS, len(_ENDS)):
        play(
            {
                "end": end,
                "level": chance.choice([1, 2, 3]),
                "fault_type": chance.choice(["software", "network"]),
                "regrade": chance.choice([0, 1, 2]),
                "relapse": chance.choice([True, False]),
                "seed": chance.random(),
            }
        )
    keeping.measure_all()
    incidents = list(Incident.objects.select_related("grade"))
    told = {incident.pk: plainly(incident) for incident in incidents}
    for times in IncidentTimes.objects.all():
        assert {step: getattr(times, step) for step in STEPS} == told[times.incident_id]

    counted = [one for one in incidents if one.state not in ("dismissed", "merged")]
    assert counting.whole(everything()).count == len(counted)
    by_level = defaultdict(list)
    for incident in counted:
        by_level[incident.grade.level if incident.grade else None].append(told[incident.pk])
    for step in STEPS:
        groups = counting.groups(everything(step=step))["level"]
        assert {group.key: group.count for group in groups} == {
            level: len(those) for level, those in by_level.items()
        }
        for group in groups:
            times = [those[step] for those in by_level[group.key] if those[step] is not None]
            measured = group.measured[step]
            assert (measured.done, measured.median, measured.p80, measured.p95) == (
                len(times),
                *(percentile(times, share) for share in (0.5, 0.8, 0.95)),
            )


def test_the_relay_measures_after_each_verb():
    incident = make.incident("reviewing")
    relay()
    times = IncidentTimes.objects.get(incident=incident)
    assert {step: getattr(times, step) for step in STEPS} == plainly(incident)
    assert times.confirm_target == 15 * 60
    assert times.level == 2
    assert times.first_notice_target is None, "waived: nothing is owed"
    assert times.departments == sorted(
        make.department(name).pk for name in ("门诊收费处", "门诊导诊台")
    )
    assert times.services == sorted(make.service(name).pk for name in ("挂号", "缴费"))


def test_a_mistaken_report_and_a_merged_one_are_not_counted():
    first, second, third = make.report(), make.report(), make.report()
    workflow.dismiss(second.pk, by=make.person("it"), reason="误操作")
    workflow.merge(third.pk, by=make.person("it"), into=first.pk)
    relay()
    assert counting.whole(everything()).count == 1


def test_a_step_that_still_has_time_is_not_judged_and_one_whose_time_is_over_is_late():
    incident = make.report()
    relay()
    assert counting.whole(everything()).measured["confirm"].judged == 0
    IncidentTimes.objects.filter(incident=incident).update(
        reported_at=timezone.now() - timedelta(days=1)
    )
    confirm = counting.whole(everything()).measured["confirm"]
    assert (confirm.judged, confirm.kept, confirm.share) == (1, 0, 0.0)


def test_night_and_rest_days_are_told_from_office_hours():
    Day.objects.update_or_create(
        date=date(2026, 10, 1), defaults={"is_working": False, "name": "国庆节"}
    )
    incident = make.report()
    for at, is_office in [
        ("2026-11-25T10:00:00+08:00", True),
        ("2026-11-25T03:00:00+08:00", False),
        # A Saturday, and National Day, which was a Thursday.
        ("2026-11-28T10:00:00+08:00", False),
        ("2026-10-01T10:00:00+08:00", False),
    ]:
        Incident.objects.filter(pk=incident.pk).update(reported_at=datetime.fromisoformat(at))
        keeping.measure_anew([incident.pk])
        times = IncidentTimes.objects.get(incident=incident)
        assert times.in_office_hours is is_office, at
        assert f"{times.day} {times.hour:02}" == at[:13].replace("T", " ")


def test_a_fault_that_comes_again_within_thirty_days_is_a_repeat():
    now = timezone.now()
    for days in (80, 20, 1):
        incident = make.confirmed(incident=make.report(services=[make.service("挂号")]))
        Incident.objects.filter(pk=incident.pk).update(reported_at=now - timedelta(days=days))
        keeping.measure_anew([incident.pk])
    asked = Asked((now - timedelta(days=10)).date(), timezone.localdate())
    repeat = counting.repeats(asked)[0]
    assert (repeat.fault_type, repeat.service, repeat.times) == (
        "software",
        make.service("挂号").pk,
        1,
    ), "the one before lies before the first day, and still makes it a repeat"


def test_what_was_counted_is_shown_again_until_something_is_measured(
    django_assert_num_queries,
):
    make.incident("confirmed")
    relay()
    asked = everything()
    first = whole.figures(asked)
    with django_assert_num_queries(1):
        assert whole.figures(asked) is first
    make.report()
    relay()
    assert whole.figures(asked).whole.count == first.whole.count + 1


def test_all_can_be_measured_anew():
    incident = make.incident("confirmed")
    IncidentTimes.objects.all().delete()
    assert keeping.measure_all() == Incident.objects.count()
    assert IncidentTimes.objects.filter(incident=incident).exists()


@pytest.mark.parametrize("who", ["leader", "it", "cs", "department", "auditor", "admin"])
def test_everybody_sees_the_figures(client, who):
    make.incident("reviewing")
    relay()
    client.force_login(make.person(who))
    for query in ("", "?period=all&step=restore", "?grade=2&hours=off&fault_type=software"):
        assert client.get(f"/figures/{query}").status_code == 200


def test_the_page_has_words_for_nothing_and_for_wrong_dates(client):
    client.force_login(make.person("leader"))
    page = client.get("/figures/?period=span&first=2001-01-01&last=2001-02-01")
    assert "这段时间没有这样的故障" in page.text
    for odd in ("first=0001-01-01&last=2026-01-01", "first=2026-01-01&last=9999-12-31"):
        assert client.get(f"/figures/?period=span&{odd}").status_code == 422
    wrong = client.get("/figures/?period=span&first=2026-02-01&last=2026-01-01")
    assert wrong.status_code == 422
    assert "结束日期早于开始日期" in wrong.text
    assert "2026-02-01" in wrong.text, "what was typed stays"


def test_the_number_of_queries_is_fixed(client, django_assert_num_queries):
    def ask() -> int:
        from django.test.utils import CaptureQueriesContext

        whole.forget()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/figures/?period=all").status_code == 200
        return len(queries)

    client.force_login(make.person("cs"))
    make.incident("commanded")
    relay()
    few = ask()
    for _turn in range(3):
        make.incident("commanded")
    relay()
    assert ask() == few <= 20


def test_files_tell_the_same_and_keep_formulas_as_text(client):
    from io import BytesIO

    from openpyxl import load_workbook

    incident = make.incident("confirmed")
    department = make.department("门诊收费处")
    department.name = "=门诊收费处"
    department.save()
    relay()
    client.force_login(make.person("leader"))
    book = load_workbook(BytesIO(client.get("/figures/?period=all&format=xlsx").content))
    first = [[cell.value for cell in row] for row in book["逐起"].iter_rows()]
    times = IncidentTimes.objects.get(incident=incident)
    line = dict(zip(first[0], first[1], strict=True))
    assert line["编号"] == incident.number
    assert line["确认故障"] == times.confirm
    text = client.get("/figures/?period=all&format=csv").content.decode()
    assert text.startswith("\ufeff编号,")
    assert "'=门诊收费处" in text


def test_percent_words_never_round_away_a_failure():
    from reviews.figures.drawing import percent_of, words_of

    assert [percent_of(share) for share in (None, 0.0, 0.001, 0.999, 1.0)] == [
        *("—", "0%", "1%", "99%", "100%")
    ]
    assert [words_of(seconds) for seconds in (None, 59, 200, 3600, 90_000)] == [
        *("—", "59 秒", "3 分 20 秒", "1 小时", "1 天 1 小时")
    ]


def test_the_api_tells_the_same_numbers(client):
    make.incident("confirmed")
    relay()
    client.force_login(make.person("leader"))
    told = client.get("/api/figures/?step=acknowledge").json()
    assert told["count"] == counting.whole(everything()).count
    assert {step["step"] for step in told["steps"]} == set(STEPS)
    assert told["by_grade"][0]["measured"]["step"] == "acknowledge"
    assert client.get("/api/figures/?first=never").status_code == 400
    for odd in ("first=0001-01-01", "last=9999-12-31", "first=0001-01-01&last=9999-12-31"):
        assert client.get(f"/api/figures/?{odd}").status_code == 400
