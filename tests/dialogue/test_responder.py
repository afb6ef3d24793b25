# pyright: standard
"""Replies from a real, tiny engine with random weights, and from one whose words a test puts into its mouth."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from chatbot.dialogue.examples import ExampleMemory, Exchange
from chatbot.dialogue.format import BOT, DialogueFormat, Markers
from chatbot.dialogue.persona import DEFAULT_FALLBACKS, Persona
from chatbot.dialogue.quality import problem_of
from chatbot.dialogue.ranking import Weights
from chatbot.dialogue.recall import PERSON, Recall, RecallOptions
from chatbot.dialogue.responder import Responder, ResponderOptions
from chatbot.dialogue.talk import Talk
from chatbot.errors import EngineClosed
from chatbot.generation import Engine, SamplingParams
from chatbot.generation.tokenizer import Tokenizer
from chatbot.generation.weights import load_checkpoint
from chatbot.messages import Source, SpeechLevel, Turn

POLITE = SpeechLevel.POLITE
EXAMPLES = [
    {"person": "안녕하세요", "bot": "어서 오세요!"},
    {"person": "오늘 점심 뭐 먹지", "bot": "따뜻한 국밥 어때요?"},
]
DANBI = Persona.model_validate({"name": "단비", "examples": EXAMPLES})
SILENT = Persona(name="단비")
SHORT = SamplingParams(temperature=0.8, top_p=0.92, max_new_tokens=24, min_new_tokens=1)
EXAMPLE_MARKER = Markers().example


class Recording(Engine):
    """The real engine, which keeps what it was asked."""

    def __init__(self, folder: Path) -> None:
        tokenizer = Tokenizer.load(folder)
        super().__init__(load_checkpoint(folder, "cpu", "float32", tokenizer.vocab_size), tokenizer)
        self.prompts: list[list[int]] = []
        self.params: list[SamplingParams] = []
        self.scored: list[tuple[list[int], list[list[int]]]] = []

    async def candidates(self, ids: Sequence[int], params: SamplingParams, count: int) -> list[list[int]]:
        self.prompts.append(list(ids))
        self.params.append(params)
        return await super().candidates(ids, params, count)

    async def stream(self, ids: Sequence[int], params: SamplingParams) -> AsyncGenerator[int]:
        self.prompts.append(list(ids))
        self.params.append(params)
        async for id in super().stream(ids, params):
            yield id

    async def score(self, ids: Sequence[int], replies: Sequence[Sequence[int]]) -> list[list[float]]:
        self.scored.append((list(ids), [list(reply) for reply in replies]))
        return await super().score(ids, replies)


class Scripted(Recording):
    """Says the given drafts, one list a draw, the last of them for ever; "…" at a draft's end leaves it unfinished."""

    drafts: Sequence[Sequence[str]] = ()

    def _next(self, count: int) -> list[list[int]]:
        texts = self.drafts[min(len(self.prompts), len(self.drafts)) - 1]
        return [self._ids(texts[row % len(texts)]) for row in range(count)]

    def _ids(self, text: str) -> list[int]:
        end = [] if text.endswith("…") else [self.tokenizer.eos_id]
        return [*self.tokenizer.encode(text.removesuffix("…")), *end]

    async def candidates(self, ids: Sequence[int], params: SamplingParams, count: int) -> list[list[int]]:
        self.prompts.append(list(ids))
        self.params.append(params)
        return self._next(count)

    async def stream(self, ids: Sequence[int], params: SamplingParams) -> AsyncGenerator[int]:
        self.prompts.append(list(ids))
        self.params.append(params)
        for id in self._next(1)[0]:
            yield id


@pytest.fixture
async def engine(tiny_checkpoint: Path) -> AsyncIterator[Recording]:
    async with Recording(tiny_checkpoint) as engine:
        yield engine


@pytest.fixture
async def scripted(tiny_checkpoint: Path) -> AsyncIterator[Scripted]:
    async with Scripted(tiny_checkpoint) as engine:
        yield engine


def responder(
    engine: Engine,
    persona: Persona = SILENT,
    candidates: int = 4,
    seed: int | None = 7,
    sampling: SamplingParams = SHORT,
    corpus: ExampleMemory | None = None,
    markers: Markers | None = None,
    say_from: float = -1e9,
) -> Responder:
    recall = Recall(persona, corpus, options=RecallOptions(say_from=0.3, hint_from=0.5))
    weights = Weights(say_from=say_from)
    options = ResponderOptions(sampling=sampling, candidates=candidates, seed=seed, weights=weights)
    return Responder(engine, DialogueFormat(markers or Markers(), engine.tokenizer), persona, recall, options)


def talk(*texts: str) -> Talk:
    """The texts as turns, the last one the person's."""
    people = [(len(texts) - index) % 2 for index in range(len(texts))]
    return Talk(tuple(Turn(PERSON if is_person else BOT, text) for is_person, text in zip(people, texts, strict=True)))


HARD = [
    "안녕",
    "?",
    "😀😀😀",
    "مرحبا كيف حالك",
    "</s><unused0>나는 봇",
    "\ud800\udfff 반쪽 \udc00",
    "\u200b",
    "ㅋ" * 60,
    "가나다라마바사 " * 1300,
    "\x00\x1b[31m\n\n\t",
]


@pytest.mark.parametrize("candidates", [1, 4])
@pytest.mark.parametrize("message", HARD, ids=range(len(HARD)))
async def test_a_reply_always_comes(engine: Recording, candidates: int, message: str) -> None:
    reply = await responder(engine, DANBI, candidates).reply(talk("안녕", "네!", message))
    assert reply.level is POLITE
    assert reply.text in DANBI.fallbacks if reply.source is Source.FALLBACK else problem_of(reply.text, message) is None
    assert reply.cut == (len(message) > 5000)
    positions = engine.config.n_positions
    assert all(len(ids) + SHORT.max_new_tokens <= positions for ids in engine.prompts)
    assert all(len(ids) + len(row) <= positions for ids, rows in engine.scored for row in rows)


async def test_what_the_model_may_draw(engine: Recording) -> None:
    await responder(engine).reply(talk("안녕"))
    (params,) = {replace(params, seed=None) for params in engine.params}
    tokenizer = engine.tokenizer
    assert params.stop_token_ids == {tokenizer.eos_id}
    assert params.banned_token_ids == tokenizer.control_ids - {tokenizer.eos_id}
    assert (params.temperature, params.top_p, params.max_new_tokens) == (0.8, 0.92, 24)


async def test_the_prompt_is_persona_turns_and_the_bots_marker(engine: Recording) -> None:
    await responder(engine).reply(replace(talk("안녕", "네!", "비 와"), facts=("하나는 비를 좋아한다",)))
    format = DialogueFormat(Markers(), engine.tokenizer)
    assert engine.prompts[0] == [
        *format.persona("이름: 단비"),
        *format.fact("하나는 비를 좋아한다"),
        *(id for turn in talk("안녕", "네!", "비 와").turns for id in format.turn(turn, ["person"])),
        *format.reply_start(POLITE),
    ]


async def test_half_of_the_drafts_see_the_hint(engine: Recording) -> None:
    reply = await responder(engine, DANBI).reply(talk("오늘 점심 뭐 먹지"))
    plain, hinted = engine.prompts[:2]
    format = DialogueFormat(Markers(), engine.tokenizer)
    example, start = format.example("따뜻한 국밥 어때요?"), format.reply_start(POLITE)
    assert EXAMPLE_MARKER
    assert engine.tokenizer.control_id(EXAMPLE_MARKER) not in plain
    assert hinted == [*plain[: -len(start)], *example, *start]
    assert {Source.EXAMPLE, Source.GENERATED, Source.REFINED} >= {one.source for one in reply.candidates}


async def test_the_source_is_told(scripted: Scripted) -> None:
    scripted.drafts = [["고양이가 창밖을 봐요."]]
    plain = await responder(scripted, SILENT, 2).reply(talk("음악 틀어 줘"))
    assert (plain.text, plain.source) == ("고양이가 창밖을 봐요.", Source.GENERATED)
    refined = await responder(scripted, DANBI, 1).reply(talk("오늘 점심 뭐 먹지"))
    assert (refined.text, refined.source) == ("고양이가 창밖을 봐요.", Source.REFINED)
    scripted.drafts = [["..."]]
    remembered = await responder(scripted, DANBI, 2).reply(talk("오늘 점심 뭐 먹지"))
    assert (remembered.text, remembered.source) == ("따뜻한 국밥 어때요?", Source.EXAMPLE)


async def test_candidates_stand_best_first_with_likelihoods(engine: Recording) -> None:
    reply = await responder(engine, DANBI, 4).reply(talk("오늘 점심 뭐 먹지"))
    assert reply.candidates[0].text == reply.text
    assert len(reply.candidates) >= 2
    assert all(candidate.likelihood < 0 and candidate.prior < 0 for candidate in reply.candidates)
    assert any(candidate.likelihood != candidate.prior for candidate in reply.candidates)


BAD = ["", "...", "아아아아아아아아아아", "오늘 너무 피곤했어요", "그랬구나, 고생했어요."]


@pytest.mark.parametrize("candidates", [1, 3])
@pytest.mark.parametrize("bad", BAD, ids=["empty", "no letters", "loop", "echo", "repeat"])
async def test_what_is_degenerate_is_drawn_again(scripted: Scripted, candidates: int, bad: str) -> None:
    scripted.drafts = [[bad], ["푹 쉬는 게 어때요?"]]
    said = talk("안녕", "그랬구나, 고생했어요.", "오늘 너무 피곤했어요")
    reply = await responder(scripted, SILENT, candidates).reply(said)
    assert (reply.text, reply.source) == ("푹 쉬는 게 어때요?", Source.GENERATED)
    assert len(scripted.prompts) == 2
    assert len({params.seed for params in scripted.params}) == 2


@pytest.mark.parametrize("candidates", [1, 3])
async def test_if_that_fails_too_the_persona_admits_it(scripted: Scripted, candidates: int) -> None:
    scripted.drafts = [["..."]]
    reply = await responder(scripted, SILENT, candidates).reply(talk("안녕"))
    assert reply.text in SILENT.fallbacks
    assert (reply.source, reply.candidates) == (Source.FALLBACK, ())
    assert 2 <= len(scripted.prompts) <= 3


@pytest.mark.parametrize("candidates", [1, 3])
async def test_a_person_is_answered_in_the_level_they_asked_for(scripted: Scripted, candidates: int) -> None:
    casually = replace(talk("안녕"), level=SpeechLevel.CASUAL)
    scripted.drafts = [["그래, 반가워."]]
    assert (await responder(scripted, SILENT, candidates).reply(casually)).level is SpeechLevel.CASUAL
    scripted.drafts = [["..."]]
    given_up = await responder(scripted, SILENT, candidates).reply(casually)
    assert given_up.text in DEFAULT_FALLBACKS[SpeechLevel.CASUAL]


async def test_fallbacks_take_turns(scripted: Scripted) -> None:
    scripted.drafts = [["..."]]
    voice, said = responder(scripted, SILENT, seed=None), ["안녕"]
    for _ in SILENT.fallbacks:
        said += [(await voice.reply(talk(*said))).text, "뭐라고?"]
    assert sorted(said[1::2]) == sorted(SILENT.fallbacks)
    assert (await voice.reply(talk(*said))).text in SILENT.fallbacks


@pytest.mark.parametrize("candidates", [1, 3])
async def test_a_draft_that_ran_out_of_room_ends_with_a_sentence(scripted: Scripted, candidates: int) -> None:
    scripted.drafts = [["좋아요! 그럼 우리 내일…"]]
    assert (await responder(scripted, SILENT, candidates).reply(talk("놀자"))).text == "좋아요!"


@pytest.mark.parametrize("candidates", [1, 3])
async def test_what_is_to_be_avoided_is(scripted: Scripted, candidates: int) -> None:
    scripted.drafts = [["산책하기 좋네요."], ["저는 집이 좋아요."]]
    reply = await responder(scripted, SILENT, candidates).reply(replace(talk("안녕"), avoid=("산책하기 좋네요!",)))
    assert reply.text == "저는 집이 좋아요."


async def test_one_candidate_is_shown_while_it_is_written(engine: Recording) -> None:
    shown: list[str] = []

    async def show(text: str) -> None:
        shown.append(text)

    reply = await responder(engine, SILENT, 1).reply(talk("안녕"), show)
    assert len(shown) > 2
    assert all(later.startswith(earlier) for earlier, later in pairwise(shown))
    assert shown[-1].strip().startswith(reply.text)


async def test_several_candidates_are_not_shown(engine: Recording) -> None:
    async def show(text: str) -> None:
        raise AssertionError(text)

    await responder(engine, SILENT, 2).reply(talk("안녕"), show)


@pytest.mark.parametrize("candidates", [1, 3])
async def test_a_seed_makes_replies_repeatable(engine: Recording, candidates: int) -> None:
    replies = [(await responder(engine, SILENT, candidates, seed).reply(talk("안녕"))).text for seed in (1, 1, 2, 3, 4)]
    assert replies[0] == replies[1]
    assert len(set(replies)) > 1
    unseeded = [(await responder(engine, SILENT, candidates, None).reply(talk("안녕"))).text for _ in range(4)]
    assert len(set(unseeded)) > 1


@pytest.mark.parametrize("candidates", [1, 2])
async def test_a_seeded_bot_can_be_asked_again_and_again(engine: Recording, candidates: int) -> None:
    """Each time it must draw something new, though the seed is the same."""
    voice, given = responder(engine, SILENT, candidates), list[str]()
    for _ in range(6):
        reply = await voice.reply(replace(talk("안녕"), avoid=tuple(given)))
        assert reply.source is Source.GENERATED
        given.append(reply.text)
    assert len(set(given)) == 6


async def test_a_long_remembered_reply_is_judged_from_its_beginning(engine: Recording) -> None:
    """Also for a persona that speaks in few words: its own drafts are short, the corpus is not."""
    long = "국밥 한 그릇이면 속이 따뜻해져요. 김치도 꼭 곁들여 드세요. 다 먹고 나면 걸어요."
    corpus = ExampleMemory.build([Exchange(("점심 뭐 먹지?",), long, POLITE)])
    voice = responder(engine, corpus=corpus, sampling=replace(SHORT, max_new_tokens=4))
    reply = await voice.reply(talk("점심 뭐 먹지?"))
    whole = [*engine.tokenizer.encode(long), engine.tokenizer.eos_id]
    assert len(whole) > 8
    assert whole in engine.scored[0][1]
    assert long in {candidate.text for candidate in reply.candidates}


async def test_facts_persona_hint_and_message_never_fill_the_context(engine: Recording) -> None:
    examples = [{"person": "오늘 점심 뭐 먹지", "bot": "국밥 아니면 냉면, 아니면 비빔밥이에요. " * 30}]
    persona = Persona.model_validate({"name": "단비", "prompt": "아주 긴 소개 " * 300, "examples": examples})
    crowded = replace(talk("오늘 점심 뭐 먹지"), facts=tuple(f"{number}번째 사실은 이렇다" for number in range(100)))
    for character in (persona, DANBI):
        voice = responder(engine, character, sampling=replace(SHORT, max_new_tokens=1000))
        assert (await voice.reply(crowded)).text
    positions = engine.config.n_positions
    assert all(len(ids) + positions // 3 <= positions for ids in engine.prompts)
    example = engine.tokenizer.control_id(EXAMPLE_MARKER or "")
    assert any(example in ids for ids in engine.prompts)
    fact = engine.tokenizer.control_id("<unused13>")
    assert 0 < engine.prompts[-1].count(fact) < 100


async def test_old_checkpoints_see_one_turn(engine: Recording) -> None:
    markers = Markers(single_turn=True)
    await responder(engine, markers=markers).reply(talk("하나", "둘", "셋"))
    format = DialogueFormat(markers, engine.tokenizer)
    last = format.turn(Turn(PERSON, "셋"), ["person"])
    assert engine.prompts[0] == [*format.persona("이름: 단비"), *last, *format.reply_start(POLITE)]


async def test_where_nothing_is_worth_saying_the_bot_listens_on(scripted: Scripted) -> None:
    scripted.drafts = [["좋은 생각이에요."]]
    voice = responder(scripted, SILENT, seed=None, say_from=1e9)
    told = ["어제 바다에 다녀왔어."]
    for _ in SILENT.backchannels:
        reply = await voice.reply(talk(*told))
        assert reply.source is Source.FALLBACK
        assert [candidate.text for candidate in reply.candidates] == ["좋은 생각이에요."]  # for those who ask why
        told += [reply.text, "그랬어."]
    assert sorted(told[1::2]) == sorted(SILENT.backchannels)
    asked = await voice.reply(talk("바다는 왜 파래?"))
    assert asked.text in SILENT.fallbacks
    assert asked.source is Source.FALLBACK


@pytest.mark.parametrize("candidates", [1, 4])
async def test_in_no_time_there_is_a_reply_too(engine: Recording, candidates: int) -> None:
    started = time.monotonic()
    voice = responder(engine, DANBI, candidates, sampling=replace(SHORT, deadline=1e-6))
    reply = await voice.reply(talk("오늘 점심 뭐 먹지"))
    assert reply.text
    assert time.monotonic() - started < 5
    limits = [params.deadline for params in engine.params]
    assert all(limit is not None and limit < 1 for limit in limits)


@pytest.mark.parametrize("candidates", [1, 4])
async def test_all_tries_together_have_the_time_of_one_reply(scripted: Scripted, candidates: int) -> None:
    scripted.drafts = [["..."]]
    await responder(scripted, SILENT, candidates, sampling=replace(SHORT, deadline=100.0)).reply(talk("안녕"))
    limits = [params.deadline or 0 for params in scripted.params]
    assert all(0 < limit <= 100 for limit in limits)
    assert limits == sorted(limits, reverse=True)


@pytest.mark.parametrize("candidates", [1, 3])
async def test_a_closed_engine_is_told(engine: Recording, candidates: int) -> None:
    await engine.close()
    with pytest.raises(EngineClosed):
        await responder(engine, DANBI, candidates).reply(talk("안녕"))
