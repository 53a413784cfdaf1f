"""Who may do what in the administration, and the people, groups and departments there.

The role decides, not Django's permission tables: administrators change what is theirs to change,
auditors look, nobody else comes in.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from journal.models import Entry
from teams.models import Department, Membership, Person, ResponseGroup, Role, Service
from teams.workflow import keep, told


def administers(request: HttpRequest) -> bool:
    person: Any = request.user
    return person.is_active and person.has_role(Role.ADMIN) and not person.only_reads


def looks(request: HttpRequest) -> bool:
    person: Any = request.user
    return person.is_active and person.has_role(Role.ADMIN, Role.AUDITOR)


class ReadOnly(admin.ModelAdmin):
    """Administrators and auditors look; nobody adds, changes or deletes."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return looks(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return looks(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Administered(ReadOnly):
    """Administrators add and change; what has a history is switched off, not deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        keep(obj, by=request.user, changed=form.changed_data)


class PersonForm(UserChangeForm):
    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@admin.register(Person)
class PersonAdmin(Administered, UserAdmin):
    """People and their roles. Somebody who has left is switched off: their acts stay theirs."""

    form = PersonForm
    list_display = ["username", "name", "duty", "department", "roles", "is_active"]
    list_filter = ["is_active", "department"]
    list_select_related = ["department"]
    search_fields = ["username", "name", "duty"]
    ordering = ["pk"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("人员"), {"fields": ["name", "duty", "department", "phone"]}),
        (_("权限"), {"fields": ["roles", "is_active"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2", "name"]})
    ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # Who administers or audits must be let into the administration; nobody else is.
        obj.is_staff = bool({Role.ADMIN, Role.AUDITOR} & set(obj.roles))
        super().save_model(request, obj, form, change)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["person"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return looks(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


@admin.register(ResponseGroup)
class ResponseGroupAdmin(Administered):
    list_display = ["name", "kind"]
    inlines = [MembershipInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.has_changed():
            told(form.instance, by=request.user, changed=["memberships"])


@admin.register(Department, Service)
class DepartmentAdmin(Administered):
    list_display = ["name", "position"]
    list_editable = ()
    search_fields = ["name"]


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    """The journal: whoever may come in may read it, nobody may change it."""

    list_display = ["stream", "seq", "event", "actor_name", "at"]
    list_filter = ["event"]
    search_fields = ["stream"]
    ordering = ["-pk"]
    show_full_result_count = False


# Roles take the place of Django's groups.
admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = _("应急 管理")
