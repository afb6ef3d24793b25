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
    too_fast: str
    busy: str
    hurt: str
    keeps_away: str
    for_admins: str
    in_private: str


_POLITE = Sentences(
    nothing_said="아무 말도 안 보여요. 편하게 한마디 적어 주세요.",
    new_conversation="좋아요, 처음부터 새로 이야기해요.",
    nothing_to_repeat="아직 다시 할 대답이 없어요. 먼저 말을 걸어 주세요.",
    unknown_command="모르는 명령이에요. /도움말을 적으면 쓸 수 있는 명령을 알려 드려요.",
    no_reply="지금은 대답을 만들지 못했어요. 잠시 뒤에 다시 말해 주실래요?",
    message_cut="(글이 길어서 뒷부분만 읽었어요.) ",
    too_fast="말이 조금 빨라서 따라가기 벅차요. 잠깐 쉬었다가 이어서 이야기해요.",
    busy="잠시만요, 지금 이야기하는 분이 많아요. 차례가 되면 꼭 대답할게요.",
    hurt="그런 말은 조금 아파요. 다르게 말해 주시면 더 잘 들을 수 있어요.",
    keeps_away="험한 말이 이어져서 잠시 쉬다 올게요. {minutes} 뒤에 다시 이야기해요.",
    for_admins="그건 관리자만 할 수 있어요.",
    in_private="여기는 보는 사람이 많아서요. 저와 둘이 있는 대화에서 적어 주세요.",
)
_CASUAL = Sentences(
    nothing_said="아무 말도 안 보여. 편하게 한마디 적어 줘.",
    new_conversation="좋아, 처음부터 새로 얘기하자.",
    nothing_to_repeat="아직 다시 할 대답이 없어. 먼저 말을 걸어 줘.",
    unknown_command="모르는 명령이야. /도움말을 적으면 쓸 수 있는 명령을 알려 줄게.",
    no_reply="지금은 대답을 못 만들었어. 조금 있다가 다시 말해 줄래?",
    message_cut="(글이 길어서 뒷부분만 읽었어.) ",
    too_fast="말이 조금 빨라서 따라가기 벅차. 잠깐 쉬었다가 이어서 얘기하자.",
    busy="잠시만, 지금 얘기하는 사람이 많아. 차례가 되면 꼭 대답할게.",
    hurt="그런 말은 조금 아파. 다르게 말해 주면 더 잘 들을 수 있어.",
    keeps_away="험한 말이 이어져서 잠시 쉬다 올게. {minutes} 뒤에 다시 얘기하자.",
    for_admins="그건 관리자만 할 수 있어.",
    in_private="여기는 보는 사람이 많아서. 나랑 둘이 있는 대화에서 적어 줘.",
)


def sentences(level: SpeechLevel) -> Sentences:
    """Return the sentences of a speech level."""
    return _POLITE if level is SpeechLevel.POLITE else _CASUAL
