"""What is kept of a person's games: wins and losses by level, and the longest chain. Knows no rules."""

from dataclasses import dataclass, replace

from chatbot import Chat
from chatbot.builtin.word_chain.opponent import Level


@dataclass(frozen=True, slots=True)
class Record:
    """A person's games of one level. ``longest`` is the most words of one game."""

    wins: int = 0
    losses: int = 0
    longest: int = 0

    def after(self, words: int, *, won: bool) -> "Record":
        """Return the record after one more game."""
        longest = max(self.longest, words)
        return replace(self, wins=self.wins + won, losses=self.losses + (not won), longest=longest)


async def record(chat: Chat, level: Level) -> Record:
    """Return what is kept of this person's games of a level."""
    return await chat.person.get(_key(level), Record, Record())


async def keep(chat: Chat, level: Level, words: int, *, won: bool) -> None:
    """Keep how a game ended."""
    await chat.person.put(_key(level), (await record(chat, level)).after(words, won=won))


async def told(chat: Chat) -> str:
    """Return this person's records in words."""
    records = [(level, await record(chat, level)) for level in Level]
    played = [(level, one) for level, one in records if one.wins + one.losses]
    if not played:
        return chat.by_level(
            "아직 끝까지 해 본 판이 없어요. '끝말잇기 하자'라고 하면 바로 시작할게요.",
            "아직 끝까지 해 본 판이 없어. '끝말잇기 하자'라고 하면 바로 시작할게.",
        )
    levels = ", ".join(f"{level} {one.wins}승 {one.losses}패" for level, one in played)
    longest = max(one.longest for _, one in played)
    return chat.by_level(
        f"{levels}예요. 가장 길게는 {longest}개까지 이었어요.", f"{levels}야. 가장 길게는 {longest}개까지 이었어."
    )


def _key(level: Level) -> str:
    return f"record:{level}"
