"""Figures that no way into the portal makes: what the method refuses."""

from decimal import Decimal

from django.utils import timezone

from targets.models import Figure, Target


def refused_figure(target: Target, basis: str = "") -> Figure:
    """An approved figure below zero, of a target that counts from zero."""
    now = timezone.now()
    return target.figures.create(
        year=2016,
        value=Decimal(-1),
        basis=basis,
        state="approved",
        origin="loaded",
        created_at=now,
        submitted_at=now,
        known_from=timezone.localdate(),
        sequence=1,
    )
