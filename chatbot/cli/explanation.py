"""A reply explained for ``chatbot chat --explain``: what it was chosen from, and by which numbers."""

from typing import TYPE_CHECKING

from chatbot.messages import Source

if TYPE_CHECKING:
    from chatbot.dialogue.ranking import Candidate
    from chatbot.dialogue.voice import Reply

_SOURCES = {
    Source.GENERATED: "지은 말",
    Source.EXAMPLE: "예시",
    Source.REFINED: "예시를 보고 지은 말",
    Source.FALLBACK: "대신한 말",
}


def explain(reply: "Reply") -> str:
    """Return one line for each candidate, best first, behind a line that says where the reply came from."""
    lines = [f"  출처: {_SOURCES.get(reply.source, reply.source)}, {reply.level}"]
    return "\n".join(lines + [_line(place, candidate) for place, candidate in enumerate(reply.candidates, start=1)])


def _line(place: int, candidate: "Candidate") -> str:
    numbers = (
        f"비슷함 {candidate.similarity:.2f}, 어울림 {candidate.fit:.2f}, 그럴듯함 {candidate.likelihood:.2f}"
        f"(맥락 없이 {candidate.prior:.2f}), 근거 없음 {candidate.missing:.2f}"
    )
    source = _SOURCES.get(candidate.source, candidate.source)
    return f"  {place}. {candidate.text}  [{source}: {numbers}{', 끊김' if candidate.unfinished else ''}]"
