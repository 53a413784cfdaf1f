import drills.training.models  # noqa: F401  (training has a room of its own within this one)
from drills.models.calldown import CallDown, Called
from drills.models.drill import Drill, DrillIncident, DrillState, Kind, Pause, Seat
from drills.models.programme import PlannedDrill, Programme
from drills.models.scenario import ScenarioFile
from drills.models.script import Expected, Inject
from drills.models.sheet import Finding, Trial, Verdict

__all__ = [
    "CallDown",
    "Called",
    "Drill",
    "DrillIncident",
    "DrillState",
    "Expected",
    "Finding",
    "Inject",
    "Kind",
    "Pause",
    "PlannedDrill",
    "Programme",
    "ScenarioFile",
    "Seat",
    "Trial",
    "Verdict",
]
