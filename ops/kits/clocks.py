"""The plan's targets in the words of a card: 「Ⅰ级 5、Ⅱ级 5、Ⅲ级 10 分钟内」."""

from ops.kits.hospital import Hospital
from plans.wording import NUMERALS


def within(hospital: Hospital, target: str) -> str:
    """By when, grade by grade, in brackets; empty where no grade sets a limit."""
    found = by_grade(hospital, target)
    return f"（时限：{found}分钟）" if found else ""


def every(hospital: Hospital, target: str) -> str:
    """At what pace, grade by grade, in brackets; empty where no grade sets one."""
    found = by_grade(hospital, target)
    return f"（最长间隔：{found}分钟）" if found else ""


def by_grade(hospital: Hospital, target: str) -> str:
    """「Ⅰ级 5、Ⅱ级 5、Ⅲ级 10」; grades without this limit stay out."""
    limits = [
        f"{NUMERALS[grade['level']]}级 {grade[target]}"
        for grade in hospital.value["grades"]
        if grade[target] is not None
    ]
    return f"{'、'.join(limits)} " if limits else ""
