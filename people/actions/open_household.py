"""Find the household behind a door, or open it."""

from __future__ import annotations

from django.db import transaction

from people.doors import tidy
from people.models import Building, Household


class NoSuchStaircase(Exception):
    """The building has fewer staircases than that."""

    def __init__(self, building: Building) -> None:
        super().__init__(f"building {building.pk} has {building.units} staircases")
        self.building = building


@transaction.atomic
def open_household(*, building: Building, unit: str, door: str) -> Household:
    """Return the household behind this door, opening it when nobody has named it before.

    It is locked, so that it stays open until somebody has moved in.

    Args:
        unit: the staircase, however written: "3" and "3单元" are one.
        door: the door, however written: "301" and "301室" are one.

    Raises:
        NoSuchStaircase: the building has fewer staircases than that.
    """
    staircase = tidy(unit)
    if not staircase.isdecimal() or not 1 <= int(staircase) <= building.units:
        raise NoSuchStaircase(building)

    while True:
        household, _opened = Household.objects.get_or_create(
            building=building, unit=staircase, door=tidy(door)
        )
        # It may have been closed between the two questions, by the last to name it.
        for still_open in Household.objects.filter(pk=household.pk).lock():
            return still_open
