"""Targets and amendments; figures with versions, events and evidence; builds and snapshots; canaries; replays."""

from targets.models.amendment import TargetAmendment, target_value_in, target_value_today
from targets.models.build import Snapshot, TargetBuild, View
from targets.models.canary import Canary
from targets.models.evidence import Evidence
from targets.models.figure import (
    Cause,
    Figure,
    FigureEvent,
    FigureVersion,
    Origin,
    Standing,
    State,
    bring_previous_figures,
    in_force,
    with_previous_figures,
)
from targets.models.replay import Replay
from targets.models.target import Kind, SubmittedAs, Target

__all__ = [
    "Canary",
    "Cause",
    "Evidence",
    "Figure",
    "FigureEvent",
    "FigureVersion",
    "Kind",
    "Origin",
    "Replay",
    "Snapshot",
    "Standing",
    "State",
    "SubmittedAs",
    "Target",
    "TargetAmendment",
    "TargetBuild",
    "View",
    "bring_previous_figures",
    "in_force",
    "target_value_in",
    "target_value_today",
    "with_previous_figures",
]
