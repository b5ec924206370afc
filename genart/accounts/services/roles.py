"""Which groups there are, and what each may do."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

ROLES = {
    "studio": ["generation.add_job", "generation.view_job"],
    "curators": ["curation.review"],
    "leads": ["curation.review", "curation.change_brand", "curation.change_gate"],
    "rights": ["curation.review", "curation.add_rightsclaim", "curation.view_rightsclaim"],
    "senior curators": ["curation.review", "curation.decide_escalated"],
}


@transaction.atomic
def ensure_roles() -> None:
    """Make the groups of `ROLES` with their permissions. Safe to repeat."""
    for name, permissions in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        for permission in permissions:
            app, _dot, codename = permission.partition(".")
            group.permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )
