"""The call tree: whom to ring, in which order, on which numbers, and what if those are dead."""

from collections.abc import Iterator

from ops.kits.blocks import Block, heading, note, page, table
from ops.kits.hospital import Hospital, Post
from plans.wording import NUMERALS, target
from teams.layer_words import days_words, hours_words, turns_words
from teams.models import Department, Membership, Person

Part = Membership.Part
_MOST_SHIFTS = 6
Row = tuple[str | None, ...]


def tree(hospital: Hospital, department: Department) -> Block:
    """Numbers of the duty posts, of who leads the groups and of the own people; extensions of all
    departments. Outside numbers of others are in no department's kit."""
    return page(
        "呼叫表",
        [
            note(
                f"先打 {hospital.duty_phone}（信息技术部，24 小时）。没有人接，按下面的次序逐级打。"
            ),
            heading("内线打不通时"),
            table(
                ("次序", "怎么办", "说明"),
                (
                    ("1", "打外线号码", "用手机或直线电话，号码在下面各表的「外线」一栏。"),
                    ("2", "用对讲机", "频道：________　没有对讲机的，向后勤保障组领。"),
                    (
                        "3",
                        "派人当面去说",
                        "指定一人跑腿，去信息技术部和行政总值班，写纸条，等对方签字。",
                    ),
                    ("4", "每 15 分钟再试一次内线", "内线恢复后，告诉上面三处。"),
                ),
                (1, 4, 9),
                "c",
            ),
            heading("逐级呼叫的次序"),
            table(
                ("级别", "打给谁（上一步没有人确认收到，到时间就打下一步）"),
                _ladders(hospital),
                (1, 12),
                "c",
            ),
            heading("值班岗位"),
            table(
                ("岗位与班次", "轮值的人", "内线", "外线"),
                _rows_of_posts(hospital),
                (4.6, 3.4, 1.6, 3.4),
            ),
            heading("应急小组"),
            table(
                ("小组", "分工", "姓名（职务）", "内线", "外线"),
                _groups(hospital),
                (2.8, 1.4, 3.8, 1.6, 3.4),
            ),
            heading(f"本科室：{department.name}"),
            table(
                ("姓名", "职务", "内线", "外线", "今天在岗"),
                _own(hospital, department),
                (2, 4, 1.6, 3.6, 1.6),
            ),
            heading("各科室内线"),
            table(("科室", "内线", "负责人") * 2, _directory(hospital), (3, 1.5, 2) * 2),
        ],
        hint="含个人电话，只放在本科室，不要张贴在患者看得到的地方。",
    )


def _ladders(hospital: Hospital) -> Iterator[tuple[str, str]]:
    for level, rungs in hospital.value["ladders"].items():
        steps = []
        for place, rung in enumerate(rungs, start=1):
            when = f"再过 {rung['after']} 分钟：" if rung["after"] else ""
            who = target(rung["to"], hospital.usernames)
            need = f"（要 {rung['acknowledgers']} 人确认）" if rung["acknowledgers"] > 1 else ""
            steps.append(f"{place}. {when}{who}{need}")
        yield f"{NUMERALS[int(level)]}级", "　".join(steps)


def _rows_of_posts(hospital: Hospital) -> Iterator[Row]:
    """A post stands once beside all who take turns in it: None goes on with the cell above."""
    if not hospital.posts:
        yield "还没有值班表", "请手写", "", ""
    for post in hospital.posts:
        people = [hospital.people[pk] for pk in post.people]
        first: str | None = f"{post.roster.name}\n{_shifts(post)}".rstrip()
        for person in people:
            yield first, str(person), person.phone or "—", numbers(hospital, person)
            first = None
        if not people:
            yield first, "（没有人轮值，请手写）", "", ""


def _shifts(post: Post) -> str:
    told = [
        f"{layer.name} {days_words(layer)} {hours_words(layer)}，{turns_words(layer)}"
        for layer in post.layers[:_MOST_SHIFTS]
    ]
    if len(post.layers) > _MOST_SHIFTS:
        told.append(f"另有 {len(post.layers) - _MOST_SHIFTS} 个班次")
    return "\n".join(told)


def _groups(hospital: Hospital) -> Iterator[Row]:
    """Head and deputies with all their numbers, members with their extensions; the own people's
    outside numbers stand in the department's table."""
    for group in hospital.groups:
        first: str | None = group.name
        for each in hospital.parts_of(group):
            person = hospital.people[each.person_id]
            leads = each.part in (Part.HEAD, Part.DEPUTY)
            yield (
                first,
                str(each.get_part_display()),
                _titled(person),
                person.phone or "—",
                numbers(hospital, person) if leads else "—",
            )
            first = None
        if first:
            yield first, "", "（还没有人）", "", ""


def _own(hospital: Hospital, department: Department) -> Iterator[Row]:
    for person in hospital.of_department(department):
        yield str(person), person.duty, person.phone or "—", numbers(hospital, person), ""
    for _blank in range(3):
        yield "", "", "", "", ""


def _directory(hospital: Hospital) -> Iterator[Row]:
    rows = [
        (
            one.name,
            one.phone or "—",
            "、".join(str(head) for head in hospital.heads_of(one)[:2]) or "—",
        )
        for one in hospital.departments
    ]
    half = (len(rows) + 1) // 2
    for place in range(half):
        right = rows[half + place] if half + place < len(rows) else ("", "", "")
        yield (*rows[place], *right)


def numbers(hospital: Hospital, person: Person) -> str:
    """The person's outside numbers; a line for the pen where the product knows none."""
    return "、".join(hospital.numbers.get(person.pk, [])) or "________"


def _titled(person: Person) -> str:
    return f"{person}（{person.duty}）" if person.duty else str(person)
