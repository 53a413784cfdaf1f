"""`manage.py plan_schema`: write `docs/plan.schema.json` from the form, or check it against it."""

import json
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from plans.form import schema

DOCUMENT = settings.BASE_DIR / "docs" / "plan.schema.json"


class Command(BaseCommand):
    help = "由代码生成 docs/plan.schema.json;--check 只检查是否一致，不一致时退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        text = json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
        if not options["check"]:
            DOCUMENT.write_text(text, encoding="utf-8")
            return
        if not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
            self.stderr.write("docs/plan.schema.json 与代码不一致，请运行 manage.py plan_schema。")
            sys.exit(1)
