"""Targets; figures with their versions and events; builds and snapshots of progress."""

from targets.models.build import Snapshot, TargetBuild, View
from targets.models.figure import (
    Cause,
    Figure,
    FigureEvent,
    FigureVersion,
    Origin,
    Standing,
    State,
    in_force,
    with_previous_figures,
)
from targets.models.target import Kind, SubmittedAs, Target

__all__ = [
    "Cause",
    "Figure",
    "FigureEvent",
    "FigureVersion",
    "Kind",
    "Origin",
    "Snapshot",
    "Standing",
    "State",
    "SubmittedAs",
    "Target",
    "TargetBuild",
    "View",
    "in_force",
    "with_previous_figures",
]
