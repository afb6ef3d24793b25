"""The speakers: who is who on which adapter. Functions of an open connection."""

from sqlalchemy import Connection, delete, exists, func, select

from chatbot.history.records import SpeakerSummary
from chatbot.history.statement import Statement
from chatbot.history.tables import DataRow, SpeakerRow, TurnRow
from chatbot.messages import Speaker

_FIND = Statement("SELECT id, name FROM speakers WHERE adapter = :adapter AND platform_id = :id AND is_bot = :is_bot")
_ADD = Statement(
    "INSERT INTO speakers (adapter, platform_id, is_bot, name) VALUES (:adapter, :id, :is_bot, :name) RETURNING id"
)
_RENAME = Statement("UPDATE speakers SET name = :name WHERE id = :row")


def person_row(connection: Connection, adapter: str, speaker_id: str) -> int | None:
    """Return the id of a person's row, None for someone unknown."""
    found = _FIND.row(connection, adapter=adapter, id=speaker_id, is_bot=False)
    return None if found is None else found[0]


def make_known(connection: Connection, adapter: str, speaker: Speaker) -> int:
    """Return the id of a speaker's row, with the name seen last (an empty one says nothing)."""
    found = _FIND.row(connection, adapter=adapter, id=speaker.id, is_bot=speaker.is_bot)
    if found is None:
        found = _ADD.row(connection, adapter=adapter, id=speaker.id, is_bot=speaker.is_bot, name=speaker.name)
        assert found is not None
    elif speaker.name and speaker.name != found[1]:
        _RENAME.run(connection, row=found[0], name=speaker.name)
    return found[0]


def speakers(connection: Connection) -> list[SpeakerSummary]:
    """Return everyone who is known, bots too, in the order in which they were first seen."""
    summaries = (
        select(
            SpeakerRow.adapter, SpeakerRow.platform_id, SpeakerRow.name, SpeakerRow.is_bot, func.count(TurnRow.id)
        )
        .outerjoin(TurnRow)
        .group_by(SpeakerRow.id)
        .order_by(SpeakerRow.id)
    )  # fmt: skip
    return [
        SpeakerSummary(adapter, Speaker(id, name, is_bot), count)
        for adapter, id, name, is_bot, count in connection.execute(summaries)
    ]


def drop_unheard(connection: Connection) -> None:
    """Delete every speaker of whom neither a turn nor a value is held."""
    connection.execute(
        delete(SpeakerRow).where(
            ~exists().where(TurnRow.speaker_id == SpeakerRow.id), ~exists().where(DataRow.speaker_id == SpeakerRow.id)
        )
    )
