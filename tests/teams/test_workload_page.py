"""The page of workload: who sees whom, periods, bars, CSV and XLSX."""

import datetime
import io
import re

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from teams.models import Membership
from tests import make
from tests.teams import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [making.reachable("it", name=name) for name in ("甲工", "乙工")]


@pytest.fixture
def rosters(people):
    first, second = people
    return [
        making.roster(making.layer(first.pk), name="故障组的表", group="fault"),
        making.roster(making.layer(second.pk), name="后勤组的表", group="logistics"),
    ]


@pytest.fixture
def ask(client, rosters):
    def ask(who, **asked):
        client.force_login(make.person(who) if isinstance(who, str) else who)
        asked = {"period": "span", "first": day(1), "last": day(10)} | asked
        return client.get("/duty/workload/", asked)

    return ask


def day(number):
    return (timezone.localdate() + datetime.timedelta(days=number)).isoformat()


def names(answer):
    return re.findall(r'<a href="/people/\d+/">([^<]+)</a>', answer.content.decode())


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("who", ["admin", "leader", "auditor"])
def test_who_oversees_sees_everybody(ask, who):
    assert set(names(ask(who))) >= {"甲工", "乙工"}
    assert "人均小时" in text(ask(who))


def test_everybody_else_sees_themselves(ask, people):
    answer = ask(people[0])
    assert names(answer) == ["甲工"]
    assert "人均小时" not in text(answer)
    assert "乙工" not in text(answer)
    assert "这段时间没有您的班" in text(ask("cs"))


def test_heads_see_their_groups(ask, rosters):
    head = make.new_person("it", name="组长")
    Membership.objects.create(group=make.group("fault"), person=head, part="deputy", position=9)
    assert names(ask(head)) == ["甲工"]
    other = ask(head, group=make.group("logistics").pk)
    assert names(other) != ["乙工"]
    assert other.status_code == 422
    assert ask(head, roster=rosters[1].pk).status_code == 422


def test_group_and_roster_narrow_it(ask, rosters):
    assert names(ask("admin", group=make.group("logistics").pk)) == ["乙工"]
    assert names(ask("admin", roster=rosters[0].pk)) == ["甲工"]


def test_hours_of_ten_days_are_told_and_drawn(ask):
    answer = ask("admin")
    assert "240" in text(answer)
    assert answer.content.decode().count('<svg class="workload__bar"') == len(names(answer))
    assert re.search(r'class="workload__ordinary"[^>]*width="[\d.]+"', answer.content.decode())


@pytest.mark.parametrize("period", ["", "month", "last_month", "quarter", "year", "next", "x"])
def test_every_period_opens(ask, period):
    assert ask("admin", period=period).status_code in (200, 422)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"first": ""}, "请填写两个日期"),
        ({"last": "nonsense"}, ""),
        ({"first": "2026-05-02", "last": "2026-05-01"}, "早于"),
        ({"first": "2020-01-01", "last": "2026-05-01"}, "最长"),
        ({"first": "0001-01-01", "last": "0001-01-02"}, "最长"),
    ],
)
def test_wrong_dates_are_said_at_their_field(ask, asked, says):
    answer = ask("admin", **asked)
    assert answer.status_code == 422
    assert says in text(answer)
    assert "field--wrong" in answer.content.decode()


def test_it_is_exported_as_csv_and_xlsx(ask, people):
    people[0].name = "=甲工"
    people[0].save()
    answer = ask("admin", format="csv")
    lines = answer.content.decode().splitlines()
    assert lines[0].startswith("\ufeff姓名,")
    assert any(line.startswith("'=甲工,10,240") for line in lines)
    book = load_workbook(io.BytesIO(ask("admin", format="xlsx").content))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert ("=甲工", 10, 240) in [row[:3] for row in rows]
    own = ask(people[1], format="csv").content.decode().splitlines()
    assert len(own) == 2


def test_the_page_costs_the_same_queries_whatever_the_number_of_people(
    ask, client, django_assert_num_queries
):
    ask("admin")
    address = f"/duty/workload/?period=span&first={day(1)}&last={day(10)}"
    with django_assert_num_queries(9):
        client.get(address)
    for number in range(10):
        making.roster(making.layer(make.new_person("it").pk), name=f"又一张{number}")
    with django_assert_num_queries(9):
        client.get(address)
