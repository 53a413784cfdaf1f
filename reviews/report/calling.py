"""Who was called, and who never answered."""

from itertools import groupby
from typing import Any

from incidents import called
from incidents.models import Incident


def calls(incident: Incident) -> list[dict[str, Any]]:
    """Each reason for which people were called: how many, how soon the first answered, who never.

    What rooms above tell of their deliveries (`incidents.called`).
    """
    made = sorted(called.calls(incident), key=lambda call: call.about)
    groups = [list(group) for _about, group in groupby(made, key=lambda call: call.about)]
    groups.sort(key=lambda group: min(call.called_at for call in group))
    return [
        {
            "at": min(call.called_at for call in group),
            "what": group[0].what,
            "people": len(group),
            "answered": sum(call.answered_at is not None for call in group),
            "first_at": min((call.answered_at for call in group if call.answered_at), default=None),
            "silent": [
                {
                    "person": call.person,
                    "department": call.department,
                    "ways": "；".join(call.ways),
                }
                for call in group
                if call.answered_at is None
            ],
        }
        for group in groups
    ]
