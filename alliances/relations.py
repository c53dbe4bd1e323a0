"""Stores which directions each alliance of a plan touches, by the words of their names; read by pages as it stands."""

from alliances.models import Alliance, AllianceDirection
from fields.relatedness import Names
from fields.relations import store_links
from planportal.plan.models import Plan


def store_touches(plan: Plan, directions: Names) -> tuple[int, int]:
    """Stores for each alliance what it touches; how many rows were made and removed. Repeating it is safe."""
    alliances = Alliance.objects.filter(plan=plan).values_list("pk", "name")
    wanted = {key: directions.touched_by(name) for key, name in alliances}
    return store_links(AllianceDirection.objects.filter(alliance__plan=plan), "alliance", "direction", wanted)
