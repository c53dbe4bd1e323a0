"""One row of every table of history, made by real means, and the statements that try to rewrite each."""

from datetime import date

from django.db import DatabaseError, connection, transaction

from planportal.accounts.models import AccountEvent, User
from planportal.accounts.services import account_deactivate
from planportal.audit.models import Seal
from planportal.audit.sealing import seal_history
from planportal.plan.models import Plan
from planportal.reporting.models import ReportingEvent
from planportal.reporting.services import round_open, target_amend
from targets import services
from targets.amendments import Decision
from targets.evidence import EvidenceChange, Link
from targets.figure_rules import Content
from targets.models import Evidence, Figure, FigureEvent, FigureVersion, Target, TargetAmendment

# By trigger: the statement that it refuses.
REFUSED = {
    "figure_version_never_changed": "UPDATE targets_figureversion SET value = 930",
    "figure_version_never_deleted": "DELETE FROM targets_figureversion",
    "figure_event_never_changed": "UPDATE targets_figureevent SET why = 'x'",
    "figure_event_never_deleted": "DELETE FROM targets_figureevent",
    "target_amendment_never_changed": "UPDATE targets_targetamendment SET new_value = 1",
    "target_amendment_never_deleted": "DELETE FROM targets_targetamendment",
    "reporting_event_never_changed": "UPDATE reporting_reportingevent SET why = 'x'",
    "reporting_event_never_deleted": "DELETE FROM reporting_reportingevent",
    "account_event_never_changed": "UPDATE accounts_accountevent SET detail = 'x'",
    "account_event_never_deleted": "DELETE FROM accounts_accountevent",
    "seal_never_changed": "UPDATE audit_seal SET digest = 'x'",
    "seal_never_deleted": "DELETE FROM audit_seal",
    "figure_never_deleted": "DELETE FROM targets_figure",
    "figure_approved_stays": "UPDATE targets_figure SET value = 930 WHERE state = 'approved'",
    "evidence_never_deleted": "DELETE FROM targets_evidence",
    "evidence_only_taken_away": "UPDATE targets_evidence SET name = 'x'",
}
# What an approved figure says, each with something else.
APPROVED_CHANGES = {
    "value": "930",
    "basis": "'first'",
    "year": "2018",
    "target_id": "target_id + 1",
    "city_id": "1",
    "known_from": "'2011-01-01'",
    "sequence": "999",
    "approved_by_id": "created_by_id + 1000",
    "submitted_by_id": "submitted_by_id + 1000",
    "supersedes_id": "id",
    "source": "'x'",
    "reason": "'x'",
    "warnings": "'[]'",
    "version": "version + 1",
    "state": "'withdrawn'",
}
# What of evidence never changes, each with something else, though it is taken away by the same statement.
EVIDENCE_CHANGES = {
    "id": "id + 1000",
    "figure_id": "figure_id - 1",
    "kind": "'file'",
    "name": "'x'",
    "file": "'x'",
    "media_type": "'x'",
    "size": "7",
    "sha256": "'x'",
    "address": "'https://example.org/'",
    "added_by_id": "added_by_id + 1",
    "added_at": "'2011-01-01 00:00:00+00:00'",
}


def refusals(figure: Figure) -> dict[str, str]:
    """What was not refused by the trigger that is there for it, by statement, with what happened; each undone."""
    statements = {statement: name for name, statement in REFUSED.items()}
    for column, other in APPROVED_CHANGES.items():
        statement = f"UPDATE targets_figure SET {column} = {other} WHERE id = {figure.pk}"
        statements[statement] = "figure_approved_stays"
    for column, other in EVIDENCE_CHANGES.items():
        statement = f"UPDATE targets_evidence SET {column} = {other}, removed_at = '2020-01-01 00:00:00+00:00'"
        statements[statement] = "evidence_only_taken_away"
    happened = {statement: _outcome(statement) for statement in statements}
    return {statement: said for statement, said in happened.items() if statements[statement] not in said}


def _outcome(statement: str) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return "passed"


def make_history(plan: Plan, people: dict[str, User], *, year: int = 2018) -> Figure:
    """An approved figure with a link as evidence, an amendment, a round, a closed account; sealed."""
    staff, admin = people["demo-staff"], people["demo-admin"]
    firms = Target.objects.get(plan=plan, code="high-tech-enterprises")
    proof = EvidenceChange(links=[Link(title="公报", address="https://example.org/report")])
    figure = services.figure_draft(
        by=staff, target=firms, city=None, year=2017, content=Content(value="929"), evidence=proof
    )
    figure = services.figure_submit(by=staff, figure=figure, if_version=1)
    figure = services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=2)
    round_open(by=admin, plan=plan, year=year, opens_on=date(2020, 1, 1), due_on=date(2020, 3, 31))
    decision = Decision(new_value="1200", decided_on=date(2018, 10, 1), document="省政府文件", reason="调整")
    target_amend(by=admin, target=firms, decision=decision)
    account_deactivate(by=admin, person=people["demo-other"])
    seal_history()
    tables = (Figure, FigureVersion, FigureEvent, Evidence, TargetAmendment, ReportingEvent, AccountEvent, Seal)
    assert all(model._default_manager.exists() for model in tables)
    return figure
