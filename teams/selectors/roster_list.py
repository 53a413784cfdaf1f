"""What the list of rosters shows: who is on now, what stays empty, what waits for approval."""

import datetime
from collections import Counter
from dataclasses import dataclass

from teams import duty_authority as authority
from teams.compiling import Inputs, compile_calendar
from teams.gaps import Hole, holes_in
from teams.inputs import every_inputs, world
from teams.models import Person, ResponseGroup, Roster, StandIn
from teams.rules import RosterRules
from teams.selectors.board import Post, board

# So far ahead the list looks for gaps: what can still be mended in peace.
AHEAD = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Listed:
    """One roster of the list. `waiting`: stand-ins that were accepted and not yet decided;
    `arranges`: may the reader settle its duties?"""

    post: Post
    holes: list[Hole]
    waiting: int
    arranges: bool

    @property
    def first_hole(self) -> Hole | None:
        return self.holes[0] if self.holes else None


def roster_list(at: datetime.datetime, reader: Person) -> list[tuple[ResponseGroup, list[Listed]]]:
    """Every roster in use by group, first lines first. A fixed number of queries."""
    groups = board(at)
    headed = authority.headed_groups(reader)
    rosters = [post.roster for _group, posts in groups for post in posts]
    known = every_inputs(rosters, at, world(at))
    waiting = Counter(
        StandIn.objects.filter(
            roster__in=rosters, state=StandIn.State.ACCEPTED, ends_at__gt=at
        ).values_list("roster", flat=True)
    )
    return [
        (
            group,
            [
                Listed(
                    post,
                    _holes(known[post.roster.pk], at),
                    waiting[post.roster.pk],
                    authority.may_edit_rosters(post.roster, reader) or group.pk in headed,
                )
                for post in posts
            ],
        )
        for group, posts in groups
    ]


def out_of_use() -> list[Roster]:
    """Rosters that are kept for their history only."""
    return list(Roster.objects.filter(is_active=False).select_related("group"))


def _holes(known: tuple[RosterRules, Inputs], at: datetime.datetime) -> list[Hole]:
    rules, inputs = known
    return holes_in(rules, compile_calendar(inputs, at, at + AHEAD), at, at + AHEAD)
