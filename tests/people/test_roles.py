"""Roles: declared by the apps, made after migrate, given by somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission

from people.actions.grant_role import grant_role
from people.actions.set_roles import OwnRoles, UnknownRole, set_roles
from people.actions.set_up_roles import NoSuchPermission, set_up_roles
from people.actions.update_member import OwnAccess, PhoneTaken, StaffRecord, update_member
from people.models import Member
from people.roles import NAMES, ROLES, declared_roles


def names(member: Member) -> set[str]:
    return set(member.groups.values_list("name", flat=True))


def permissions() -> dict[str, set[str]]:
    return {
        group.name: {
            f"{code.content_type.app_label}.{code.codename}"
            for code in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }


def test_migrate_has_made_every_role_with_what_the_apps_declare(db: None) -> None:
    held = permissions()

    assert set(NAMES) <= set(held)
    for role, permission in declared_roles():
        assert permission in held[role], f"{role} lacks {permission}"
    assert held["resident"] == set()


def test_making_them_again_changes_nothing(db: None) -> None:
    before = permissions()

    set_up_roles()

    assert permissions() == before


def test_what_an_operator_added_stays(db: None) -> None:
    group, other = Group.objects.get(name="editor"), Group.objects.get(name="worker_b")
    added = other.permissions.get(codename="lift_lock")
    group.permissions.add(added)

    set_up_roles()

    assert added in group.permissions.all()


def test_a_permission_that_is_misspelt_is_found(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROLES, "editor", ["people.no_such_thing"])

    with pytest.raises(NoSuchPermission, match=r"editor: people\.no_such_thing"):
        set_up_roles()


def test_a_role_is_granted_and_ends_the_sessions_of_before(bai: Member, gu: Member) -> None:
    session = bai.get_session_auth_hash()

    grant_role(member=bai, role="volunteer", granted_by=gu)
    grant_role(member=bai, role="editor", granted_by=gu)

    assert names(bai) == {"volunteer", "editor"}
    assert bai.get_session_auth_hash() != session
    assert Member.objects.get(pk=bai.pk).has_perm("wagtailadmin.access_admin")


def test_rights_come_with_roles_and_to_nobody_in_person(bai: Member) -> None:
    bai.user_permissions.add(Permission.objects.get(codename="access_admin"))

    assert not Member.objects.get(pk=bai.pk).has_perm("wagtailadmin.access_admin")


def test_a_role_granted_twice_ends_no_session(bai: Member) -> None:
    grant_role(member=bai, role="volunteer")
    session = bai.get_session_auth_hash()

    grant_role(member=bai, role="volunteer")

    assert bai.get_session_auth_hash() == session


def test_roles_are_taken_away(gu: Member, xue: Member) -> None:
    set_roles(member=gu, roles=["resident"], set_by=xue)

    assert names(gu) == {"resident"}


@pytest.mark.parametrize(
    ("_case", "role", "by", "refusal"),
    [
        ("to oneself", "worker_b", "gu", OwnRoles),
        ("that nobody knows", "mayor", "xue", UnknownRole),
    ],
)
def test_a_role_that_is_refused_changes_nothing(
    _case: str,
    role: str,
    by: str,
    refusal: type[Exception],
    gu: Member,
    request: pytest.FixtureRequest,
) -> None:
    granted_by = request.getfixturevalue(by)
    granted_by.is_superuser = True
    session = gu.get_session_auth_hash()

    with pytest.raises(refusal):
        grant_role(member=gu, role=role, granted_by=granted_by)

    assert names(gu) == {"worker_a"}
    assert Member.objects.get(pk=gu.pk).get_session_auth_hash() == session


# --- What staff correct ---------------------------------------------------------------


def correct(member: Member, by: Member, **changes: Any) -> Member:
    now: dict[str, Any] = {
        "full_name": member.full_name,
        "phone": member.phone,
        "is_active": member.is_active,
    }
    return update_member(member=member, updated_by=by, **now | changes)


def test_staff_correct_a_member(bai: Member, gu: Member) -> None:
    correct(bai, gu, full_name="白雨青", phone="19900000099", is_active=False)

    bai.refresh_from_db()
    assert (bai.full_name, bai.phone, bai.is_active) == ("白雨青", "19900000099", False)


def test_a_phone_number_can_be_taken_away(bai: Member, ma: Member, gu: Member) -> None:
    correct(bai, gu, phone="")
    correct(ma, gu, phone="")

    assert set(Member.objects.filter(phone=None)) == {bai, ma}


@pytest.mark.parametrize(
    ("_case", "whose", "changes", "refusal"),
    [
        ("somebody else's phone", "bai", {"phone": "19900000011"}, PhoneTaken),
        ("a colleague's phone", "xue", {"phone": "19900000099"}, StaffRecord),
        ("a colleague shut out", "xue", {"is_active": False}, StaffRecord),
        ("oneself shut out", "gu", {"is_active": False}, OwnAccess),
    ],
)
def test_a_correction_that_is_refused_changes_nothing(
    _case: str,
    whose: str,
    changes: dict[str, Any],
    refusal: type[Exception],
    gu: Member,
    request: pytest.FixtureRequest,
) -> None:
    member = request.getfixturevalue(whose)
    before = Member.objects.values().get(pk=member.pk)

    with pytest.raises(refusal):
        correct(member, gu, **changes)

    assert Member.objects.values().get(pk=member.pk) == before
