"""`manage.py prove_coverage`: prove that every rung reaches enough people; status 1 where not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from journal.recording import now
from plans import coverage_words, evidence
from plans.models import PlanVersion


class Command(BaseCommand):
    help = (
        "证明升级链的每一步在未来若干天的任何时刻都叫得到足够的人；有缺口时逐条列出，退出码为 1。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--version-number", type=int, help="预案版本号，默认为现行版本")
        parser.add_argument("--days", type=int, default=evidence.DAYS, help="天数，默认 30")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= 366:
            raise CommandError("天数在 1 到 366 之间。")
        try:
            plan = (
                PlanVersion.objects.get(number=options["version_number"])
                if options["version_number"]
                else PlanVersion.objects.in_force()
            )
        except PlanVersion.DoesNotExist as error:
            raise CommandError("没有这个版本，或还没有发布的预案。") from error
        proof = evidence.prove(plan, at=now(), days=options["days"])
        for gap in proof.gaps:
            self.stdout.write(coverage_words.sentence(gap, proof.zone))
        if not proof.holds:
            self.stderr.write(f"{plan}：{len(proof.gaps)} 处缺口。")
            sys.exit(1)
        self.stdout.write(f"{plan}：未来 {options['days']} 天全部覆盖。")
