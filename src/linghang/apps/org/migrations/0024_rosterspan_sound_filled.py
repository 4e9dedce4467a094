from typing import Any

from django.db import migrations

from linghang.apps.org.search.spoken import order_of

AT_ONCE = 2000
FILL = """
    UPDATE org_rosterspan AS span SET sound = said.sound
    FROM unnest(%s::text[], %s::text[]) AS said (name, sound) WHERE span.name = said.name
"""


def fill(_apps: Any, editor: Any) -> None:
    """Derived like the span itself: how a name sounds is worked out here, once for each name."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT name FROM org_rosterspan")
        names = [name for (name,) in cursor.fetchall()]
        for start in range(0, len(names), AT_ONCE):
            part = names[start : start + AT_ONCE]
            cursor.execute(FILL, [part, [order_of(name) for name in part]])


class Migration(migrations.Migration):
    """Rosters that stand already are put in the order of sounds, too."""

    dependencies = [("org", "0023_rosterspan_sound")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
