"""The entry point: which sub-commands there are, and what a person sees when one fails."""

import os
import sys
import traceback
from typing import Annotated

import typer
from typer.exceptions import TyperException

from chatbot.cli.lazy_group import LazyCommand, LazyGroup
from chatbot.errors import ChatbotError

DEBUG_VARIABLE = "CHATBOT_DEBUG"

COMMANDS = {
    "chat": LazyCommand("chatbot.cli.chat", "chat", "터미널에서 이야기합니다."),
    "serve": LazyCommand("chatbot.cli.serve", "serve", "텔레그램과 디스코드에서 이야기합니다."),
    "new": LazyCommand("chatbot.cli.new", "new", "나만의 챗봇을 위한 폴더를 만듭니다."),
    "plugins": LazyCommand("chatbot.cli.plugins", "app", "플러그인을 보고, 새로 만들고, 살펴봅니다."),
    "doctor": LazyCommand("chatbot.cli.doctor", "doctor", "대화할 준비가 되었는지 살펴봅니다."),
    "history": LazyCommand("chatbot.cli.history", "app", "저장된 대화를 보고, 내보내고, 지웁니다."),
    "train": LazyCommand("chatbot.cli.train", "train", "대화 자료로 모델을 학습시킵니다."),
    "index": LazyCommand("chatbot.cli.index", "index", "대화 자료로 예시 기억을 만듭니다."),
    "evaluate": LazyCommand("chatbot.cli.evaluate", "evaluate", "모델의 대답을 채점합니다."),
}


class _Commands(LazyGroup):
    table = COMMANDS


app = typer.Typer(
    name="chatbot",
    cls=_Commands,
    help="말동무: 한국어 챗봇을 만들고, 이야기하고, 학습시킵니다.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"말동무 {version('maldongmu')}")
        raise typer.Exit


@app.callback()
def _options(  # pyright: ignore[reportUnusedFunction]
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="버전을 보여 줍니다.")
    ] = False,
) -> None:
    """Take the options that stand before any command."""


def main() -> None:
    """Run the command line; every failure is one Korean sentence on stderr, and an exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run with ``arguments``; return the exit code: 1 for a failure, 2 for wrong usage, 130 for Ctrl-C."""
    try:
        code: object = app(arguments, prog_name="chatbot", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except ChatbotError as error:
        return _fail(str(error))
    except TyperException as error:
        return _misused(error)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            traceback.print_exc()
            return 1
        place = traceback.extract_tb(error.__traceback__)[-1]
        return _fail(
            f"뜻밖의 오류로 멈췄어요 ({type(error).__name__}, {os.path.basename(place.filename)}:{place.lineno}). "  # noqa: PTH119
            f"{DEBUG_VARIABLE}=1을 붙여 다시 실행하면 자세한 내용이 나오니, 그 내용과 함께 알려 주세요."
        )


def _misused(error: TyperException) -> int:
    name = type(error).__name__
    message = error.format_message()
    if name == "NoArgsIsHelpError":
        typer.echo(message)
        return 0
    command = getattr(getattr(error, "ctx", None), "command_path", "chatbot")
    option = getattr(error, "option_name", "")
    if name == "NoSuchOption":
        near = getattr(error, "possibilities", None)
        sentence = f"{option} 옵션은 없어요." + (f" 혹시 {', '.join(near)} 아닌가요?" if near else "")
    elif name == "MissingParameter":
        sentence = f"{_parameter(error)}: 값이 빠졌어요."
    elif name == "BadParameter":
        sentence = f"{_parameter(error)}: 쓸 수 없는 값이에요."
    elif name == "BadOptionUsage":
        sentence = f"{option} 옵션 뒤에 값이 빠졌어요."
    elif message.startswith("No such command"):
        sentence = f"{message.split(chr(39))[1]} 명령은 없어요."
    else:
        sentence = f"명령을 이해하지 못했어요: {message}"
    return _fail(f"{sentence} `{command} --help`로 쓰는 법을 볼 수 있어요.", code=2)


def _parameter(error: TyperException) -> str:
    """Return how the help page calls the parameter that an error is about."""
    parameter = getattr(error, "param", None)
    names = [name for name in getattr(parameter, "opts", []) if name.startswith("-")]
    return names[0] if names else str(getattr(parameter, "metavar", None) or getattr(parameter, "name", "인자"))


def _fail(sentence: str, code: int = 1) -> int:
    shown = "".join(char for char in sentence if char.isprintable() or char == "\n")
    sys.stderr.write(shown.encode("utf-8", "replace").decode() + "\n")
    return code


if __name__ == "__main__":
    main()
