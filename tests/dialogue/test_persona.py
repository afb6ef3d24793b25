"""Persona files: what they may hold, where they are found, and the ones that come with the framework."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.dialogue.persona import DEFAULT_FALLBACKS, Example, Persona, name_line, persona_folders, persona_names
from chatbot.errors import PersonaError
from chatbot.messages import SpeechLevel

PROMPTS = Path(__file__).parents[2] / "prompts"
OURS = sorted(path.stem for path in PROMPTS.glob("*.yaml"))


def written(text: str, folder: Path) -> Path:
    path = folder / "someone.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(text: str, folder: Path) -> list[str]:
    path = written(text, folder)
    with pytest.raises(PersonaError) as raised:
        Persona.load(path, [])
    return [line.removeprefix(f"{path}:") for line in str(raised.value).splitlines()]


def test_a_name_is_enough(tmp_path: Path) -> None:
    persona = Persona.load(written("name: 가온\n", tmp_path), [])
    assert persona == Persona(name="가온")
    assert persona.speech_level is SpeechLevel.POLITE
    assert persona.greeting is None
    assert persona.prompt == name_line("가온") == "이름: 가온"
    assert persona.fallbacks == DEFAULT_FALLBACKS[SpeechLevel.POLITE]
    assert persona.sampling.given() == {}


def test_everything_that_can_be_written(tmp_path: Path) -> None:
    text = """
name: 가온
description: 설명
speech_level: 반말
greeting: 안녕
prompt: 가온은 개구쟁이
sampling: {temperature: 0.5, max_new_tokens: 20}
fallbacks: [몰라]
examples:
  - person: no
    bot: 12:30
  - [하나, 둘, ' 셋 ', 넷]
"""
    persona = Persona.load(written(text, tmp_path), [])
    assert persona.speech_level is SpeechLevel.CASUAL
    assert persona.prompt == "가온은 개구쟁이"
    assert persona.fallbacks == ("몰라",)
    assert persona.sampling.given() == {"temperature": 0.5, "max_new_tokens": 20}
    assert persona.examples == (Example(turns=("no", "12:30")), Example(turns=("하나", "둘", "셋", "넷")))


def test_sections_with_nothing_in_them(tmp_path: Path) -> None:
    text = "name: 가온\nspeech_level: 반말\ngreeting:\nsampling:\nexamples:\nfallbacks:\nprompt:\n"
    assert Persona.load(written(text, tmp_path), []) == Persona(name="가온", speech_level=SpeechLevel.CASUAL)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("description: 이름이 없다\n", 1, "name 항목이 빠졌어요. 적어 주세요."),
        ("name:\n", 1, "name의 값이 비어 있어요. 글로 적어 주세요."),
        ("name: 가\nspeech_level: 반존대\n", 2, "쓸 수 없는 값이에요: '반존대'. 존댓말, 반말 가운데 하나로"),
        ("name: 가\ngreting: 안녕\n", 2, "'greting' 항목은 없어요. 혹시 greeting 아닌가요?"),
        ("name: 가\nexamples:\n  - [하나, 둘]\n  - [하나]\n", 4, "examples[2].turns: 사람의 말로 시작해"),
        ("name: 가\nexamples:\n  - person: 하나\n    bt: 둘\n", 3, "examples[1]: 예시 대화 하나에는 person"),
        ("name: 가\nexamples:\n  - [하나, '  ']\n", 3, "examples[1].turns[2]에 쓸 수 없는 값이에요: '  '. 한 글자"),
        ("name: 가\nexamples: 없음\n", 2, "examples에 쓸 수 없는 값이에요: '없음'. 목록으로 적어 주세요."),
        ("name: 가\nsampling:\n  top_p: 3\n", 3, "sampling.top_p에 쓸 수 없는 값이에요: '3'. 0 초과 1 이하의 숫자로"),
        ("name: 가\nfallbacks: []\n", 2, "fallbacks"),
        ("name: 가\nname: 나\n", 2, "name 항목이 두 번 나와요. 1번째 줄에도 있으니 하나만 남겨 주세요."),
    ],
)
def test_mistakes(tmp_path: Path, text: str, line: int, words: str) -> None:
    (mistake,) = mistakes(text, tmp_path)
    assert mistake.startswith(f"{line}: ")
    assert words in mistake


def test_found_by_name_in_the_first_folder_that_has_it(tmp_path: Path) -> None:
    folders = [tmp_path / "mine", tmp_path / "none", tmp_path / "theirs"]
    for folder in (folders[0], folders[2]):
        folder.mkdir()
        (folder / "both.yaml").write_text(f"name: {folder.name}\n")
    (folders[2] / "나무.yml").write_text("name: 나무\n")
    assert Persona.load("both", folders).name == "mine"
    assert Persona.load("나무", folders).name == "나무"
    assert Persona.load("\u1102\u1161\u1106\u116e", folders).name == "나무"  # as macOS spells it
    assert persona_names(folders) == ["both", "나무"]
    with pytest.raises(PersonaError, match=r"'none' 페르소나를 찾을 수 없어요.*: both, 나무$"):
        Persona.load("none", folders)


def test_no_persona_anywhere(tmp_path: Path) -> None:
    with pytest.raises(PersonaError, match="하나 만들어 주세요"):
        Persona.load("none", [tmp_path])


def test_a_path_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PersonaError, match=r"none\.yaml: 파일이 없어요"):
        Persona.load(tmp_path / "none.yaml", [])


def test_the_owners_folder_comes_first(tmp_path: Path) -> None:
    assert persona_folders(tmp_path)[0] == tmp_path / "prompts"
    assert set(OURS) <= set(persona_names(persona_folders(tmp_path)))


def test_ours_are_these() -> None:
    assert OURS == ["danbi", "danbi_banmal", "namu"]


@pytest.mark.parametrize("name", OURS)
def test_ours_are_good_examples(name: str) -> None:
    persona = Persona.load(name, [PROMPTS])
    assert persona.greeting
    assert persona.description
    assert 12 <= len(persona.examples) <= 20
    replies = [turn for example in persona.examples for turn in example.turns[1::2]]
    assert len(set(replies)) == len(replies)
    polite_ending = re.compile(r"(요|니다|니까|죠)[.,!?~]")
    for reply in (*replies, persona.greeting, *persona.fallbacks):
        assert len(reply) <= 70
        outside_quotes = re.sub('"[^"]*"', "", reply)
        assert bool(polite_ending.search(outside_quotes)) == (persona.speech_level is SpeechLevel.POLITE), reply


@pytest.mark.parametrize("name", OURS)
def test_ours_are_told_apart_by_what_people_say(name: str) -> None:
    openings = [example.turns[0] for example in Persona.load(name, [PROMPTS]).examples]
    assert len(set(openings)) == len(openings)


@pytest.mark.parametrize("level", SpeechLevel)
def test_there_are_fallbacks_enough(level: SpeechLevel) -> None:
    assert len(set(DEFAULT_FALLBACKS[level])) >= 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(
            "{}: {}".format,
            st.sampled_from([*Persona.model_fields, "zzz"]),
            st.sampled_from(
                ["가", "", "반말", "[a, b]", "[[a, b]]", "[{person: a, bot: b}]", "{top_p: 1}", "[[[]]]", "3"]
            ),
        )
    ).map("\n".join)
    | st.text()
)
def test_any_text_gives_a_persona_or_a_persona_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        persona = Persona.load(path, [])
    except PersonaError:
        return
    assert persona.prompt
    assert persona.fallbacks
