"""`manage.py play SCENARIO`: play a fault against a running server, over its API only."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from drills.callers import Callers, Surprise
from drills.play import Play
from drills.rehearsal import Rehearsal
from drills.scenario import DEMO_CAST, BadScenario, Cast, load


class Command(BaseCommand):
    help = "Play a scenario against a running server; exit status 1 on any surprise."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scenario", help="name in drills/scenarios, or a path")
        parser.add_argument(
            "--speed", type=float, default=60.0, help="times as fast as life; 0: without waiting"
        )
        parser.add_argument(
            "--drill",
            action="store_true",
            help="as a drill: marked 【演练】, with injects, judged, found problems into the plan",
        )
        parser.add_argument("--drill-speed", type=int, default=12, help="of the drill's own clock")
        parser.add_argument("--base-url", default="http://127.0.0.1:8000")
        parser.add_argument("--cast", type=Path, default=DEMO_CAST, help="which account is whom")
        parser.add_argument("--password", help="of every account in the cast")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scenario = load(options["scenario"])
            cast = Cast.read(options["cast"])
        except BadScenario as error:
            raise CommandError(str(error)) from None
        callers = Callers(options["base_url"], options["password"] or cast.password)
        play = Play(scenario, cast, callers)
        if options["drill"]:
            slug, speed = Path(options["scenario"]).stem, options["drill_speed"]
            play = Rehearsal(scenario, cast, callers, slug=slug, drill_speed=speed)
        self.stdout.write(f"{scenario.title} · {options['base_url']}")
        remaining = iter(scenario.steps)
        try:
            self._tell_all(play.before())
            for step, result in play.steps(options["speed"]):
                next(remaining)
                self._tell(step, "✓", result)
            self._tell_all(play.after())
            callers.close()
        except (Surprise, BadScenario, KeyError) as error:
            stopped_at = next(remaining, None)
            said = f"剧本缺少 {error}" if isinstance(error, KeyError) else str(error)
            if stopped_at is not None:
                self._tell(stopped_at, "✗", said)
            raise CommandError(f"与剧本不符：{said}") from None
        self.stdout.write(f"演完 {len(scenario.steps)} 步。")

    def _tell_all(self, told: Iterable[tuple[str, str, str]]) -> None:
        for who, what, result in told:
            clock = timezone.localtime().strftime("%H:%M:%S")
            self.stdout.write(f"{clock}        ✓ {who} {what}:{result}")
            self.stdout.flush()

    def _tell(self, step: Any, mark: str, result: str) -> None:
        clock = timezone.localtime().strftime("%H:%M:%S")
        who = step.name or step.who
        self.stdout.write(f"{clock} +{step.at:<5g} {mark} {who} {step.does}:{result}")
        self.stdout.flush()
