"""Conversations whose plugin is edited, taken away or switched off while they wait."""

from typing import Any

import pytest
from talks import SAYS, cafe, edited, survey

from chatbot import Plugin
from chatbot.testing import TestChat


async def test_an_edit_that_keeps_the_version_goes_on() -> None:
    chat = TestChat(survey(1))
    await chat.say("/설문")
    edited(chat, survey(1))
    assert await chat.say("하나") == "1판: 하나, []"


@pytest.mark.parametrize("new", [survey(2), survey(1, renamed=True), survey(2, renamed=True)])
async def test_what_does_not_fit_any_more_is_told_and_begins_anew(new: Plugin) -> None:
    chat = TestChat(survey(1))
    await chat.say("/설문")
    edited(chat, new)
    assert await chat.say("하나") == SAYS.conversation_changed.format(name="설문")
    assert await chat.say("하나") == "하나"
    assert await chat.say("/설문") == "이름은?"


async def test_what_does_not_fit_any_more_can_still_be_cancelled() -> None:
    chat = TestChat(survey(1))
    await chat.say("/설문")
    edited(chat, survey(2))
    assert await chat.say("취소") == SAYS.cancelled
    assert await chat.say("취소") == "취소"


async def test_an_old_state_is_made_to_fit() -> None:
    def upgraded(kind: Any, version: int, step: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        assert (version, step, fields) == (1, "name", {"notes": []})
        return "naming", {"notes": ["옛날"]}

    chat = TestChat(survey(1))
    await chat.say("/설문")
    edited(chat, survey(3, renamed=True, upgrade=upgraded))
    assert await chat.say("하나") == "3판: 하나, ['옛날']"


@pytest.mark.parametrize(
    "result", [None, ("gone", {}), ("naming", {"notes": 5}), ("naming", None), ("begin", {"notes": []}), 7, ("naming",)]
)
async def test_an_upgrade_that_is_none_ends_it(result: object) -> None:
    chat = TestChat(survey(1))
    await chat.say("/설문")
    edited(chat, survey(2, renamed=True, upgrade=lambda *_: result))
    reply = await chat.say("하나")
    assert reply in (SAYS.conversation_changed.format(name="설문"), SAYS.step_failed, "이름은?")
    await chat.say("취소")
    assert await chat.say("/설문") == "이름은?"


async def test_an_upgrade_that_fails_keeps_the_state(caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise KeyError("notes")

    chat = TestChat(survey(1))
    await chat.say("/설문")
    edited(chat, survey(2, renamed=True, upgrade=fail))
    assert await chat.say("하나") == SAYS.step_failed
    assert "KeyError" in caplog.text
    edited(chat, survey(2, renamed=True, upgrade=lambda *_: ("naming", {"notes": []})))
    assert await chat.say("하나") == "2판: 하나, []"


async def test_a_plugin_that_is_gone_hears_nothing_and_goes_on_when_it_is_back() -> None:
    chat = TestChat(survey(1))
    await chat.say("/설문")
    edited(chat)
    assert await chat.say("하나") == "하나"
    assert await chat.say("/취소") == SAYS.nothing_to_cancel
    edited(chat, survey(1))
    assert await chat.say("두리") == "1판: 두리, []"


async def test_a_plugin_that_is_gone_holds_no_floor() -> None:
    chat = TestChat(survey(1), cafe())
    await chat.say("/설문")
    edited(chat, cafe())
    assert (await chat.say("/주문")).startswith("뭘 드릴까요?")
    assert await chat.say("라떼") == "몇 잔이요?"
