"""What a person may write into a YAML file, and where it stands."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.errors import ConfigError, PersonaError
from chatbot.yaml_file import YamlFile


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.yaml"


def test_scalars_stay_text_and_lines_are_known(file: Path) -> None:
    file.write_text("a: on\n# 주석\nb:\n  - no\n  - c: 12:30\n    d: 010\ne:\nf: 'null'\n")
    read = YamlFile.read(file)
    assert read.data == {"a": "on", "b": ["no", {"c": "12:30", "d": "010"}], "e": None, "f": "null"}
    assert [read.line(keys) for keys in [("a",), ("b",), ("b", 0), ("b", 1, "d"), ("e",)]] == [1, 3, 4, 6, 7]


def test_what_is_not_written_stands_where_its_parent_does(file: Path) -> None:
    file.write_text("a: 1\nb:\n  c: 2\n")
    assert YamlFile.read(file).line(("b", "x", "y")) == 2
    assert YamlFile.read(file).line(("z",)) == 1


@pytest.mark.parametrize("content", ["", "# 주석뿐\n", "---\n", "null\n", "\ufeff"])
def test_nothing_is_an_empty_mapping(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")
    assert YamlFile.read(file).data == {}


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "YAML 문법"),
        ("a: 1\nb:\n\tc: 2\n", 3, "탭"),
        ("a: 1\na: 2\n", 2, "a 항목이 두 번"),
        ("a:\n  b: 1\n  b: 2\n", 3, "2번째 줄"),
        ("- a\n- b\n", 1, "맨 바깥"),
        ("글", 1, "맨 바깥"),
        ("a: &x [1]\nb: *x\n", 1, "별칭"),
        ("a: &x [*x]\n", 1, "별칭"),
        ("? [a]\n: 1\n", 1, "낱말"),
        ('a: "\\UFFFFFFFF"\n', 1, "YAML 문법"),
        ("a: 1\n--- \nb: 2\n", 2, "YAML 문법"),
        ("a: 1\nb: \x07\n", 2, "YAML 문법"),
    ],
)
def test_mistakes_name_file_and_line(file: Path, content: str, line: int, words: str) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        YamlFile.read(file)
    assert str(raised.value).startswith(f"{file}:{line}: ")
    assert words in str(raised.value)


def test_a_file_of_another_encoding(file: Path) -> None:
    file.write_bytes("a: 1\nb: 한글\n".encode("cp949"))
    with pytest.raises(ConfigError, match=r"file\.yaml:2: UTF-8"):
        YamlFile.read(file)


@pytest.mark.parametrize("name", ["none.yaml", ".", "a\0b"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(PersonaError, match="확인해 주세요"):
        YamlFile.read(tmp_path / name, PersonaError)


def test_deep_nesting_is_refused(file: Path) -> None:
    file.write_text("a: " + "[" * 50_000)
    with pytest.raises(ConfigError, match="깊이"):
        YamlFile.read(file)


YAML_LIKE = st.text(st.sampled_from("ab:-?[]{}&*!|>%@'\"#,~ \n\t\\x0가\u2028\x85"), max_size=60)


@given(YAML_LIKE | st.text() | st.binary())
def test_any_content_is_a_mapping_or_a_config_error(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    try:
        read = YamlFile.read(path)
    except ConfigError:
        return
    assert all(isinstance(key, str) for key in read.data)
