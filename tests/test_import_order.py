"""Foreign keys, also those named by a string, obey the order of the apps."""

import pytest
from django.apps import apps

# From the top: an app may refer to those on later lines only.
ORDER = [
    {"ops", "drills"},
    {"notices", "reviews"},
    {"incidents"},
    {"plans"},
    {"inventory"},
    {"teams"},
    {"journal"},
]


def floor(app_label: str) -> int | None:
    """0 is the top; None for apps that are not ours."""
    return next((number for number, names in enumerate(ORDER) if app_label in names), None)


def references():
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            if field.is_relation and field.concrete and field.related_model is not None:
                yield model, field


def test_every_app_of_ours_has_its_place_in_the_order():
    ours = {config.name for config in apps.get_app_configs() if ".venv" not in config.path}
    assert ours == set().union(*ORDER) & ours
    assert len(ours) >= 8


@pytest.mark.parametrize(
    ("model", "field"),
    [
        pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
        for model, field in references()
        if floor(model._meta.app_label) is not None
    ],
)
def test_a_foreign_key_points_down(model, field):
    target = field.related_model._meta.app_label
    if target == model._meta.app_label or floor(target) is None:
        return
    assert floor(model._meta.app_label) < floor(target), (
        f"{model._meta.label}.{field.name} points up to {target}"
    )
