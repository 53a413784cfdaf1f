"""What a notice would say on every surface, and what is still wrong with it: for who writes it."""

from dataclasses import dataclass, replace
from typing import Any

from incidents.models import Incident
from journal.recording import now
from notices import planned, public, showing, surfaces
from notices.forms import NoticeForm, WordsForm
from notices.maintenance_forms import MaintenanceForm
from notices.models import Maintenance, Notice
from notices.surfaces import Kind, Surface, Told
from notices.workflow import facts as rules
from notices.workflow import planning
from notices.workflow.facts import Facts


@dataclass(frozen=True)
class Preview:
    """Every surface, and a sentence at each field that breaks a rule."""

    surfaces: list[tuple[Kind, Surface]]
    wrong: dict[str, str]
    labels: dict[str, Any]

    @property
    def faults(self) -> list[tuple[Any, str]]:
        """Label of the field and sentence, in the order of the form."""
        return [(self.labels[name], said) for name, said in self.wrong.items()]

    @property
    def slots(self) -> list[tuple[str, str]]:
        """For each field of the form its sentence, or nothing: they replace what stood there."""
        return [(name, self.wrong.get(name, "")) for name in self.labels]

    @property
    def generic(self) -> list[Any]:
        """Labels of the facts whose English was not written."""
        english = next(shown for kind, shown in self.surfaces if kind.name == "english")
        return [self.labels[name] for name in english.generic if name in self.labels]

    def unsaid(self, form: WordsForm) -> dict[str, str]:
        """The sentences that the form does not say itself."""
        return {name: said for name, said in self.wrong.items() if name not in form.errors}


def of_form(form: NoticeForm, incident: Incident) -> Preview:
    """What a form says so far, by the very rules of the verbs; nothing is written."""
    form.is_valid()
    facts = rules.tidied(form.facts(), incident)
    return _preview(form, rules.wrong(facts, incident, now()), told(facts, incident))


def of_plan(form: MaintenanceForm, replaces: Maintenance | None) -> Preview:
    """The same of planned maintenance; `replaces` is what it would take the place of."""
    form.is_valid()
    facts = form.planned().tidied()
    row = Maintenance(replaces=replaces)
    facts.stamp(row)
    said = planned.said(row, facts.services)
    return _preview(form, planning.wrong(facts, now(), replaces), Told.read(said))


def _preview(form: WordsForm, wrong: dict[str, str], told: Told) -> Preview:
    """`wrong` by the rules; a field that cannot be read at all says so itself."""
    wrong |= {name: str(words[0]) for name, words in form.errors.items() if name in form.shown()}
    labels = {name: form.fields[name].label for name in form.shown() if name in form.fields}
    ordered = {name: wrong[name] for name in labels if name in wrong}
    return Preview(surfaces.every(told), ordered, labels)


def of_notice(notice: Notice) -> list[tuple[Kind, Surface]]:
    """Every surface of a stored notice. Its services should be prefetched."""
    return surfaces.every(public.said(notice))


def as_public(incident: Incident) -> dict[str, Any]:
    """What patients would have read of a drill: the pieces of the public page and of the screens,
    each marked. Made as the real ones are, of nothing that the real ones are made of."""
    notices = list(incident.notices.prefetch_related("services").order_by("-number"))
    for notice in notices:
        notice.incident = incident
    state = Notice.State

    def said(*states: str) -> list[dict[str, Any]]:
        shown = (each for each in notices if each.state in states and each.published_at)
        return [public.said(each) for each in shown]

    facts = {
        "as_of": now().isoformat(),
        "notices": said(state.PUBLISHED),
        "ended": said(state.ENDED),
        "withdrawn": said(state.WITHDRAWN),
        "services": [],
    }
    page = showing.status_page(public.Status(facts))
    return {
        "page": [*page["pieces"], *page["over"]],
        "screen": showing.screen(public.Status(facts), None)["pieces"],
    }


def told(facts: Facts, incident: Incident) -> Told:
    """Facts that are not stored yet, as the surfaces want them."""
    notice = Notice(incident=incident)
    facts.stamp(notice)
    return replace(Told.read(public.said(notice, facts.services)), published_at=None)
