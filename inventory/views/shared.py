"""What pages of this room share."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from inventory.authority import keeps
from teams.requests import StaffRequest


def insist_keeps(request: StaffRequest) -> None:
    if not keeps(request.user):
        raise PermissionDenied(_("物资由后勤人员管理。"))
