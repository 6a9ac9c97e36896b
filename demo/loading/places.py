"""Communities, buildings, service points and tills."""

from __future__ import annotations

from demo.data import demo_data
from market.till.actions.add_till import add_till
from people.models import Building, Community, ServicePoint

KINDS = {
    "爱心超市": ServicePoint.Kind.SUPERMARKET,
    "助农点": ServicePoint.Kind.FARMERS,
    "集市": ServicePoint.Kind.MARKET,
    "食堂": ServicePoint.Kind.CANTEEN,
    "服务点": ServicePoint.Kind.SERVICE,
}
IN_ENGLISH = {
    "CCHY": "Changcheng Huayuan Love Supermarket",
    "XIHU": "Xihu Help-Farmer Point",
    "LUYN": "Luyin Happy Market (compound square)",
    "CHW": "Caihongwan Community Canteen",
    "BEIG": "Beiguan Service Point",
}
"""The names of the points by community, which the file has in Chinese only."""
WITH_TILL = ("CCHY", "XIHU", "LUYN")


def load_places() -> dict[str, ServicePoint]:
    """Return the service points by the code of their community."""
    points = {}
    for row in demo_data()["communities"]:
        community, _made = Community.objects.get_or_create(
            code=row["code"],
            defaults={"name": row["name"], "name_en": row["en"], "street": row["street"]},
        )
        point = row["point"]
        points[row["code"]], _made = ServicePoint.objects.get_or_create(
            name=point["name"],
            defaults={
                "community": community,
                "name_en": IN_ENGLISH[row["code"]],
                "kind": KINDS[point["kind"]],
                "hours": point["hours"],
                "phone": point["phone"],
            },
        )
    for row in demo_data()["buildings"]:
        Building.objects.get_or_create(
            compound=row["compound"],
            number=row["no"],
            defaults={
                "community": Community.objects.get(code=row["community"]),
                "units": row["units"],
                "households_expected": row["households"],
            },
        )
    return points


def load_tills(points: dict[str, ServicePoint]) -> None:
    """Put a till up wherever goods are handed out; a cashier opens it."""
    for code in WITH_TILL:
        point = points[code]
        add_till(code=f"{code.lower()}-1", name=f"{point.name}收银台", service_point=point)
