"""An index that finds the scheduled jobs among the values, and what can be chosen in answer to a message.

Revision: 0003_jobs_and_choices, after 0002_inbox_outbox_and_data.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_jobs_and_choices"
down_revision = "0002_inbox_outbox_and_data"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.add_column("outbox", sa.Column("choices", sa.Text(), nullable=True))
    jobs = sa.text("substr(key, 1, 4) = 'job:'")
    op.create_index("ix_data_jobs", "data", ["room_id"], sqlite_where=jobs, postgresql_where=jobs)


def downgrade() -> None:
    """Take them away; the jobs stay, as values."""
    op.drop_index("ix_data_jobs", "data")
    op.drop_column("outbox", "choices")
