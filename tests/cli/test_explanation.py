"""``--explain``: the candidates a person sees behind a reply."""

from chatbot.cli.explanation import explain
from chatbot.dialogue.ranking import Candidate
from chatbot.dialogue.voice import Reply
from chatbot.messages import Source, SpeechLevel


def test_candidates_stand_in_order_with_their_numbers() -> None:
    polite = SpeechLevel.POLITE
    remembered = Candidate("반가워요.", Source.EXAMPLE, polite, similarity=0.81, likelihood=-1.5, fit=0.4)
    drawn = Candidate("안녕", Source.GENERATED, polite, unfinished=True)
    first, second, third = explain(Reply("반가워요.", Source.EXAMPLE, polite, (remembered, drawn))).splitlines()
    assert first == "  출처: 예시, 존댓말"
    assert second.startswith("  1. 반가워요.  [예시: 비슷함 0.81, 어울림 0.40, 그럴듯함 -1.50")
    assert third.startswith("  2. 안녕  [지은 말: ")
    assert third.endswith(", 끊김]")


def test_a_reply_without_candidates() -> None:
    assert explain(Reply("응", Source.FALLBACK, SpeechLevel.CASUAL)) == "  출처: 대신한 말, 반말"
