"""Versions of a plan made up by hypothesis, with the demo hospital's names."""

from hypothesis import strategies as st

from plans import form
from plans.models import DEMANDS, Rung
from teams.models import ContactPoint, Role

GROUPS = ["应急处理领导小组", "故障应急小组", "后勤保障组"]
SERVICES = ["挂号", "预约", "缴费", "自助机", "导诊"]
DEPARTMENTS = ["门诊收费处", "急诊科", "信息技术部"]
ROSTERS = ["信息一线", "信息二线"]
PEOPLE = ["kefu", "zhiban", "zongzhiban"]

# What hands type and what trips YAML up: colons, dashes, quotes, numbers, words it takes for yes.
_TRICKY = st.sampled_from(
    [
        "- ",
        "# 注",
        "是: 否",
        "yes",
        "null",
        "~",
        "1:30",
        "3.10",
        "2025-11-01",
        "'",
        '"',
        "{a}",
        "*x",
    ]
)
_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff￾￿"),
    max_size=30,
)


def _cut(longest: int, blank: bool, lines: bool):
    def tidy(parts: list[str]) -> str:
        text = ("\n" if lines else " ").join(parts).replace("\u2028", " ").replace("\u2029", " ")
        return "\n".join(line.rstrip() for line in text[:longest].split("\n")).strip()

    words = st.lists(_WORDS | _TRICKY, max_size=4).map(tidy)
    return words if blank else words.filter(bool)


def line(longest: int, *, blank: bool = False):
    return _cut(longest, blank, lines=False)


def lines(longest: int, *, blank: bool = False):
    return _cut(longest, blank, lines=True)


def _some(names: list[str]):
    return st.lists(st.sampled_from(names), unique=True, max_size=3)


_MINUTES = st.none() | st.integers(1, 525_600)
_TARGET = st.one_of(
    st.sampled_from(Role.values).map(lambda role: {"role": role}),
    st.builds(
        lambda group, part: {"group": group, "part": part},
        st.sampled_from(GROUPS),
        st.sampled_from(Rung.Part.values),
    ),
    st.sampled_from(ROSTERS).map(lambda roster: {"roster": roster}),
    st.sampled_from(PEOPLE).map(lambda person: {"person": person}),
    st.just({"reporter": True}),
)


@st.composite
def _sections(draw):
    made, number = [], []
    for _turn in range(draw(st.integers(1, 6))):
        # Deeper, beside, or back up: every next number in a book.
        depth = draw(st.integers(1, min(len(number) + 1, 4)))
        number = [*number[: depth - 1], number[depth - 1] + 1 if depth <= len(number) else 1]
        said = ".".join(map(str, number))
        made.append(
            {
                "number": said,
                "title": draw(line(80)),
                "body": draw(lines(200, blank=True)),
                "covers": draw(_some(list(DEMANDS))),
            }
        )
    return made


@st.composite
def _ladder(draw):
    rungs = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "to": _TARGET,
                    "after": st.integers(0, 600),
                    "channels": _some(ContactPoint.Kind.values),
                    "acknowledgers": st.integers(1, 50),
                    "next_way": st.none() | st.integers(10, 3600),
                }
            ),
            min_size=1,
            max_size=4,
        )
    )
    rungs[0]["after"] = 0
    return rungs


def _keyed(keys, items):
    """Some of the keys, in their order, each with something under it."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, items)).map(
        lambda found: {key: found[key] for key in keys if key in found}
    )


@st.composite
def versions(draw):
    """A whole version in its normal form."""
    levels = sorted(draw(st.sets(st.integers(1, 4), min_size=1)))
    faults = _some(list(form.KINDS))
    return {
        "title": draw(line(120)),
        "provisional_level": draw(st.sampled_from(levels)),
        "signatures": draw(st.integers(1, 20)),
        "sections": draw(_sections()),
        "grades": [
            {
                "level": level,
                "meaning": draw(line(120)),
                **{target: draw(_MINUTES) for target in form.TARGETS},
                "approval": draw(st.sampled_from(["second", "leading"])),
            }
            for level in levels
        ],
        "grading": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "question": line(120),
                        "hint": line(300, blank=True),
                        "level_if_yes": st.sampled_from(levels),
                    }
                ),
                max_size=3,
            )
        ),
        "ladders": draw(_keyed([str(level) for level in levels], _ladder())),
        "checklists": draw(
            _keyed(
                tuple(form.CHECKLISTS),
                st.lists(
                    st.one_of(
                        st.tuples(line(120), line(300, blank=True)).map(list),
                        st.fixed_dictionaries(
                            {
                                "text": line(120),
                                "who": st.sampled_from(["head", "department"]),
                                "evidence": st.sampled_from([["remark"], ["file", "remark"]]),
                                "minutes": st.integers(1, 1440),
                            }
                        ),
                    ),
                    min_size=1,
                    max_size=2,
                ),
            )
        ),
        "service_cards": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "service": st.sampled_from(SERVICES),
                        "department": st.sampled_from(DEPARTMENTS),
                        "risk": lines(400),
                        "manual": lines(400),
                        "forms": st.lists(line(80), unique=True, max_size=2),
                    }
                ),
                unique_by=lambda card: card["service"],
                max_size=2,
            )
        ),
        "notice_templates": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "name": line(60),
                        "fault_types": faults,
                        "affected": line(120),
                        "advice": line(200),
                        "where": line(120, blank=True),
                        "emergency": line(60),
                        "contact": line(40, blank=True),
                        "affected_en": line(200, blank=True),
                        "advice_en": line(300, blank=True),
                        "where_en": line(200, blank=True),
                        "emergency_en": line(100, blank=True),
                    }
                ),
                unique_by=lambda template: template["name"],
                max_size=2,
            )
        ),
        "supplies": draw(
            _keyed(
                form.FAULTS,
                st.lists(
                    st.fixed_dictionaries(
                        {
                            "item": line(80),
                            "quantity": st.integers(1, 1_000_000),
                            "unit": line(10),
                        }
                    ),
                    unique_by=lambda supply: supply["item"],
                    min_size=1,
                    max_size=2,
                ),
            )
        ),
        "clocks": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "rule": line(120),
                        "source": line(200),
                        "hours": st.integers(1, 87_600),
                        "who": line(80),
                        "fault_types": faults,
                        "note": line(400, blank=True),
                    }
                ),
                unique_by=lambda clock: clock["rule"],
                max_size=2,
            )
        ),
    }
