"""``chatbot index``: builds the example memory of a model from dialogues."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatbot.errors import ConfigError

if TYPE_CHECKING:
    from chatbot.training.dialogues import Dialogue


def index(
    data: Annotated[list[Path], typer.Option("--data", help="봇의 말이 담긴 대화 JSONL 파일이나 폴더")],
    out: Annotated[Path, typer.Option(help="저장할 폴더. 모델 폴더에 두면 그 모델과 함께 쓰여요.")],
    also: Annotated[list[Path] | None, typer.Option(help="무엇이 어울리는 답인지 배우는 데에만 쓸 대화")] = None,
    epochs: Annotated[int, typer.Option(help="응답 맞춤을 학습할 횟수", min=1)] = 10,
    without_source: Annotated[list[str] | None, typer.Option(help="--also 파일에서 뺄 출처")] = None,
    held_out: Annotated[bool, typer.Option(help="평가용으로 떼어 둔 3%도 넣어요.")] = False,
) -> None:
    """대화로 예시 기억을 만들어요. 봇은 비슷한 상황의 답을 여기서 찾아 쓰거나 참고해요."""
    try:
        from chatbot.training.dialogues import is_held_out, read_dialogues
        from chatbot.training.memory import build_memory
    except ImportError as error:
        raise ConfigError(
            f"필요한 패키지({error.name})가 없어요. `pip install 'maldongmu[train]'`로 설치해 주세요."
        ) from error

    def kept(paths: list[Path]) -> list[Dialogue]:
        return [dialogue for dialogue in read_dialogues(paths) if held_out or not is_held_out(dialogue)]

    without = set(without_source or ())
    dialogues = kept(data)
    others = [dialogue for dialogue in kept(also) if dialogue.source not in without] if also else []
    count = build_memory(dialogues, others, out, epochs)
    typer.echo(f"예시 {count:,}개를 {out}에 저장했어요.", err=True)
