"""Triggers for migrations: rows that are never changed or deleted, whoever asks, on SQLite and PostgreSQL.

On SQLite a later migration that remakes a guarded table loses its triggers: such a migration guards it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.migrations import RunPython


@dataclass(frozen=True)
class Guard:
    """One trigger: before an UPDATE or DELETE of a row it refuses, with its name and a message.

    `when` is a condition on OLD and NEW that both databases read alike; "" refuses always.
    """

    name: str
    table: str
    event: Literal["UPDATE", "DELETE"]
    message: str
    when: str = ""


def stays(table: str, name: str) -> list[Guard]:
    """The guards of a table whose rows are written once; `name` stands in the triggers' names."""
    message = "history is never changed or deleted"
    return [
        Guard(f"{name}_never_changed", table, "UPDATE", message),
        Guard(f"{name}_never_deleted", table, "DELETE", message),
    ]


def guarded(app: str, guards: Sequence[Guard]) -> RunPython:
    """The operation that creates the triggers of an app; backwards it drops them.

    Refused rows raise django.db.IntegrityError; on PostgreSQL the trigger's name is the constraint's.
    """

    def create(apps: Any, schema_editor: Any) -> None:
        for statement in _creation(schema_editor.connection.vendor, app, guards):
            schema_editor.execute(statement, params=None)

    def drop(apps: Any, schema_editor: Any) -> None:
        for statement in _removal(schema_editor.connection.vendor, app, guards):
            schema_editor.execute(statement, params=None)

    return RunPython(create, drop)


def _creation(vendor: str, app: str, guards: Sequence[Guard]) -> list[str]:
    if vendor == "sqlite":
        return [_on_sqlite(guard) for guard in guards]
    return [
        f"""
        CREATE FUNCTION {_function(app)} RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%: %', TG_NAME, TG_ARGV[0] USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END
        $$
        """,
        *(_on_postgresql(guard, app) for guard in guards),
    ]


def _on_sqlite(guard: Guard) -> str:
    when = f"WHEN {guard.when}" if guard.when else ""
    return f"""
        CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} {when}
        BEGIN
            SELECT RAISE(ABORT, '{guard.name}: {guard.message}');
        END
    """


def _on_postgresql(guard: Guard, app: str) -> str:
    when = f"WHEN ({guard.when})" if guard.when else ""
    function = _function(app).replace("()", f"('{guard.message}')")
    return f"""
        CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}
        FOR EACH ROW {when} EXECUTE FUNCTION {function}
    """


def _removal(vendor: str, app: str, guards: Sequence[Guard]) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER {guard.name}" for guard in guards]
    return [
        *(f"DROP TRIGGER {guard.name} ON {guard.table}" for guard in guards),
        f"DROP FUNCTION {_function(app)}",
    ]


def _function(app: str) -> str:
    return f"{app}_history_stays()"
