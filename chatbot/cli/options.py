"""The command-line options that several sub-commands share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Config: TypeAlias = Annotated[
    Path | None,
    typer.Option("--config", metavar="파일", help="설정 파일. 기본은 $CHATBOT_CONFIG, 없으면 이 폴더의 config.yaml"),
]
Model: TypeAlias = Annotated[
    str | None, typer.Option("--model", metavar="모델", help="모델 폴더, 허깅페이스 모델 이름, 또는 bundled")
]
PersonaName: TypeAlias = Annotated[
    str | None, typer.Option("--persona", metavar="이름", help="페르소나의 이름 또는 .yaml 파일")
]
Database: TypeAlias = Annotated[
    str | None, typer.Option("--database", metavar="주소", help="대화를 적어 둘 데이터베이스 (sqlite:///파일.sqlite3)")
]
