"""The first tables: rooms, speakers, conversations, turns."""

import sqlalchemy as sa
from alembic import op

revision = "0001_rooms_and_turns"
down_revision = None
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
        sa.UniqueConstraint("adapter", "room", name="uq_rooms_adapter_room"),
    )
    op.create_table(
        "speakers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_speakers"),
        sa.UniqueConstraint("adapter", "platform_id", "is_bot", name="uq_speakers_adapter_platform_id_is_bot"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_conversations_room_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conversations_room_id_id", "conversations", ["room_id", "id"])
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("said_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_turns_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name="fk_turns_speaker_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turns_conversation_id_id", "turns", ["conversation_id", "id"])
    op.create_index("ix_turns_speaker_id", "turns", ["speaker_id"])


def downgrade() -> None:
    """Drop them, the turns with them."""
    for table in ("turns", "conversations", "speakers", "rooms"):
        op.drop_table(table)
