"""Four eyes in the database: whoever drafted, edited or submitted a figure neither endorses nor approves it.

On SQLite a later migration that changes the events' table copies it and so loses this trigger: such a migration
creates it again.
"""

from django.db import migrations

CREATE = {
    "sqlite": [
        """
        CREATE TRIGGER figure_event_four_eyes BEFORE INSERT ON targets_figureevent
        WHEN NEW.action IN ('endorsed', 'approved')
        BEGIN
            SELECT RAISE(ABORT, 'figure_event_four_eyes: the actor had a hand in this figure')
            WHERE EXISTS (
                SELECT 1 FROM targets_figureevent
                WHERE figure_id = NEW.figure_id AND actor_id = NEW.actor_id
                AND action IN ('drafted', 'edited', 'submitted')
            );
        END
        """,
    ],
    "postgresql": [
        """
        CREATE FUNCTION figure_event_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM targets_figureevent
                WHERE figure_id = NEW.figure_id AND actor_id = NEW.actor_id
                AND action IN ('drafted', 'edited', 'submitted')
            ) THEN
                RAISE EXCEPTION 'figure_event_four_eyes: the actor had a hand in this figure'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'figure_event_four_eyes';
            END IF;
            RETURN NEW;
        END
        $$
        """,
        """
        CREATE TRIGGER figure_event_four_eyes BEFORE INSERT ON targets_figureevent
        FOR EACH ROW WHEN (NEW.action IN ('endorsed', 'approved'))
        EXECUTE FUNCTION figure_event_four_eyes()
        """,
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER figure_event_four_eyes"],
    "postgresql": [
        "DROP TRIGGER figure_event_four_eyes ON targets_figureevent",
        "DROP FUNCTION figure_event_four_eyes()",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("targets", "0002_round_and_evidence")]

    operations = [migrations.RunPython(create, drop)]
