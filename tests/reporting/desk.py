"""What the tests of the workspace and of the entry of a figure share: one figure, and what is typed of it."""

from collections.abc import Callable

from django.test import Client

from targets.models import Figure

CODE, YEAR = "high-tech-enterprises", 2017
ENTRY = f"/workspace/{CODE}/{YEAR}/"
TYPED = {"value": "929", "source": "年度统计", "action": "draft"}
CORRECTION = {"reason": "更正", "cause": "error"}
EVERYBODY = ["", "demo-staff", "demo-reviewer", "demo-other", "demo-harbin", "demo-auditor", "demo-admin"]

Browse = Callable[[str], Client]
Make = Callable[..., Figure]


def latest() -> Figure:
    return Figure.objects.filter(target__code=CODE, year=YEAR).latest("pk")


def hidden(figure: Figure, prefix: str = "") -> dict[str, str]:
    return {f"{prefix}figure": str(figure.pk), f"{prefix}version": str(figure.version)}
