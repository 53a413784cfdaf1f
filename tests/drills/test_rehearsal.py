"""All scenarios as drills, from the first report to the received report and the changed plan.

As `manage.py play NAME --drill` does it, over the API; here within the test's transaction, so that
the three take seconds. `test_play.py` does one against the running product.
"""

import httpx
import pytest
from django.test import Client

from drills import workflow
from drills.callers import Callers
from drills.models import Drill
from drills.rehearsal import Rehearsal
from drills.scenario import DEMO_CAST, FOLDER, Cast, load
from incidents.models import Incident
from journal.relay import relay
from notices.models import Alert, Notice
from plans.models import PlanVersion
from tests import make

pytestmark = pytest.mark.django_db
SCENARIOS = sorted(path.stem for path in FOLDER.glob("*.yaml"))


class Within(httpx.BaseTransport):
    """Requests go to the product in this process; after each the clock and the relay have run."""

    def __init__(self) -> None:
        self._client = Client()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        # The answer is read as it is.
        headers.pop("accept-encoding", None)
        answer = self._client.generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            content_type=headers.get("content-type", "application/json"),
            headers=headers,
        )
        workflow.give_due()
        while relay():
            pass
        return httpx.Response(answer.status_code, content=answer.content)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_runs_as_a_drill_to_the_changed_plan(scenario):
    make.hospital()
    cast = Cast.read(DEMO_CAST)
    callers = Callers("http://testserver", cast.password, transport=Within())
    play = Rehearsal(load(scenario), cast, callers, slug=scenario, drill_speed=12)
    told = [*play.before(), *play.steps(0), *play.after()]
    assert len(told) == len(play.scenario.steps) + 5

    drill = Drill.objects.get()
    assert drill.state == "evaluated"
    assert drill.main.state == "closed"
    assert all(incident.is_drill for incident in Incident.objects.all())
    assert not Notice.objects.for_the_public().exists()
    of_the_drill = Alert.objects.filter(incident__is_drill=True)
    assert of_the_drill.exists()
    assert not of_the_drill.exclude(text__startswith="【演练】").exists()
    assert PlanVersion.objects.in_force().changes.get().finding.startswith("drill-finding:")
