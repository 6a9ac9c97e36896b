"""Add somebody who brings produce to the community, or packs it."""

from __future__ import annotations

from market.produce.models import Carrier
from market.produce.refusals import CodeTaken


def add_carrier(*, code: str, name: str, kind: str, payee_details: str = "") -> Carrier:
    """Add a carrier or packer; the same code and name again return the one already there.

    Args:
        kind: one of `Carrier.Kind`.

    Raises:
        CodeTaken: another carrier has this code.
    """
    carrier, _created = Carrier.objects.get_or_create(
        code=code, defaults={"name": name, "kind": kind, "payee_details": payee_details}
    )
    if (carrier.name, carrier.kind) != (name, kind):
        raise CodeTaken(carrier)
    return carrier
