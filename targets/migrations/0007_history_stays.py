"""The history of figures and targets is never changed or deleted; what is approved stays as it was approved.

Of a piece of evidence only that it was taken away is written later, and once.
"""

from django.db import migrations

from planportal.web.history import Guard, guarded, stays

EVIDENCE_WRITTEN_ONCE = (
    "id",
    "figure_id",
    "kind",
    "name",
    "file",
    "media_type",
    "size",
    "sha256",
    "address",
    "added_by_id",
    "added_at",
)


def _differ(column):
    return (
        f"OLD.{column} <> NEW.{column} OR (OLD.{column} IS NULL AND NEW.{column} IS NOT NULL)"
        f" OR (OLD.{column} IS NOT NULL AND NEW.{column} IS NULL)"
    )


GUARDS = [
    *stays("targets_figureversion", "figure_version"),
    *stays("targets_figureevent", "figure_event"),
    *stays("targets_targetamendment", "target_amendment"),
    Guard("figure_never_deleted", "targets_figure", "DELETE", "a figure is withdrawn or superseded"),
    Guard(
        "figure_approved_stays",
        "targets_figure",
        "UPDATE",
        "what is approved is superseded and never changed",
        when="OLD.state = 'approved'",
    ),
    Guard("evidence_never_deleted", "targets_evidence", "DELETE", "evidence is taken away and stays"),
    Guard(
        "evidence_only_taken_away",
        "targets_evidence",
        "UPDATE",
        "evidence is taken away once and never changed",
        when=" OR ".join(
            [
                "OLD.removed_at IS NOT NULL OR NEW.removed_at IS NULL",
                *(_differ(column) for column in EVIDENCE_WRITTEN_ONCE),
            ]
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("targets", "0006_versions_say_when_known")]

    operations = [guarded("targets", GUARDS)]
