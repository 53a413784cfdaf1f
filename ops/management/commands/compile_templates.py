"""Compile each of our templates, so that a wrong tag is found before a page is opened."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template


class Command(BaseCommand):
    help = "Compile every template under templates/; fail with the list of those that do not."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = []
        count = 0
        for folder in [settings.BASE_DIR / "templates"]:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                name = str(file.relative_to(folder))
                count += 1
                try:
                    get_template(name)
                except (TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError) as error:
                    wrong.append(f"{name}: {error}")
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"{count} templates compile")
