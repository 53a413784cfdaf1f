"""What the review found, ready to be shown: the cause tree, and how each department was seen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from reviews.models import Evaluation, Review, Score, Why
from teams.models import Department


@dataclass(frozen=True)
class Branch:
    """One answer in its place: `number` as 1.2.1, `depth` from 1, and whether more hang on it."""

    why: Why
    number: str
    depth: int
    is_end: bool


def tree(review: Review) -> list[Branch]:
    """The answers to «why?», each below the one that it answers. One query."""
    below: dict[int | None, list[Why]] = defaultdict(list)
    for why in review.whys.order_by("pk"):
        below[why.parent_id].append(why)
    return list(_walk(below, None, "", 1))


def _walk(
    below: dict[int | None, list[Why]], parent: int | None, number: str, depth: int
) -> Iterator[Branch]:
    for place, why in enumerate(below.get(parent, ()), 1):
        own = f"{number}.{place}" if number else str(place)
        yield Branch(why, own, depth, why.pk not in below)
        yield from _walk(below, why.pk, own, depth + 1)


@dataclass
class Seen:
    """How one side saw a department: each word by name, and the averages to a tenth."""

    evaluations: list[Evaluation] = field(default_factory=list)

    @property
    def cooperation(self) -> str:
        return _average(one.cooperation for one in self.evaluations)

    @property
    def speed(self) -> str:
        return _average(one.speed for one in self.evaluations)


@dataclass
class Assessed:
    """One department with what its own people and what others said."""

    department: Department
    own: Seen = field(default_factory=Seen)
    others: Seen = field(default_factory=Seen)

    @property
    def evaluations(self) -> list[Evaluation]:
        return [*self.own.evaluations, *self.others.evaluations]


def by_department(review: Review, departments: Iterable[Department]) -> list[Assessed]:
    """Each of these departments with how it was seen, also where nobody has said anything."""
    found = {department.pk: Assessed(department) for department in departments}
    for one in review.evaluations.select_related("department", "by"):
        entry = found.setdefault(one.department_id, Assessed(one.department))
        (entry.own if one.is_own else entry.others).evaluations.append(one)
    return list(found.values())


def _average(scores: Iterable[int]) -> str:
    """`4.3`; nothing where there are none. Half a tenth is rounded up."""
    given = list(scores)
    if not given:
        return ""
    tenths = (20 * sum(given) + len(given)) // (2 * len(given))
    return f"{tenths // 10}.{tenths % 10}"


HIGHEST = max(Score.values)
