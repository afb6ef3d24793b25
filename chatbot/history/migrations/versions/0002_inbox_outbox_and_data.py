"""Messages that wait for an answer or to be sent, values under keys, and the place of each turn.

Revision: 0002_inbox_outbox_and_data, after 0001_rooms_and_turns.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_inbox_outbox_and_data"
down_revision = "0001_rooms_and_turns"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
# Columns are added in place: alembic's batch mode would copy the table, and lose AUTOINCREMENT's memory of used ids.
PLACES = """
    UPDATE turns SET place = numbered.place
    FROM (SELECT id, row_number() OVER (PARTITION BY conversation_id ORDER BY id) - 1 AS place FROM turns) AS numbered
    WHERE numbered.id = turns.id
"""


def upgrade() -> None:
    """Add them; an old turn's place is its number in its conversation."""
    op.add_column("rooms", sa.Column("kind", sa.Text(), nullable=False, server_default=sa.text("'private'")))
    op.add_column("rooms", sa.Column("gone_at", UTC_TIME, nullable=True))
    op.add_column("rooms", sa.Column("gone_why", sa.Text(), nullable=True))
    op.add_column("turns", sa.Column("place", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("turns", sa.Column("message_id", sa.Text(), nullable=True))
    op.execute(PLACES)
    op.create_index("ix_turns_conversation_id_place_id", "turns", ["conversation_id", "place", "id"])
    op.create_index("ix_turns_conversation_id_message_id", "turns", ["conversation_id", "message_id"])
    op.drop_index("ix_turns_conversation_id_id", "turns")
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("speaker_id", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("received_at", UTC_TIME, nullable=False),
        sa.Column("done_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_inbox_room_id", ondelete="CASCADE"),
        sa.UniqueConstraint("room_id", "message_id", name="uq_inbox_room_id_message_id"),
        sqlite_autoincrement=True,
    )
    waiting = sa.text("done_at IS NULL")
    op.create_index("ix_inbox_waiting", "inbox", ["room_id", "id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_inbox_speaker_id", "inbox", ["speaker_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=True),
        sa.Column("to_speaker", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file_content", sa.Text(), nullable=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_outbox_room_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_outbox_turn_id", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_turn_id", "outbox", ["turn_id"])
    op.create_table(
        "data",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_data_room_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name="fk_data_speaker_id", ondelete="CASCADE"),
    )
    op.create_index("ix_data_room_id", "data", ["room_id"])
    op.create_index("ix_data_speaker_id", "data", ["speaker_id"])
    scope = ["plugin", sa.text("coalesce(room_id, 0)"), sa.text("coalesce(speaker_id, 0)"), "key"]
    op.create_index("ix_data_scope_key", "data", scope, unique=True)


def downgrade() -> None:
    """Take them away, with every message that waits and every value."""
    for table in ("data", "outbox", "inbox"):
        op.drop_table(table)
    op.create_index("ix_turns_conversation_id_id", "turns", ["conversation_id", "id"])
    op.drop_index("ix_turns_conversation_id_message_id", "turns")
    op.drop_index("ix_turns_conversation_id_place_id", "turns")
    for table, column in (
        ("turns", "message_id"),
        ("turns", "place"),
        ("rooms", "gone_why"),
        ("rooms", "gone_at"),
        ("rooms", "kind"),
    ):
        op.drop_column(table, column)
