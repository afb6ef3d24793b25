"""The ledger against a plain dictionary, and what is kept at hand while others change it."""

import asyncio
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.history import History
from chatbot.history.records import Json, Put, Scope
from chatbot.known import Known
from chatbot.messages import Address
from chatbot.plugins.ledger import Ledger, length_of

ROOMS = [Address("a", "1"), Address("a", "2")]
SCOPES = [
    Scope("p"),
    Scope("q"),
    *(Scope("p", room) for room in ROOMS),
    *(Scope("p", room, who) for room in ROOMS for who in "xy"),
]
VALUES: st.SearchStrategy[Json] = st.none() | st.integers(0, 3) | st.text("가", max_size=3)
PUTS = st.builds(Put, st.sampled_from(SCOPES), st.sampled_from(["k", "l"]), VALUES)


@given(
    stored=st.lists(PUTS, max_size=6),
    work=st.lists(st.tuples(st.sampled_from(["put", "page", "take", "drop"]), PUTS), max_size=25),
)
@settings(max_examples=40, deadline=None)
def test_the_ledger_is_a_dictionary_whose_pages_count_or_do_not(stored: list[Put], work: list[tuple[str, Put]]) -> None:
    async def check() -> None:
        async with History.open(":memory:") as history:
            await history.put(*stored)
            plain: dict[tuple[Scope, str], Json] = {}
            for put in stored:
                plain[put.scope, put.key] = put.value
            pages, models = [Ledger(Known(history), history)], [plain]
            for what, put in work:
                match what:
                    case "put":
                        pages[-1].put(put)
                        models[-1][put.scope, put.key] = put.value
                    case "page":
                        pages.append(pages[-1].page())
                        models.append(dict(models[-1]))
                    case _ if len(pages) > 1:
                        page, model = pages.pop(), models.pop()
                        if what == "take":
                            pages[-1].take_over(page)
                            models[-1] = model
                    case _:
                        pass
                await agree(pages[-1], models[-1])
            await history.put(*(put for page in pages for put in page.puts))
            await agree(Ledger(Known(history), history), models[-1])

    async def agree(ledger: Ledger, model: dict[tuple[Scope, str], Json]) -> None:
        there = {place: value for place, value in model.items() if value is not None}
        for scope in SCOPES:
            items = {key: value for (place, key), value in there.items() if place == scope}
            assert await ledger.items(scope) == items
            for key in "kl":
                assert await ledger.get(scope, key) == items.get(key)
            size = sum(map(length_of, items.values()))
            rest = size - (length_of(items["k"]) if "k" in items else 0)
            for limit in (rest + 4, rest + 5):
                assert await ledger.has_room(Put(scope, "k", 0), 5, limit) == (rest + 5 <= limit)
        for room in ROOMS:
            for key in "kl":
                people = {
                    place.speaker_id: value
                    for (place, name), value in there.items()
                    if name == key and place.address == room and place.speaker_id is not None
                }
                assert await ledger.by_speaker("p", room, key) == people

    asyncio.run(check())


async def test_what_is_erased_while_it_is_read_is_not_known_afterwards(tmp_path: Path) -> None:
    async with History.open(tmp_path / "chat.sqlite3") as history:
        known, scope = Known(history), Scope("p", ROOMS[0], "x")
        await history.put(Put(scope, "k", 1))
        one, many = (
            asyncio.create_task(known.get(scope, "k")),
            asyncio.create_task(known.by_speaker("p", ROOMS[0], "k")),
        )
        for _ in range(3):
            await asyncio.sleep(0)
        known.clear()  # somebody was erased meanwhile
        assert (await one, await many) == (1, {"x": 1})
        await history.put(Put(scope, "k", None))
        assert await known.get(scope, "k") is None
        assert await known.by_speaker("p", ROOMS[0], "k") == {}


async def test_what_changes_while_everybodys_values_are_read_is_not_missed(tmp_path: Path) -> None:
    async with History.open(tmp_path / "chat.sqlite3") as history:
        known, put = Known(history), Put(Scope("p", ROOMS[0], "x"), "k", 1)
        reading = asyncio.create_task(known.by_speaker("p", ROOMS[0], "k"))
        for _ in range(3):
            await asyncio.sleep(0)
        await history.put(put)
        known.note((put,))
        await reading
        assert await known.by_speaker("p", ROOMS[0], "k") == {"x": 1}
