"""Make the roles that the apps declare."""

from __future__ import annotations

from collections import defaultdict

from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    CollectionMember,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
)

from people.roles import NAMES, declared_roles


class NoSuchPermission(Exception):
    """A `roles.py` names a permission that no model has."""


def set_up_roles() -> None:
    """Make each role and give it the permissions the apps declare; a second time changes nothing.

    A permission that an operator added in the back office stays.

    Raises:
        NoSuchPermission: a `roles.py` names a permission that no model has.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    wanted: defaultdict[str, list[Permission]] = defaultdict(list)
    for role, code in declared_roles():
        if code not in known:
            raise NoSuchPermission(f"{role}: {code}")
        wanted[role].append(known[code])

    for role in sorted({*NAMES, *wanted}):
        group, _made = Group.objects.get_or_create(name=role)
        group.permissions.add(*wanted[role])
        _grant_in_wagtail(group, wanted[role])


def _grant_in_wagtail(group: Group, permissions: list[Permission]) -> None:
    """Give rights over pages, pictures and documents where Wagtail looks for them: at the roots."""
    for permission in permissions:
        model = permission.content_type.model_class()
        if model and issubclass(model, Page):
            GroupPagePermission.objects.get_or_create(
                group=group, page=Page.get_first_root_node(), permission=permission
            )
        elif model and issubclass(model, CollectionMember):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=Collection.get_first_root_node(), permission=permission
            )
