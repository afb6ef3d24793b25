"""The fixed sentences the bot itself says, in both speech levels. Knows nothing of when they are said."""

from dataclasses import dataclass

from chatbot.messages import SpeechLevel


@dataclass(frozen=True, slots=True)
class Sentences:
    """One speech level's sentences."""

    nothing_said: str
    new_conversation: str
    nothing_to_repeat: str
    unknown_command: str
    no_reply: str
    message_cut: str


_POLITE = Sentences(
    nothing_said="아무 말도 안 보여요. 편하게 한마디 적어 주세요.",
    new_conversation="좋아요, 처음부터 새로 이야기해요.",
    nothing_to_repeat="아직 다시 할 대답이 없어요. 먼저 말을 걸어 주세요.",
    unknown_command="모르는 명령이에요. /도움말을 적으면 쓸 수 있는 명령을 알려 드려요.",
    no_reply="지금은 대답을 만들지 못했어요. 잠시 뒤에 다시 말해 주실래요?",
    message_cut="(글이 길어서 뒷부분만 읽었어요.) ",
)
_CASUAL = Sentences(
    nothing_said="아무 말도 안 보여. 편하게 한마디 적어 줘.",
    new_conversation="좋아, 처음부터 새로 얘기하자.",
    nothing_to_repeat="아직 다시 할 대답이 없어. 먼저 말을 걸어 줘.",
    unknown_command="모르는 명령이야. /도움말을 적으면 쓸 수 있는 명령을 알려 줄게.",
    no_reply="지금은 대답을 못 만들었어. 조금 있다가 다시 말해 줄래?",
    message_cut="(글이 길어서 뒷부분만 읽었어.) ",
)


def sentences(level: SpeechLevel) -> Sentences:
    """Return the sentences of a speech level."""
    return _POLITE if level is SpeechLevel.POLITE else _CASUAL
