"""What people may know, take along and have erased, asked for in a chat."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chatbot.history import History
from chatbot.history.records import Put, Scope
from chatbot.messages import RoomKind
from chatbot.testing import TestChat

GROUP: dict[str, Any] = {"room": "단톡", "room_kind": RoomKind.GROUP}
HANA = Scope("", None, "하나", "fake")


def file_of(chat: TestChat) -> Path:
    return Path(chat.settings.history.url.removeprefix("sqlite:///"))


def bytes_of(chat: TestChat) -> bytes:
    """Everything that lies beside the database, too."""
    return b"".join(file.read_bytes() for file in file_of(chat).parent.iterdir())


async def test_what_is_held_is_shown() -> None:
    chat = TestChat()
    await chat.say("나는 고양이를 길러")
    shown = await chat.say("/내정보")
    assert "하신 말: 1개 (방 1곳)" in shown
    assert "학습 동의: 하지 않으셨어요" in shown
    assert "아직 대답하지 않은" not in shown


async def test_everything_is_exported_as_json() -> None:
    chat = TestChat()
    await chat.say("나는 고양이를 길러")
    async with History.open(chat.settings.history.url) as history:
        await history.put(Put(Scope("기억", None, "하나", "fake"), "동물", ["고양이"]))
    await chat.say("/학습동의 네")
    await chat.say("/내보내기")
    (file,) = chat.files
    held = json.loads(file.content)
    assert "나는 고양이를 길러" in [turn["text"] for turn in held["turns"]]
    assert {"기억", ""} == {data["plugin"] for data in held["data"]}
    assert file.name.endswith(".json")


async def test_erasing_asks_first_and_leaves_nothing() -> None:
    chat = TestChat()
    await chat.say("내 별명은 초록두꺼비")
    async with History.open(chat.settings.history.url) as history:
        await history.put(Put(Scope("기억", None, "하나", "fake"), "별명", "초록두꺼비"))
    assert "초록두꺼비".encode() in bytes_of(chat)
    asked = await chat.say("/삭제")
    assert "/삭제 확인" in asked
    assert "초록두꺼비".encode() in bytes_of(chat)
    assert "모두 지웠어요" in await chat.say("/삭제 확인")
    assert "초록두꺼비".encode() not in bytes_of(chat)
    assert "하나".encode() not in bytes_of(chat)
    tables = ("rooms", "speakers", "conversations", "turns", "inbox", "outbox", "data")
    connection = sqlite3.connect(file_of(chat))
    counts = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
    connection.close()
    assert counts == dict.fromkeys(tables, 0)


async def test_erasing_without_asking_first_asks() -> None:
    chat = TestChat()
    await chat.say("안녕")
    assert "/삭제 확인" in await chat.say("/삭제 확인")


async def test_a_confirmation_comes_too_late() -> None:
    chat = TestChat()
    await chat.say("안녕")
    await chat.say("/삭제")
    async with History.open(chat.settings.history.url) as history:
        await history.put(Put(HANA, "erase-asked", (datetime.now(UTC) - timedelta(minutes=11)).isoformat()))
    assert "정말 지우시려면" in await chat.say("/삭제 확인")
    assert "모두 지웠어요" in await chat.say("/삭제 네")


async def test_in_a_group_others_words_stay_without_name_and_quotes() -> None:
    chat = TestChat()
    for speaker, text in (
        ("김하늘", "단비야 나는 부산 영도에서 자랐어"),
        ("두리", "단비야 김하늘은 부산 영도에서 자랐대"),
    ):
        await chat.say(text, speaker=speaker, **GROUP)
    await chat.say("/삭제", speaker="김하늘", room="둘이")
    await chat.say("/삭제 확인", speaker="김하늘", room="둘이")
    await chat.say("단비야 기억나?", speaker="두리", **GROUP)
    texts = [turn.text for turn in chat.engine.heard[-1].turns]
    assert "단비야 나는 부산 영도에서 자랐어" not in texts
    assert all("김하늘" not in text and "부산 영도에서 자랐" not in text for text in texts)
    assert any("자랐대" in text or "(지운 말)" in text for text in texts)


async def test_private_matters_stay_private() -> None:
    chat = TestChat()
    for command in ("/내정보", "/내보내기", "/삭제", "/삭제 확인"):
        assert "둘이 있는 대화" in await chat.say(command, **GROUP)
    assert chat.files == []


async def test_consent_is_given_dated_and_taken_back() -> None:
    chat = TestChat()
    assert "동의하지 않으셨어요" in await chat.say("/학습동의")
    assert "/학습동의 취소" in await chat.say("/학습동의 네")
    async with History.open(chat.settings.history.url) as history:
        assert await history.consented() == [("fake", "하나")]
        given = await history.get(HANA, "training-consent")
    assert isinstance(given, str)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(given)) < timedelta(minutes=5)
    assert f"{datetime.fromisoformat(given):%Y-%m-%d}" in await chat.say("/학습동의")
    await chat.say("/학습동의 네")  # again: the first date stays
    async with History.open(chat.settings.history.url) as history:
        assert await history.get(HANA, "training-consent") == given
    assert "쓰지 않을게요" in await chat.say("/학습동의 취소")
    async with History.open(chat.settings.history.url) as history:
        assert await history.consented() == []
