"""A person's rights over what is held on them: see it, take it along, have it erased, say whether one may learn from it."""

import json
from datetime import datetime, timedelta

from chatbot.commands.command import Command, Erasure, Outcome, Request
from chatbot.history.records import BLOCKED, FLOOR, JOB, PROFILE, STRIKES, TRAINING_CONSENT, Held, Put, Scope
from chatbot.messages import File

_ERASE_ASKED = "erase-asked"
_ERASE_WITHIN = timedelta(minutes=10)
_CONFIRMED = {"확인", "네", "예", "응"}
_YES = {"네", "예", "응", "동의", "동의해요", "해요", "yes"}
_NO = {"아니요", "아니오", "취소", "철회", "거부", "안해요", "no"}
_NAMES = {
    TRAINING_CONSENT: "학습 동의",
    STRIKES: "험한 말 경고",
    BLOCKED: "차단",
    PROFILE: "말투와 호칭",
    FLOOR: "하던 이야기",
}


def person_scope(request: Request) -> Scope:
    """Return where the framework keeps what it knows of the person who asks."""
    return Scope("", None, request.message.speaker.id, request.message.address.adapter)


async def _show(request: Request) -> Outcome:
    adapter, person = request.message.address.adapter, request.message.speaker.id
    return request.reply(_described(await request.history.held(adapter, person), request))


async def _export(request: Request) -> Outcome:
    adapter, person = request.message.address.adapter, request.message.speaker.id
    held = await request.history.export_person(adapter, person)
    content = json.dumps(held, ensure_ascii=False, indent=2) + "\n"
    file = File(f"maldongmu-{request.now:%Y%m%d}.json", content)
    return request.reply("제가 가지고 있는 것을 모두 파일에 담았어요.", file=file)


async def _erase(request: Request) -> Outcome:
    adapter, person = request.message.address.adapter, request.message.speaker.id
    asked = await request.history.get(person_scope(request), _ERASE_ASKED)
    if request.argument in _CONFIRMED and isinstance(asked, str) and _is_recent(asked, request.now):
        return Erasure("모두 지웠어요. 그동안 이야기해 주셔서 고마웠어요.", adapter, person)
    held = await request.history.held(adapter, person)
    put = Put(person_scope(request), _ERASE_ASKED, request.now.isoformat())
    text = (
        f"하신 말 {held.turns}개와 기억해 둔 것을 모두, 되돌릴 수 없게 지워요. "
        "정말 지우시려면 10분 안에 '/삭제 확인'이라고 적어 주세요."
    )
    return request.reply(text, puts=(put,))


async def _consent(request: Request) -> Outcome:
    scope = person_scope(request)
    given = await request.history.get(scope, TRAINING_CONSENT)
    answer = request.argument.replace(" ", "").lower()
    if answer in _YES:
        text = (
            "고마워요. 오늘부터 하신 말을 봇의 학습에 쓸 수 있어요. '/학습동의 취소'라고 적으면 언제든 거둘 수 있어요."
        )
        return request.reply(text, puts=() if given else (Put(scope, TRAINING_CONSENT, request.now.isoformat()),))
    if answer in _NO:
        return request.reply("네, 하신 말을 학습에 쓰지 않을게요.", puts=(Put(scope, TRAINING_CONSENT, None),))
    state = f"지금은 동의하셨어요({_date(given)})." if isinstance(given, str) else "지금은 동의하지 않으셨어요."
    text = (
        f"하신 말을 봇을 학습시키는 데 써도 되는지 묻는 거예요. {state} 이름과 번호는 가리고 써요. "
        "'/학습동의 네' 또는 '/학습동의 취소'라고 적어 주세요."
    )
    return request.reply(text)


def _described(held: Held, request: Request) -> str:
    zone = request.now.tzinfo
    lines = [f"하신 말: {held.turns}개 (방 {held.rooms}곳)"]
    if held.first_said_at is not None and held.last_said_at is not None:
        first, last = held.first_said_at.astimezone(zone), held.last_said_at.astimezone(zone)
        lines.append(f"처음과 마지막: {first:%Y-%m-%d} ~ {last:%Y-%m-%d}")
    if held.waiting > 1:  # this very command is one
        lines.append(f"아직 대답하지 않은 말: {held.waiting - 1}개")
    for data in held.data:
        owner = data.plugin or "말동무"
        what = "예약" if data.key.startswith(JOB) else _NAMES.get(data.key, data.key)
        lines.append(f"{owner}에 적어 둔 것: {what} ({data.updated_at.astimezone(zone):%Y-%m-%d})")
    if not any(data.key == TRAINING_CONSENT for data in held.data):
        lines.append("학습 동의: 하지 않으셨어요. 하신 말은 학습에 쓰이지 않아요.")
    lines.append("/내보내기로 모두 받아 보고, /삭제로 모두 지울 수 있어요.")
    return "\n".join(lines)


def _is_recent(asked: str, now: datetime) -> bool:
    return timedelta(0) <= now - datetime.fromisoformat(asked) <= _ERASE_WITHIN


def _date(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d}"


RIGHTS = (
    Command(("내정보", "me"), "저에게 남아 있는 내 정보를 보여 줍니다.", _show, private=True),
    Command(("내보내기", "export"), "내 정보를 모두 파일로 드립니다.", _export, private=True),
    Command(("삭제", "erase"), "내 정보를 모두 지웁니다.", _erase, parameter="[확인]", private=True),
    Command(("학습동의", "consent"), "내 말을 학습에 써도 되는지 정합니다.", _consent, parameter="[네|취소]"),
)
