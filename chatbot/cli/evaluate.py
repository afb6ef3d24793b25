"""``chatbot evaluate``: measures a checkpoint on the held-out part of dialogue files; tables, and JSON for later."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatbot.errors import DataError

if TYPE_CHECKING:
    from rich.table import Table

    from chatbot.training.report import Report

_SYSTEMS = {
    "model": "모델",
    "model (PMI)": "모델 (PMI)",
    "matcher": "응답 맞춤",
    "TF-IDF retrieval": "TF-IDF 검색",
    "constant": "가장 흔한 대답",
    "gold": "정답",
    "shuffled gold": "뒤섞은 정답",
}


def evaluate(
    model: Annotated[str, typer.Argument(metavar="모델", help="모델 폴더, 허깅페이스 모델 이름, 또는 bundled")],
    data: Annotated[
        list[Path],
        typer.Option("--data", metavar="파일", help="대화 JSONL 파일이나 폴더. 학습에 쓴 것을 모두 주세요."),
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="파일", help="결과를 JSON으로 저장할 파일")] = None,
    samples: Annotated[int, typer.Option(metavar="수", help="대답을 지어 볼 문맥의 수", min=1)] = 200,
    seed: Annotated[int, typer.Option(metavar="수", help="난수 시드", min=0)] = 0,
    device: Annotated[str, typer.Option(metavar="장치", help="auto, cpu, cuda 가운데 하나")] = "auto",
    format: Annotated[
        str | None, typer.Option("--format", metavar="형식", help="대화 형식: maldongmu 또는 kogpt2-chatbot")
    ] = None,
) -> None:
    """모델의 대답을 채점합니다. 학습에 쓰이지 않는 3%의 대화로 재고, 여러 대조군과 나란히 보여 줍니다."""
    from chatbot.paths import PRETRAINED
    from chatbot.training.evaluate import EvaluationPlan
    from chatbot.training.evaluate import evaluate as measure

    if out is not None and not out.absolute().parent.is_dir():  # known before minutes of work
        raise DataError(
            f"결과를 저장할 폴더({out.absolute().parent})가 없어요. 폴더를 만들거나 다른 경로를 --out으로 주세요."
        )
    plan = EvaluationPlan(
        model=str(PRETRAINED) if model == "bundled" else model,
        data=tuple(data),
        samples=samples,
        seed=seed,
        device=device,
        preset=format,
    )
    report = asyncio.run(measure(plan, show=lambda line: typer.echo(line, err=True)))
    _print(report)
    if out is not None:
        try:
            out.write_text(report.to_json(), encoding="utf-8")
        except OSError as error:
            raise DataError(
                f"결과를 {out}에 저장할 수 없어요: {error.strerror}. 경로와 권한을 확인해 주세요."
            ) from error


def _print(report: "Report") -> None:
    from rich.console import Console

    console = Console(highlight=False)
    console.print(
        f"평가 대화 {report.dialogues:,}개, 대답 {report.items:,}개. 학습 자료와 겹쳐서 뺀 대답: "
        f"같은 것 {report.dropped_same:,}개, 거의 같은 것 {report.dropped_near:,}개.",
        soft_wrap=True,
    )
    for table in (_likelihood(report), _ranking(report), _variety(report), _controls(report)):
        console.print(table)
    median, slow = report.drafting
    console.print(
        f"대답 {report.decoding_seeds}개를 한꺼번에 짓는 시간: 중앙값 {median:.2f}초, 95% {slow:.2f}초. "
        f"길이 제한에 잘린 대답 {report.unfinished:.1%}.",
        soft_wrap=True,
    )


def _likelihood(report: "Report") -> "Table":
    figures = report.likelihood
    table = _table("우도 (정답을 얼마나 예상했나)", "지표", "값", "95% 구간")
    table.add_row(
        "BPS (비트/음절, 낮을수록 좋음)", f"{figures.bps.value:.3f}", _interval(figures.bps.low, figures.bps.high)
    )
    table.add_row("PPL (토큰당, 같은 어휘끼리만)", f"{figures.perplexity:.2f}", "")
    table.add_row("문맥 이득 (비트/음절)", f"{figures.context_gain:+.3f}", "")
    gain = "-" if figures.multi_turn_gain is None else f"{figures.multi_turn_gain:+.3f}"
    table.add_row(f"여러 턴 이득 (비트/음절, {figures.multi_turn_items:,}개)", gain, "")
    return table


def _ranking(report: "Report") -> "Table":
    table = _table(f"20개 중 정답 고르기 ({report.ranked:,}개, 찍으면 0.050)", "시스템", "hits@1/20", "95% 구간", "MRR")
    for system, ranking in report.ranking.items():
        hits = ranking.hits_at_1
        table.add_row(_SYSTEMS[system], f"{hits.value:.3f}", _interval(hits.low, hits.high), f"{ranking.mrr:.3f}")
    return table


def _variety(report: "Report") -> "Table":
    title = f"지은 대답 (문맥 {report.samples:,}개, 모델은 시드 {report.decoding_seeds}개의 평균)"
    table = _table(title, "시스템", "distinct-1", "distinct-2", "흔한 대답", "깨진 대답", "음절")
    for system, row in report.variety.items():
        shares = (row.distinct_1, row.distinct_2, row.generic, row.malformed)
        table.add_row(_SYSTEMS[system], *(f"{share:.3f}" for share in shares), f"{row.syllables:.1f}")
    return table


def _controls(report: "Report") -> "Table":
    table = _table(
        "믿을 만한 지표인가 (정답이 두 대조군보다 나아야 함)", "지표", "정답", "뒤섞은 정답", "흔한 대답", "판정"
    )
    for control in report.controls:
        values = (control.gold, control.shuffled, control.constant)
        verdict = "쓸 수 있음" if control.holds else "✗ 품질 지표로 쓰지 않음"
        arrow = "↑" if control.higher_is_better else "↓"
        table.add_row(f"{control.metric} {arrow}", *(f"{value:.3f}" for value in values), verdict)
    return table


def _table(title: str, first: str, *others: str) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _interval(low: float, high: float) -> str:
    return f"{low:.3f}~{high:.3f}"
