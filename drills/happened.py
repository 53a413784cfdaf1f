"""What happened in a drill beside what its scenario expects: by the journal and by hand."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from drills.models import Drill, Expected, Pause, Verdict
from journal.models import Entry

Mark = Verdict.Mark


@dataclass(frozen=True)
class Happened:
    """One expected act and what is known of it.

    `minute` is on the drill's clock, empty where it did not happen. `who` did it; `by_hand`: noted
    by a controller or evaluator. `mark` is what follows from it, empty as long as it may still
    happen.
    """

    act: Expected
    minute: float | None = None
    at: datetime.datetime | None = None
    who: str = ""
    by_hand: bool = False
    mark: str = ""

    @property
    def is_late(self) -> bool:
        return self.minute is not None and self.minute > self.act.target

    @property
    def words(self) -> str:
        """The mark in words."""
        return str(Mark(self.mark).label) if self.mark else ""


def happened(drill: Drill) -> list[Happened]:
    """Each expected act with what is known of it; four queries, however long the drill."""
    acts = list(drill.expected.select_related("noted_by"))
    entries = _entries(drill, {act.event for act in acts if act.event})
    pauses = list(drill.pauses.all())
    return [_of(drill, act, entries, pauses) for act in acts]


def _entries(drill: Drill, events: set[str]) -> dict[str, list[Entry]]:
    """The journal of the drill's incidents, by event, oldest first."""
    streams = [f"incident:{pk}" for pk in drill.links.values_list("incident_id", flat=True)]
    found: dict[str, list[Entry]] = defaultdict(list)
    if streams:
        for entry in Entry.objects.filter(stream__in=streams, event__in=events).order_by(
            "at", "pk"
        ):
            found[entry.event].append(entry)
    return found


def _of(
    drill: Drill, act: Expected, entries: dict[str, list[Entry]], pauses: list[Pause]
) -> Happened:
    if act.noted_at is not None and act.noted_minute is not None:
        minute = act.noted_minute
        mark = Mark.YES if minute <= act.target else Mark.PARTLY
        return Happened(act, minute, act.noted_at, str(act.noted_by), True, mark)
    matching = [
        entry
        for entry in entries.get(act.event, [])
        if not act.detail or entry.facts.get("item") == act.detail
    ]
    if len(matching) < act.ordinal:
        return Happened(act, mark=Mark.NO if drill.ended_at is not None else "")
    entry = matching[act.ordinal - 1]
    minute = drill.minutes_at(entry.at, pauses)
    mark = Mark.YES if minute <= act.target else Mark.PARTLY
    return Happened(act, minute, entry.at, entry.actor_name, False, mark)
