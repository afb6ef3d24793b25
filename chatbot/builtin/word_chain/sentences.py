"""What the bot says in the game, in both speech levels. Knows no rules."""

from dataclasses import dataclass

from chatbot import korean
from chatbot.builtin.word_chain.rules import Fault, starts

_COUNTED = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"


def counted(number: int) -> str:
    """Return a number as it stands before a counter: 세 (번), 열두 is written 12."""
    return _COUNTED[number] if 0 < number < len(_COUNTED) else str(number)


def beginning(last: str) -> str:
    """Return with what the next word begins, as it is said: "'력'이나 '역'"."""
    first, *other = (f"'{start}'" for start in starts(last))
    return f"{korean.josa(first, '이나/나')} {other[0]}" if other else first


def blanks(word: str, *, initials: bool) -> str:
    """Return a hint at a word: its first syllable, and of the others their places or their initial consonants."""
    rest = (_INITIALS[(ord(syllable) - 0xAC00) // 588] if initials else "○" for syllable in word[1:])
    return word[0] + "".join(rest)


@dataclass(frozen=True, slots=True)
class Voice:
    """How the bot talks in a game.

    Attributes:
        is_polite: 존댓말 or 반말.
    """

    is_polite: bool = True

    def by_level(self, polite: str, casual: str) -> str:
        """Return the wording that fits."""
        return polite if self.is_polite else casual

    def says(self, word: str) -> str:
        """Return how a word is said, and what comes next."""
        return f"{word}! {self.next_is(word)}"

    def next_is(self, last: str) -> str:
        """Return with what the next word begins."""
        start = beginning(last)
        return f"다음은 {self.by_level(korean.josa(start, '이에요/예요'), korean.josa(start, '이야/야'))}."

    def fault(self, fault: Fault, word: str, last: str, min_syllables: int) -> str:
        """Return why a word does not count, and that another may be tried."""
        match fault:
            case Fault.SHORT:
                size = counted(min_syllables)
                return self.by_level(f"{size} 글자부터 할 수 있어요.", f"{size} 글자부터 할 수 있어.")
            case Fault.WRONG_START:
                start = korean.josa(beginning(last), "으로/로")
                return self.by_level(f"{start} 시작하는 말이어야 해요.", f"{start} 시작하는 말이어야 해.")
            case Fault.REPEATED:
                topic = korean.josa(f"'{word}'", "은/는")
                return self.by_level(f"{topic} 아까 나왔어요.", f"{topic} 아까 나왔어.")
            case Fault.UNKNOWN:
                topic = korean.josa(f"'{word}'", "은/는")
                return self.by_level(
                    f"{topic} 제 사전에는 없는 말이에요. 다른 말로 해 볼까요?",
                    f"{topic} 내 사전에는 없는 말이야. 다른 말로 해 볼래?",
                )
            case Fault.DEAD_END:
                start = korean.josa(beginning(word), "으로/로")
                return self.by_level(
                    f"{start} 시작하는 말이 거의 없어요. 처음에는 더 이을 수 있는 말로 해 주세요.",
                    f"{start} 시작하는 말이 거의 없어. 처음에는 더 이을 수 있는 말로 해 줘.",
                )
            case Fault.UNCLEAN:
                return self.by_level("그 말은 빼고 해요. 다른 말로 해 볼까요?", "그 말은 빼고 하자. 다른 말로 해 볼래?")

    def tries_left(self, left: int) -> str:
        """Return how often one may still try."""
        if left == 1:
            return self.by_level("이번이 마지막 기회예요.", "이번이 마지막 기회야.")
        return self.by_level(f"{counted(left)} 번 더 해 볼 수 있어요.", f"{counted(left)} 번 더 해 볼 수 있어.")

    def there_was(self, last: str, word: str | None) -> str:
        """Return what one could have said, empty where there was nothing."""
        if word is None or not last:
            return ""
        start, object_ = korean.josa(f"'{word[0]}'", "으로/로"), korean.josa(f"'{word}'", "이/가")
        return self.by_level(
            f"{start} 시작하는 말에는 {object_} 있었어요.", f"{start} 시작하는 말에는 {object_} 있었어."
        )

    def total(self, words: int) -> str:
        """Return how far the chain went."""
        if words < 2:
            return ""
        return self.by_level(f"모두 {words}개를 이었어요.", f"모두 {words}개를 이었어.")

    def hint(self, word: str, *, initials: bool) -> str:
        """Return a hint at a word."""
        size = counted(len(word))
        shown = blanks(word, initials=initials)
        return self.by_level(f"힌트예요. '{shown}', {size} 글자예요.", f"힌트야. '{shown}', {size} 글자야.")
