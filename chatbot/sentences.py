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
    in_group: str
    command_failed: str
    step_failed: str
    cancelled: str
    nothing_to_cancel: str
    goes_on: str
    floor_is_taken: str
    conversation_changed: str
    cools_down: str
    plugin_is_off: str
    command_meant: str


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
    in_group="그건 여럿이 있는 방에서 쓸 수 있어요.",
    command_failed="앗, 그건 지금 잘 안 되네요. 조금 뒤에 다시 해 주세요.",
    step_failed="앗, 방금 말씀을 받다가 문제가 생겼어요. 한 번 더 말해 주시겠어요? ('취소'라고 하시면 그만둘게요.)",
    cancelled="네, 그만할게요.",
    nothing_to_cancel="지금은 그만둘 것이 없어요.",
    goes_on="아까 하던 {name} 이어서 하셔도 돼요.",
    floor_is_taken="지금 {name} 하는 중이에요. 먼저 마치거나 '취소'라고 해 주세요.",
    conversation_changed="그사이에 {name} 방식이 바뀌어서 이어서 할 수가 없네요. 처음부터 다시 해 주세요.",
    cools_down="{seconds}초 뒤에 다시 쓸 수 있어요.",
    plugin_is_off="그 기능은 이 방에서 꺼 두었어요.",
    command_meant="모르는 명령이에요. 혹시 /{name}? /도움말을 적으면 쓸 수 있는 명령을 알려 드려요.",
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
    in_group="그건 여럿이 있는 방에서 쓸 수 있어.",
    command_failed="앗, 그건 지금 잘 안 되네. 조금 있다가 다시 해 줘.",
    step_failed="앗, 방금 말을 받다가 문제가 생겼어. 한 번 더 말해 줄래? ('취소'라고 하면 그만둘게.)",
    cancelled="응, 그만할게.",
    nothing_to_cancel="지금은 그만둘 게 없어.",
    goes_on="아까 하던 {name} 이어서 해도 돼.",
    floor_is_taken="지금 {name} 하는 중이야. 먼저 마치거나 '취소'라고 해 줘.",
    conversation_changed="그사이에 {name} 방식이 바뀌어서 이어서 할 수가 없네. 처음부터 다시 해 줘.",
    cools_down="{seconds}초 뒤에 다시 쓸 수 있어.",
    plugin_is_off="그 기능은 이 방에서 꺼 뒀어.",
    command_meant="모르는 명령이야. 혹시 /{name}? /도움말을 적으면 쓸 수 있는 명령을 알려 줄게.",
)


def sentences(level: SpeechLevel) -> Sentences:
    """Return the sentences of a speech level."""
    return _POLITE if level is SpeechLevel.POLITE else _CASUAL
