from django.urls import path, register_converter

from plans.form import PARTS
from plans.views import editing, files, paper, proving, reading, supplies, verbs, versions
from plans.views.doors import DOORS


class _OneOf:
    """Only words that have a page."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PlanVerb(_OneOf):
    regex = "|".join(DOORS)


class PlanPart(_OneOf):
    regex = "|".join(PARTS)


register_converter(PlanVerb, "plan_verb")
register_converter(PlanPart, "plan_part")

app_name = "plans"
urlpatterns = [
    path("plan/", reading.current, name="current"),
    path("plans/", versions.versions, name="list"),
    path("plans/bring-in/", files.bring_in, name="bring_in"),
    path("plans/drafts/", editing.drafts, name="drafts"),
    path("plans/comments/<int:pk>/", verbs.answer, name="answer"),
    path("plans/changes/<int:pk>/", editing.unlink_change, name="unlink_change"),
    path("plans/<int:number>/", reading.version, name="version"),
    path("plans/<int:number>/coverage/", proving.coverage, name="coverage"),
    path("plans/<int:number>/plan.pdf", paper.pdf, name="pdf"),
    path("plans/<int:number>/plan.docx", paper.docx, name="docx"),
    path("plans/<int:number>/read/", reading.confirm_read, name="confirm_read"),
    path("plans/<int:number>/readers/", versions.readers, name="readers"),
    path("plans/<int:number>/supplies/", supplies.supplies, name="supplies"),
    path("plans/<int:number>/compare/", versions.compare, name="compare"),
    path("plans/<int:number>/yaml/", files.as_yaml, name="yaml"),
    path("plans/<int:number>/comment/", verbs.comment, name="comment"),
    path("plans/<int:number>/edit/", editing.edit, name="edit"),
    path("plans/<int:number>/edit/changes/", editing.link_change, name="link_change"),
    path("plans/<int:number>/edit/preview/", editing.preview, name="preview"),
    path("plans/<int:number>/edit/<plan_part:part>/", editing.edit_part, name="edit_part"),
    path("plans/<int:number>/edit/<plan_part:part>/item/", editing.edit_item, name="edit_item"),
    path("plans/<int:number>/<plan_verb:verb>/", verbs.verb, name="verb"),
]
