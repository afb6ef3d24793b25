"""``chatbot train``: trains a checkpoint on dialogues, within a given time."""

from math import isnan
from pathlib import Path
from typing import Annotated

import typer

from chatbot.errors import ConfigError


def train(
    data: Annotated[
        list[str], typer.Option("--data", help="대화 JSONL 파일이나 폴더. '경로=비율'로 섞는 비율을 줘요.")
    ],
    out: Annotated[Path, typer.Option(help="체크포인트를 저장할 폴더")],
    base: Annotated[
        str, typer.Option(help="이어서 학습할 모델: bundled, 폴더, 허깅페이스 모델 이름, 또는 new(처음부터)")
    ] = "bundled",
    text: Annotated[list[str] | None, typer.Option("--text", help="사전 학습용 글 파일. '경로=비율'")] = None,
    without_source: Annotated[list[str] | None, typer.Option(help="대화 파일에서 뺄 출처")] = None,
    minutes: Annotated[float, typer.Option(help="학습할 시간(분). 지나면 저장하고 멈춰요.", min=0.05)] = 30,
    learning_rate: Annotated[float, typer.Option(help="최고 학습률", min=1e-7, max=1)] = 5e-4,
    tokens_per_step: Annotated[int, typer.Option(help="한 걸음에 볼 토큰 수", min=64)] = 1536,
    vocabulary: Annotated[int, typer.Option(help="새 모델의 어휘 크기", min=1000)] = 8192,
    layers: Annotated[int, typer.Option(help="새 모델의 층 수", min=1)] = 4,
    width: Annotated[int, typer.Option(help="새 모델의 폭", min=32)] = 256,
    heads: Annotated[int, typer.Option(help="새 모델의 머리 수", min=1)] = 4,
    positions: Annotated[int, typer.Option(help="새 모델의 문맥 길이(토큰)", min=64)] = 256,
    hints: Annotated[bool, typer.Option(help="비슷한 예시 답을 프롬프트에 보여 주며 학습해요.")] = True,
    resume: Annotated[bool, typer.Option("--resume", help="멈춘 곳에서 이어서 학습해요.")] = False,
    seed: Annotated[int, typer.Option(help="난수 시드")] = 0,
) -> None:
    """대화로 모델을 학습해요."""
    try:
        from chatbot.training.finetune import Shape, TrainingPlan
        from chatbot.training.recipe import Material, Recipe, run
    except ImportError as error:
        raise ConfigError(
            f"학습에 필요한 패키지({error.name})가 없어요. `pip install 'maldongmu[train]'`로 설치해 주세요."
        ) from error
    from chatbot.paths import PRETRAINED

    def materials(values: list[str] | None) -> tuple[Material, ...]:
        pairs = [value.rpartition("=") if "=" in value else (value, "=", "1") for value in values or []]
        try:
            return tuple(Material(Path(path), float(share)) for path, _, share in pairs)
        except ValueError as error:
            raise ConfigError(f"섞는 비율은 숫자여야 해요: {values}. 예: --data data/maldongmu=0.8") from error

    recipe = Recipe(
        base=str(PRETRAINED) if base == "bundled" else base,
        dialogues=materials(data),
        out=out,
        plan=TrainingPlan(minutes, tokens_per_step, learning_rate, seed),
        text=materials(text),
        without_sources=tuple(without_source or ()),
        hints=hints,
        vocabulary=vocabulary,
        shape=Shape(layers, width, heads, positions),
    )
    figures = run(recipe, resume)
    loss = figures["eval_loss"]
    judged = "떼어 둔 대화가 없어 검증하지 않았어요" if isnan(loss) else f"검증 손실 {loss:.3f} nat/토큰"
    typer.echo(f"학습을 마쳤어요: {out} ({judged})", err=True)
