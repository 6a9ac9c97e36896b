"""Doors, when several people change theirs at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from people.actions.claim_household import claim_household
from people.actions.close_household import close_household
from people.actions.open_household import open_household
from people.models import Building, Household, HouseholdQuerySet, Member

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(people: Iterable[Callable[[], Any]]) -> None:
    """Let everybody press at the same moment; whatever one of them fails with is raised."""
    hands = list(people)
    start = threading.Barrier(len(hands))

    def press(do: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(hands)) as pool:
        list(pool.map(press, hands))


@pytest.fixture
def neighbours(building_2: Building) -> list[Member]:
    """Eight people behind eight doors, none of them confirmed."""
    return [
        Member.objects.create(
            full_name=f"邻居{number}",
            phone=f"198000000{number:02d}",
            community=building_2.community,
            member_no=f"20{number:02d}",
            household=Household.objects.create(building=building_2, unit="3", door=str(number)),
        )
        for number in range(1, 9)
    ]


def moves(member: Member, building: Building, door: str) -> Callable[[], Any]:
    mine = Member.objects.get(pk=member.pk)
    return partial(claim_household, member=mine, building=building, unit="3", door=door)


def unused() -> list[Household]:
    return list(Household.objects.filter(members=None))


def test_neighbours_who_swap_doors_do_not_wait_for_each_other(
    neighbours: list[Member], building_2: Building
) -> None:
    doors = [str(number) for number in range(8, 0, -1)]

    at_once(moves(each, building_2, door) for each, door in zip(neighbours, doors, strict=True))

    lives = Member.objects.order_by("pk").values_list("household__door", flat=True)
    assert list(lives) == doors
    assert unused() == []


def test_some_leave_a_door_while_others_move_in(
    neighbours: list[Member], building_2: Building
) -> None:
    shared = neighbours[0].household
    Member.objects.filter(pk__in=[each.pk for each in neighbours[:4]]).update(household=shared)
    Household.objects.filter(members=None).delete()

    leave = [moves(each, building_2, f"10{each.pk}") for each in neighbours[:4]]
    move_in = [moves(each, building_2, "1") for each in neighbours[4:]]
    at_once([*leave, *move_in])

    assert Member.objects.filter(household__door="1").count() == 4
    assert unused() == []


def test_one_member_in_many_windows_leaves_one_door(
    neighbours: list[Member], building_2: Building
) -> None:
    at_once(moves(neighbours[0], building_2, f"20{tab}") for tab in range(8))

    assert Household.objects.filter(door__startswith="20").count() == 1
    assert unused() == []


def move_in_while_it_is_closed(neighbour: Member, building: Building) -> None:
    """Move into a door nobody lives behind, while somebody else closes it."""
    empty = Household.objects.create(building=building, unit="3", door="99")

    def close() -> None:
        try:
            close_household(empty.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as hand:
        with transaction.atomic():
            household = open_household(building=building, unit="3", door="99")
            closing = hand.submit(close)
            # With the lock it waits, and not for us: until the end of this block.
            wait([closing], timeout=0.3)
            Member.objects.filter(pk=neighbour.pk).update(household=household)
        closing.result()


def test_a_door_somebody_moves_into_is_not_closed(
    neighbours: list[Member], building_2: Building
) -> None:
    move_in_while_it_is_closed(neighbours[0], building_2)

    assert Household.objects.get(door="99").members.get() == neighbours[0]


def test_without_the_lock_it_is(
    neighbours: list[Member], building_2: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the lock of the household that keeps the door open."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, with the lock or without")
    monkeypatch.setattr(HouseholdQuerySet, "lock", lambda self: self.order_by("pk"))

    with pytest.raises(IntegrityError):
        move_in_while_it_is_closed(neighbours[0], building_2)
