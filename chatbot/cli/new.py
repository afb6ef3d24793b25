"""``chatbot new``: a folder for one's own bot, with everything explained in it."""

from pathlib import Path
from typing import Annotated

import typer

from chatbot.errors import ConfigError

_TEMPLATES = Path(__file__).parent / "templates"
_FILES = {
    "config.yaml": "config.yaml",
    "prompts/my_bot.yaml": "my_bot.yaml",
    "plugins/README.md": "plugins.md",
    ".env.example": "env.example",
    ".gitignore": "gitignore",
}


def new(folder: Annotated[Path, typer.Argument(metavar="폴더", help="새로 만들 폴더", show_default=False)]) -> None:
    """나만의 챗봇을 위한 폴더를 만듭니다: 설정, 페르소나, 플러그인 자리."""
    create(folder)
    typer.echo(
        f"{folder}에 챗봇을 만들었어요. 이제 이렇게 해 보세요.\n"
        f"  1. cd {folder}\n"
        "  2. prompts/my_bot.yaml을 열어 이름과 말투, 예시 대화를 고치기\n"
        "  3. chatbot doctor   (준비가 되었는지 살펴보기)\n"
        "  4. chatbot chat     (이야기하기)\n"
        "  5. chatbot plugins new 인사   (새 재주를 만들기)"
    )


def create(folder: Path) -> None:
    """Write the files.

    Raises:
        ConfigError: the folder holds something already, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ConfigError(f"{folder}에 이미 무언가 있어요. 비어 있는 폴더나 새 이름을 골라 주세요.")
        for name, template in _FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((_TEMPLATES / template).read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder}에 파일을 쓸 수 없어요. 경로와 쓰기 권한, 남은 공간을 확인해 주세요.") from error
