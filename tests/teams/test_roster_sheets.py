"""A roster as a workbook: out, changed, in again; bad cells by name; nothing before accepting."""

import datetime
import io
import zipfile

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import roster_sheets, workflow
from teams.conflicts import ConflictsFound
from teams.models import Duty, Roster, RosterImport
from teams.roster_sheets import CALENDAR, FROM_SHEET, RULES
from teams.rules import rules_of
from tests import make
from tests.teams import making, sheets
from tests.teams.sheets import all_day, day, upload, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return sheets.people()


@pytest.fixture
def roster(people):
    return sheets.roster_of(people)


def accept(kept, **facts):
    roster = Roster.objects.get(pk=kept.roster_id)
    facts = {"by": make.person("admin"), "version": roster.version} | facts
    return workflow.accept_import(kept.pk, **facts)


def served(roster, first, last):
    """Who serves, as `(date, shift, name)`, between two days from today."""
    start, end = making.local(first), making.local(last)
    duties = Duty.objects.between(start, end).filter(roster=roster).select_related("person")
    return [(duty.shift_on, duty.shift, duty.person.name) for duty in duties]


# Out and in again -------------------------------------------------------------------------------


def test_what_was_exported_can_be_taken_in_again_and_changes_nothing(roster, people):
    content = roster_sheets.book(roster, day(0), day(30))
    for what in (CALENDAR, RULES):
        taken = roster_sheets.take(content, what)
        assert taken.bad == []
        assert taken.rows
    before = rules_of(roster)
    taken = roster_sheets.take(content, RULES)
    assert roster_sheets.rules_with(before, RULES, taken.rows, today=day(0)) == before
    calendar = roster_sheets.take(content, CALENDAR)
    told = served(roster, 1, 30)
    accept(upload(roster, content))
    assert served(roster, 1, 30) == told
    assert len(calendar.rows) == 31


def test_the_workbook_has_both_sheets_with_gaps_left_open(roster, people):
    leave = workflow.ask_leave(
        by=people[0], starts_at=making.local(3), ends_at=making.local(4), reason="年假"
    )
    workflow.approve_leave(leave.pk, by=make.person("admin"), accept_conflicts="再找人")
    book = load_workbook(io.BytesIO(roster_sheets.book(roster, day(0), day(9))))
    assert book.sheetnames[:2] == ["排班日历", "排班规则"]
    rows = list(book["排班日历"].iter_rows(min_row=2, values_only=True))
    gaps = [row for row in rows if row[4] is None]
    assert [row[0].date() for row in gaps] == [day(3)]
    assert "甲工不在" in gaps[0][6]
    taken = roster_sheets.take(roster_sheets.book(roster, day(0), day(9)), CALENDAR)
    assert [(cell.heading, cell.sentence) for cell in taken.bad] == [("人员", "请填写。")]


def test_a_calendar_of_days_is_served_as_it_is_written(roster, people):
    content = workbook(
        (day(1), "白班", "08:00", "20:00", "乙工"),
        (day(1), "夜班", "20:00", "08:00", "丙工"),
        (day(2), "白班", "08:00", "20:00", "丙工、乙工"),
        (day(2), "夜班", "20:00", "8:00", "甲工"),
    )
    kept = upload(roster, content, file_name="十二月.xlsx")
    assert rules_of(roster).layers[0].name == "全天"
    assert roster.version == Roster.objects.get(pk=roster.pk).version
    accept(kept)
    told = served(roster, 1, 4)
    assert (day(1), "白班", "乙工") in told
    assert (day(1), "夜班", "丙工") in told
    assert {name for on, shift, name in told if (on, shift) == (day(2), "白班")} == {"乙工", "丙工"}
    # Hours that the sheet does not say are served by the rules.
    assert (day(3), "全天", "甲工") in told
    entry = Entry.objects.of(roster.stream).filter(event="roster.import").get()
    assert (entry.facts["file"], entry.facts["rows"]) == ("十二月.xlsx", 4)
    assert not Entry.objects.of(roster.stream).filter(event="roster.change").exists()


def test_a_later_sheet_replaces_the_days_that_it_names_and_undo_takes_it_back(roster, people):
    rows = [all_day(each, "乙工") for each in range(1, 6)]
    accept(upload(roster, workbook(*rows)))
    accept(upload(roster, workbook(all_day(3, "丙工"))))
    names = [name for _on, _shift, name in served(roster, 1, 6)]
    assert names == ["乙工", "乙工", "丙工", "乙工", "乙工"]
    assert {layer.position for layer in rules_of(roster).layers} == {1, FROM_SHEET}
    workflow.undo_roster(roster.pk, by=make.person("admin"), accept_conflicts="撤销")
    assert {name for _on, _shift, name in served(roster, 1, 6)} == {"乙工"}
    workflow.undo_roster(roster.pk, by=make.person("admin"), accept_conflicts="撤销")
    assert {name for _on, _shift, name in served(roster, 1, 6)} == {"甲工"}


def test_rules_are_exchanged_as_a_whole(roster, people):
    headings = [
        *("班次", "优先级", "排法", "从哪天起", "到哪天止", "哪些天", "几点上班", "时长(小时)"),
        *("轮换单位", "每几个单位轮换", "同时几人", "轮班人员"),
    ]
    row = ("夜班", 1, "轮班", day(0), None, "周一、周三", "20:00", 12, "天", 1, 1, "乙工、丙工")
    other = ("平日", 1, "固定", day(0), None, "每天", "00:00", 24, "天", 1, 1, "甲工")
    content = workbook(row, other, headings=headings, title="排班规则")
    accept(upload(roster, content, what=RULES), accept_conflicts="试排")
    layers = rules_of(roster).layers
    assert [(layer.name, layer.days, layer.weekdays) for layer in layers] == [
        ("夜班", "weekdays", 0b101),
        ("平日", "every", 0),
    ]
    assert layers[0].people == (people[1].pk, people[2].pk)


def test_a_file_of_somebody_with_another_language_is_understood(roster, people, settings):
    from django.utils import translation

    with translation.override("en"):
        content = roster_sheets.book(roster, day(0), day(3))
    assert roster_sheets.take(content, CALENDAR).bad == []
    assert roster_sheets.take(content, RULES).bad == []


# Bad cells, bad files ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "place", "says"),
    [
        (("not a day", "白班", "08:00", "20:00", "甲工"), "A2", "日期"),
        ((-1, "白班", "08:00", "20:00", "甲工"), "A2", "已经过去"),
        ((500, "白班", "08:00", "20:00", "甲工"), "A2", "最远"),
        ((1, "", "08:00", "20:00", "甲工"), "B2", "请填写"),
        ((1, "白" * 21, "08:00", "20:00", "甲工"), "B2", "最多"),
        ((1, "白班", "25:00", "20:00", "甲工"), "C2", "没有这个钟点"),
        ((1, "白班", "08:00", "8点", "甲工"), "D2", "钟点"),
        ((1, "白班", "08:00", "20:00", "不存在的人"), "E2", "没有「不存在的人」"),
        ((1, "白班", "08:00", "20:00", "甲工、甲工"), "E2", "出现了两次"),
        ((1, "白班", "08:00", "20:00", "=甲工"), "E2", "公式"),
        ((1, "白班", "08:00", "20:00", "shenji"), "E2", "没有「shenji」"),
        ((1, "白班", "08:00", "20:00", "甲工", 200), "F2", "最长"),
        ((1, "白班", "08:00", "20:00", "甲工", "长"), "F2", "数字"),
    ],
)
def test_each_bad_cell_is_named_by_row_and_column(roster, row, place, says):
    if isinstance(row[0], int):
        row = (day(row[0]), *row[1:])
    taken = roster_sheets.take(workbook(row), CALENDAR)
    assert taken.rows == []
    (cell,) = taken.bad
    assert cell.place == place
    assert says in cell.sentence


def test_a_name_that_two_people_have_wants_the_account(roster, people):
    twin = making.reachable("it", name="甲工")
    taken = roster_sheets.take(
        workbook(
            (day(1), "白班", "08:00", "20:00", "甲工"),
            (day(2), "白班", "08:00", "20:00", twin.username),
        ),
        CALENDAR,
    )
    assert "请写用户名" in taken.bad[0].sentence
    assert taken.rows[0]["people"] == [twin.pk]
    book = load_workbook(io.BytesIO(roster_sheets.book(roster, day(0), day(2))))
    assert book["排班日历"]["E2"].value == people[0].username


def bomb():
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return stored.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b,c", "不是 XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", "旧格式"),
        (b"PK\x03\x04 and nothing", "读不出来"),
        (bomb(), "太大"),
        (workbook(headings=["a", "b"]), "没有找到表头"),
        (workbook(), "一行也没有"),
    ],
)
def test_a_file_that_is_none_is_refused_and_nothing_is_kept(roster, content, says):
    with pytest.raises(Incomplete) as refusal:
        upload(roster, content)
    assert says in str(refusal.value)
    assert not RosterImport.objects.exists()


def test_a_file_of_too_many_rows_is_refused(roster):
    rows = [(day(1), "白班", "08:00", "20:00", "甲工")] * (roster_sheets.ROWS + 1)
    with pytest.raises(Incomplete, match="太大"):
        upload(roster, workbook(*rows))


# Accepting --------------------------------------------------------------------------------------


def good_and_bad(roster):
    return upload(
        roster,
        workbook(
            all_day(1, "乙工"),
            all_day(2, "没有这个人"),
        ),
    )


def test_bad_rows_stop_everything_unless_only_the_good_ones_are_wanted(roster):
    kept = good_and_bad(roster)
    before = Entry.objects.count()
    with pytest.raises(Incomplete):
        accept(kept)
    assert (Entry.objects.count(), len(rules_of(roster).layers)) == (before, 1)
    accept(kept, only_good=True)
    assert [name for _on, _shift, name in served(roster, 1, 3)] == ["乙工", "甲工"]
    assert Entry.objects.of(roster.stream).get(event="roster.import").facts["left_out"] == 1


def test_conflicts_want_a_reason(roster, people):
    workflow.approve_leave(
        workflow.ask_leave(
            by=people[1], starts_at=making.local(1), ends_at=making.local(2), reason="年假"
        ).pk,
        by=make.person("admin"),
    )
    kept = upload(roster, workbook(all_day(1, "乙工")))
    with pytest.raises(ConflictsFound):
        accept(kept)
    accept(kept, accept_conflicts="已口头安排")
    entry = Entry.objects.of(roster.stream).get(event="roster.import")
    assert entry.facts["accepted_because"] == "已口头安排"


def test_a_sheet_is_accepted_once_in_time_and_on_the_roster_that_was_seen(roster, people):
    kept = upload(roster, workbook(all_day(1, "乙工")))
    making.change(roster, minimum_rest_hours=1)
    with pytest.raises(Conflict, match="别人已经更新了"):
        accept(kept, version=1)
    RosterImport.objects.update(at=timezone.now() - datetime.timedelta(hours=3))
    with pytest.raises(Conflict, match="重新上传"):
        accept(kept)
    RosterImport.objects.update(at=timezone.now())
    accept(kept)
    with pytest.raises(Conflict, match="已经导入过了"):
        accept(kept)
    same = upload(roster, workbook(all_day(1, "乙工")))
    with pytest.raises(Conflict, match="没有要改的"):
        accept(same)


def test_what_was_not_accepted_in_time_is_thrown_away(roster):
    old = good_and_bad(roster)
    RosterImport.objects.update(at=timezone.now() - datetime.timedelta(hours=3))
    good_and_bad(making.roster(making.layer(make.person("it").pk), name="另一张"))
    assert not RosterImport.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize("who", ["cs", "it", "leader", "auditor"])
def test_only_administrators_import(roster, who):
    kept, by = good_and_bad(roster), make.person(who)
    with pytest.raises(NotAllowed):
        workflow.upload_roster(roster.pk, by=by, content=workbook(), what=CALENDAR)
    RosterImport.objects.update(by=by)
    with pytest.raises(NotAllowed):
        workflow.accept_import(kept.pk, by=by, only_good=True)
    assert len(rules_of(roster).layers) == 1
