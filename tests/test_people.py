"""Who may do what."""

import pytest

from chatbot.config import Settings
from chatbot.messages import Address, Incoming, RoomKind, Speaker
from chatbot.people import Role, person_key, role_of

SETTINGS = Settings.model_validate({"bot": {"owners": "fake:하나, telegram:1:2"}})


def said(speaker: str, kind: RoomKind, *, admin: bool = False, adapter: str = "fake") -> Incoming:
    return Incoming(Address(adapter, "방"), "1", Speaker(speaker, "하나"), "말", room_kind=kind, from_admin=admin)


@pytest.mark.parametrize(
    ("message", "role"),
    [
        (said("하나", RoomKind.GROUP), Role.OWNER),
        (said("하나", RoomKind.PRIVATE), Role.OWNER),
        (said("하나", RoomKind.GROUP, adapter="telegram"), Role.ANYONE),  # a namesake on another platform
        (said("1:2", RoomKind.GROUP, adapter="telegram"), Role.OWNER),
        (said("둘", RoomKind.GROUP), Role.ANYONE),  # whatever name they show
        (said("둘", RoomKind.GROUP, admin=True), Role.ADMIN),
        (said("둘", RoomKind.PRIVATE), Role.ADMIN),
        (said("", RoomKind.GROUP), Role.ANYONE),
    ],
)
def test_roles(message: Incoming, role: Role) -> None:
    assert role_of(message, SETTINGS) is role


def test_without_owners_nobody_owns_the_bot() -> None:
    assert role_of(said("하나", RoomKind.GROUP, admin=True), Settings()) is Role.ADMIN


def test_a_greater_role_may_do_all_that_a_smaller_one_may() -> None:
    assert Role.ANYONE < Role.ADMIN < Role.OWNER


def test_a_person_is_written_as_in_the_settings() -> None:
    assert person_key(Address("telegram", "방"), "123456") == "telegram:123456"
