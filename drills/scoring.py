"""Scores of a drill: what evaluators said of the expected acts, as parts of a hundred. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WORTH = {"yes": 1.0, "partly": 0.5, "no": 0.0}


@dataclass(frozen=True)
class Score:
    """`percent` is empty where nothing was judged that counts."""

    percent: int | None
    counts: dict[str, int]


def score_of(marks: Iterable[str]) -> Score:
    """One evaluator's marks (`yes`, `partly`, `no`, `na`); what does not apply does not count."""
    marks = list(marks)
    counts = {name: marks.count(name) for name in (*WORTH, "na")}
    worth = [WORTH[mark] for mark in marks if mark in WORTH]
    return Score(round(100 * sum(worth) / len(worth)) if worth else None, counts)


def together(marks: Iterable[Mapping[str, str]]) -> int | None:
    """All evaluators: for each act `{evaluator: mark}`, the mean of the acts' means."""
    means = []
    for act in marks:
        worth = [WORTH[mark] for mark in act.values() if mark in WORTH]
        if worth:
            means.append(sum(worth) / len(worth))
    return round(100 * sum(means) / len(means)) if means else None


def differ(marks: Iterable[str]) -> bool:
    """Do the evaluators say different things of one act?"""
    return len(set(marks)) > 1
