"""What alembic executes to migrate. Takes the open connection from ``schema.migrate`` and leaves logging alone."""

from typing import Any, Literal

from alembic import context

from chatbot.history.column_types import StorableText, UtcDateTime
from chatbot.history.schema import VERSION_TABLE
from chatbot.history.tables import Base


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our column types into a new step as the plain ones under them: our code may change, a step may not."""
    if kind == "type" and isinstance(item, StorableText):
        return "sa.Text()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_item=render_item,
    render_as_batch=True,  # SQLite alters a table only by copying it
)
with context.begin_transaction():
    context.run_migrations()
