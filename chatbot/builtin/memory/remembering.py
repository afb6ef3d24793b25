"""The plugin itself: hears facts, asks once whether they may be kept, gives them to the model, and does as people say.

In a group only what was told in that group is spoken of, and the question is not asked.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from chatbot import Answer, Ask, Chat, Conversation, Done, Job, Once, Plugin, Reply, Step, Talk, korean
from chatbot.builtin.memory.extraction import facts_in
from chatbot.builtin.memory.facts import Fact, Kind, Told
from chatbot.builtin.memory.notebook import PENDING, Consent, Kept, Notebook
from chatbot.builtin.memory.relevance import most_relevant
from chatbot.builtin.memory.requests import Request, forgetting_of, number_of, question_of, request_of
from chatbot.builtin.spoken import uncalled

FACTS_GIVEN = 8
"""How many facts the model is given at most."""
_EXPIRE_JOB = "대답 없는 질문"
_ALL = {"전부", "다", "모두", "모든것", "싹"}
_YES = {
    "네",
    "예",
    "응",
    "어",
    "그래",
    "그래요",
    "맞아",
    "맞아요",
    "좋아",
    "좋아요",
    "확인",
    "지워",
    "지워줘",
    "잊어",
    "잊어줘",
    "ㅇㅇ",
    "넵",
}
_NO = {"아니", "아니요", "아뇨", "아니오", "싫어", "싫어요", "ㄴㄴ", "안돼", "안돼요", "그대로", "그대로둬"}

plugin = Plugin("기억", about="들려주신 이야기를 허락받고 기억해요.")


@plugin.command("기억", "memory")
async def show(chat: Chat) -> str:
    """제가 무엇을 기억하는지 보여 드려요."""
    return await _shown(chat, Notebook(chat))


@plugin.command("기억 켜기", "memory on")
async def turn_on(chat: Chat) -> str:
    """들려주시는 이야기를 기억해요."""
    return await _decided(chat, Notebook(chat), given=True)


@plugin.command("기억 끄기", "memory off")
async def turn_off(chat: Chat) -> str:
    """더는 기억하지 않아요."""
    return await _decided(chat, Notebook(chat), given=False)


@plugin.command("기억 지우기", "memory delete")
async def delete(chat: Chat, 번호: str = "") -> "str | ForgettingAll":
    """기억을 번호로 지워요. '전부'라고 적으시면 모두 지워요."""
    notebook = Notebook(chat)
    if 번호 in _ALL:
        return await _all_forgotten(chat, notebook)
    number = 번호.removesuffix("번")
    if number.isdecimal():
        return await _number_forgotten(chat, notebook, int(number))
    return chat.by_level("'/기억 지우기 2'처럼 번호를 적어 주세요.", "'/기억 지우기 2'처럼 번호를 적어 줘.")


@plugin.conversation("모두 잊기", expires=timedelta(minutes=10))
@dataclass
class ForgettingAll(Conversation):
    """기억을 모두 지워요."""

    async def begin(self, chat: Chat) -> Step:
        """Ask whether it is meant."""
        question = chat.by_level(
            "들려주신 것을 모두 잊을까요? 되돌릴 수 없어요.", "들려준 걸 다 잊을까? 되돌릴 수 없어."
        )
        return Ask(question, then=self.answer, choices=(chat.by_level("네", "응"), chat.by_level("아니요", "아니")))

    async def answer(self, chat: Chat, words: str) -> Step:
        """Forget everything, or nothing."""
        said = "".join(words.split()).strip(".!~")
        if said in _YES:
            await Notebook(chat).forget_all()
            return Done(chat.by_level("모두 잊었어요. 새로 들려주셔도 좋아요.", "다 잊었어. 새로 들려줘도 좋아."))
        if said in _NO:
            return Done(chat.by_level("그대로 기억하고 있을게요.", "그대로 기억하고 있을게."))
        return None


@plugin.match(r"기억|잊|지워|삭제|까먹|대해")
async def hear_request(chat: Chat) -> "str | Answer | ForgettingAll | None":
    """Do what a message wants of the memory."""
    text, notebook = uncalled(chat.text, chat.bot_name), Notebook(chat)
    if (number := number_of(text)) is not None and await notebook.known_here():
        return await _number_forgotten(chat, notebook, number)
    match request_of(text):
        case Request.SHOW:
            return await _shown(chat, notebook)
        case Request.KEEP:
            return await _decided(chat, notebook, given=True)
        case Request.KEEP_THIS if await notebook.waits():
            return await _decided(chat, notebook, given=True)
        case Request.KEEP_NOTHING if (await notebook.consent()).given or await notebook.waits():
            return await _decided(chat, notebook, given=False)
        case Request.FORGET_LAST:
            return await _last_forgotten(chat, notebook)
        case Request.FORGET_ALL:
            return await _all_forgotten(chat, notebook)
        case _:
            pass
    forgetting = forgetting_of(text)
    if forgetting is None or question_of(text) is not None:
        return None
    gone = await notebook.about(forgetting.topic)
    if not gone:
        return (
            chat.by_level("그 이야기는 기억하고 있지 않아요.", "그 얘기는 기억하고 있지 않아.")
            if forgetting.sure
            else None
        )
    await notebook.forget(gone)
    return _gone(chat, gone)


@plugin.match(
    r"이름|생일|나이|살|산다|사는|고향|출신|직업|일|하는|회사|학교|직장|다니|다녀|전공|mbti|MBTI|취미|꿈|희망|키우|키운|좋아|싫어|못|누구|누군|태어"
)
async def answer_question(chat: Chat) -> str | None:
    """Answer "내 이름 뭐야?" from what was told, or say that it was not."""
    asked = question_of(uncalled(chat.text, chat.bot_name))
    if asked is None:
        return None
    notebook = Notebook(chat)
    consent = await notebook.consent()
    fact = await notebook.answering(asked) if consent.given else None
    if fact is not None:
        told = fact.told(chat.profile.level)
        return chat.by_level(f"{told}. 기억하고 있어요!", f"{told}. 기억하고 있지!")
    if asked.kind is Kind.NAME and chat.profile.called is not None:
        called = korean.josa(chat.profile.called, "이라고/라고")
        return chat.by_level(f"{called} 불러 달라고 하셨어요.", f"{called} 불러 달라고 했잖아.")
    return _not_told(chat, consent)


@plugin.match(r"아니고|아니라|말고")
async def correct(chat: Chat) -> str | None:
    """Put something right that was remembered otherwise: "내 이름은 민수 아니고 민주야"."""
    notebook, heard = Notebook(chat), _heard(chat)
    told = [one for one in heard if one.instead_of]
    if not told or len(told) < len(heard) or not (await notebook.consent()).given:
        return None
    kept = [one.fact for one in await notebook.all()]
    if not any(
        one.fact.replaces(old) or old == replace(one.fact, value=one.instead_of) for one in told for old in kept
    ):
        return None
    await notebook.hear(told)
    facts = _listed(chat, [one.fact for one in told])
    return chat.by_level(f"아, {facts}. 고쳐서 기억할게요.", f"아, {facts}. 고쳐서 기억할게.")


@plugin.before_generate
async def remember(chat: Chat, talk: Talk) -> Talk | None:
    """Keep what the message tells, and give the model what has to do with it."""
    notebook = Notebook(chat)
    if not (await notebook.consent()).given:
        return None
    if told := _heard(chat):
        await notebook.hear(told)
    who = (chat.speaker.name or "이 사람") if chat.is_group else "이 사람"
    facts = [one.fact.of(who) for one in await notebook.known_here()]
    return replace(talk, facts=(*talk.facts, *most_relevant(facts, talk.message, FACTS_GIVEN))) if facts else None


@plugin.after_generate
async def ask(chat: Chat, reply: Reply) -> Reply | None:
    """Ask, the first time that something could be remembered, whether it may be."""
    # A reply of several lines carries another plugin's question already: ours can wait for the next fact.
    if chat.is_group or "\n" in reply.text:
        return None
    notebook = Notebook(chat)
    consent = await notebook.consent()
    if consent.asked or consent.given is not None:
        return None
    told = [one for one in _heard(chat) if not one.denied]
    if not told:
        return None
    await notebook.ask(told)
    await chat.schedule(_EXPIRE_JOB, Once(chat.now + PENDING))
    question = chat.by_level(
        "이런 이야기를 기억해 둬도 될까요? '기억해도 돼'라고 말해 주시면 다음에도 기억할게요.",
        "이런 얘기 기억해 둬도 될까? '기억해도 돼'라고 말해 주면 다음에도 기억할게.",
    )
    return replace(reply, text=f"{reply.text}\n{question}")


@plugin.job(_EXPIRE_JOB)
async def expire(chat: Chat, job: Job) -> None:
    """Forget what was heard and never agreed to."""
    await Notebook(chat).drop_pending()


def _heard(chat: Chat) -> list[Told]:
    """Return what the message tells that may be kept."""
    text = uncalled(chat.text, chat.bot_name)
    if text.startswith("/") or not chat.is_clean(text):
        return []
    return facts_in(text)


async def _shown(chat: Chat, notebook: Notebook) -> str:
    consent, kept = await notebook.consent(), await notebook.known_here()
    lines = [f"{number}. {one.fact.told(chat.profile.level)}" for number, one in enumerate(kept, 1)]
    if not consent.given:
        off = chat.by_level(
            "지금은 아무것도 기억하지 않아요. '/기억 켜기'로 켤 수 있어요.",
            "지금은 아무것도 기억하지 않아. '/기억 켜기'로 켤 수 있어.",
        )
        before = chat.by_level("전에 기억해 둔 것은 남아 있어요.", "전에 기억해 둔 건 남아 있어.")
        return "\n".join((off, before, *lines)) if lines else off
    if not lines:
        return chat.by_level("아직 기억하는 게 없어요. 이야기 들려주세요.", "아직 기억하는 게 없어. 얘기 들려줘.")
    first = (
        chat.by_level("이 방에서 들려주신 것만 보여 드려요.", "이 방에서 들려준 것만 보여 줄게.")
        if chat.is_group
        else chat.by_level("이런 것을 기억하고 있어요.", "이런 걸 기억하고 있어.")
    )
    last = chat.by_level("'/기억 지우기 번호'로 지울 수 있어요.", "'/기억 지우기 번호'로 지울 수 있어.")
    return "\n".join((first, *lines, last))


async def _decided(chat: Chat, notebook: Notebook, given: bool) -> str:
    was = (await notebook.consent()).given
    kept = await notebook.decide(given)
    for job in await chat.jobs(_EXPIRE_JOB):
        await chat.cancel_job(job)
    if given:
        if kept:
            facts = _listed(chat, kept)
            return chat.by_level(f"고마워요, 기억해 둘게요. {facts}.", f"고마워, 기억해 둘게. {facts}.")
        if was:
            return chat.by_level("네, 잘 기억하고 있어요.", "응, 잘 기억하고 있어.")
        return chat.by_level(
            "네, 이제부터 들려주시는 이야기를 기억할게요. '/기억'으로 언제든 볼 수 있어요.",
            "응, 이제부터 들려주는 얘기를 기억할게. '/기억'으로 언제든 볼 수 있어.",
        )
    left = chat.by_level(
        " 전에 기억해 둔 것은 '/기억 지우기 전부'로 지울 수 있어요.",
        " 전에 기억해 둔 건 '/기억 지우기 전부'로 지울 수 있어.",
    )
    return chat.by_level("네, 기억하지 않을게요.", "응, 기억하지 않을게.") + (left if await notebook.all() else "")


async def _number_forgotten(chat: Chat, notebook: Notebook, number: int) -> str:
    kept = await notebook.known_here()
    if not 1 <= number <= len(kept):
        return chat.by_level(
            "그 번호는 없어요. '/기억'에서 번호를 봐 주세요.", "그 번호는 없어. '/기억'에서 번호를 봐 줘."
        )
    gone = kept[number - 1 : number]
    await notebook.forget(gone)
    return _gone(chat, gone)


async def _last_forgotten(chat: Chat, notebook: Notebook) -> str | None:
    """Forget what was heard last; ``None`` if nothing was heard that the person could mean."""
    if await notebook.waits():
        await notebook.drop_pending()
        return chat.by_level("네, 그건 기억하지 않을게요.", "응, 그건 기억하지 않을게.")
    kept = await notebook.known_here()
    if not kept:
        return None
    await notebook.forget(kept[-1:])
    return _gone(chat, kept[-1:])


async def _all_forgotten(chat: Chat, notebook: Notebook) -> "str | ForgettingAll":
    if not await notebook.all():
        return chat.by_level("기억하고 있는 게 없어요.", "기억하고 있는 게 없어.")
    return ForgettingAll()


def _gone(chat: Chat, gone: list[Kept]) -> str:
    facts = ", ".join(f"'{one.fact.told(chat.profile.level)}'" for one in gone)
    return chat.by_level(f"잊었어요: {facts}", f"잊었어: {facts}")


def _listed(chat: Chat, facts: "list[Fact] | tuple[Fact, ...]") -> str:
    return ", ".join(fact.told(chat.profile.level) for fact in facts)


def _not_told(chat: Chat, consent: Consent) -> str:
    if not consent.given:
        return chat.by_level(
            "아직 못 들었어요. '/기억 켜기'를 해 두시면 들려주신 걸 기억할게요.",
            "아직 못 들었어. '/기억 켜기'를 해 두면 들려준 걸 기억할게.",
        )
    if chat.is_group:
        return chat.by_level("여기서는 아직 못 들었어요.", "여기서는 아직 못 들었어.")
    return chat.by_level("아직 못 들었어요. 알려 주시면 기억할게요.", "아직 못 들었어. 알려 주면 기억할게.")
