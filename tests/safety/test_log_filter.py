"""What reaches a log file has no personal data and no tokens in it, and logging goes on whatever a record holds."""

import io
import logging
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from chatbot.safety.log_filter import MaskingFilter, mask_logs

PHONE = "010-1234-5678"
TELEGRAM = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"


@contextmanager
def alone(*formatters: logging.Formatter | None) -> Generator[list[io.StringIO]]:
    """Give the root logger one handler for each formatter and no others, least of all pytest's; yield what they write.

    The handlers and the last resort are put back as they were.
    """
    root, last_resort = logging.getLogger(), logging.lastResort
    assert last_resort is not None
    handlers, filters = root.handlers[:], last_resort.filters[:]
    root.handlers[:] = []
    try:
        yield [writing(formatter) for formatter in formatters]
    finally:
        root.handlers[:], last_resort.filters[:] = handlers, filters


def writing(formatter: logging.Formatter | None = None) -> io.StringIO:
    """Return what a new handler of the root logger writes to."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    return stream


class OwnTraceback(logging.Formatter):
    """Renders the exception itself, as discord.py's coloured formatter does."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the level and the exception."""
        error = record.exc_info[1] if record.exc_info else None
        return f"{record.levelname} {record.getMessage()} {error!r}"


def test_messages_are_masked_with_their_arguments() -> None:
    with alone(logging.Formatter("%(levelname)s %(name)s: %(message)s")) as [log]:
        mask_logs()
        logging.getLogger("some.library").warning("call %s or %s", PHONE, "test@example.com")
        logging.getLogger("some.library").warning("%(who)s 100%%", {"who": PHONE})
        logging.getLogger("some.library").warning("전화는 010-1234-5678, 100%")
        assert log.getvalue().splitlines() == [
            "WARNING some.library: call [전화번호] or [이메일]",
            "WARNING some.library: [전화번호] 100%",
            "WARNING some.library: 전화는 [전화번호], 100%",
        ]


def test_tracebacks_their_causes_and_stacks_are_masked() -> None:
    with alone(None) as [log]:
        mask_logs()
        try:
            try:
                raise KeyError("test@example.com")
            except KeyError as error:
                raise ValueError(f"no such number: {PHONE}") from error
        except ValueError:
            logging.exception("failed", stack_info=True)  # 010-9876-5432 stands in the source line
        written = log.getvalue()
        assert "ValueError: no such number: [전화번호]" in written
        assert "KeyError: '[이메일]'" in written
        assert "Stack (most recent call last)" in written
        assert not any(secret in written for secret in (PHONE, "test@example.com", "010-9876-5432"))


def test_a_traceback_that_was_rendered_before_is_masked_too() -> None:
    record = logging.makeLogRecord({"msg": "failed", "exc_text": f"ValueError: {PHONE}", "stack_info": PHONE})
    assert MaskingFilter().filter(record)
    assert record.exc_text == "ValueError: [전화번호]"
    assert record.stack_info == "[전화번호]"


def test_formatters_that_render_exceptions_themselves_are_masked() -> None:
    with alone(OwnTraceback()) as [log]:
        mask_logs()
        try:
            raise ValueError(PHONE)
        except ValueError:
            logging.exception("failed")
        assert log.getvalue() == "ERROR failed ValueError('[전화번호]')\n"


@pytest.mark.parametrize(
    "written",
    [
        f"https://api.telegram.org/bot{TELEGRAM}/getMe",
        f"token {TELEGRAM}",
        f"Authorization: Bot {DISCORD}",
        f"{TELEGRAM} {DISCORD}",
    ],
)
def test_tokens_are_masked(written: str) -> None:
    record = logging.makeLogRecord({"msg": written})
    MaskingFilter().filter(record)
    assert record.getMessage() == written.replace(TELEGRAM, "[토큰]").replace(DISCORD, "[토큰]")


def test_what_only_looks_like_a_token_is_kept() -> None:
    for written in (
        "12:30:45 started with 123456789 rooms and 35 characters",
        "module.submodule.function_of_some_length_that_is_long",
        "My.name_is.a_long_identifier_without_meaning_at_all",
    ):
        record = logging.makeLogRecord({"msg": written})
        MaskingFilter().filter(record)
        assert record.getMessage() == written


def test_a_clean_record_keeps_its_arguments() -> None:
    record = logging.makeLogRecord({"msg": "%s took %d ms", "args": ("reply", 12)})
    assert MaskingFilter().filter(record)
    assert (record.msg, record.args) == ("%s took %d ms", ("reply", 12))


class Unprintable:
    """Cannot be written out."""

    def __str__(self) -> str:
        raise RuntimeError(PHONE)


@pytest.mark.parametrize(
    ("message", "args", "written"),
    [
        ("two %s %s", ("one",), "two %s %s"),
        ("a number %d", (PHONE,), "a number %d"),
        (f"{PHONE} 100%", ("one",), "[전화번호] 100%"),
        ("%s", (Unprintable(),), "%s"),
        (Unprintable(), (), "(a log record that cannot be written out)"),
    ],
)
def test_a_broken_record_is_written_without_its_arguments(
    capsys: pytest.CaptureFixture[str], message: object, args: tuple[object, ...], written: str
) -> None:
    with alone(None) as [log]:
        mask_logs()
        logging.getLogger("broken").warning(message, *args)
        assert log.getvalue() == written + "\n"
        assert capsys.readouterr().err == ""


def test_something_else_than_an_exception_does_not_stop_the_record() -> None:
    record = logging.makeLogRecord({"msg": "failed", "exc_info": "no exception"})
    assert MaskingFilter().filter(record)
    assert record.exc_text is None


def test_masking_the_logs_twice_changes_nothing_more() -> None:
    with alone(None, OwnTraceback()):
        root = logging.getLogger()
        mask_logs()
        before = [(handler.filters[:], handler.formatter) for handler in root.handlers]
        mask_logs()
        assert [(handler.filters, handler.formatter) for handler in root.handlers] == before
        assert [len(filters) for filters, _ in before] == [1, 1]


def test_a_handler_that_is_added_later_is_masked_by_the_next_call() -> None:
    with alone():
        mask_logs()
        log = writing()
        mask_logs()
        logging.warning(PHONE)
        assert log.getvalue() == "[전화번호]\n"


def test_the_last_resort_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    with alone():
        mask_logs()
        logging.getLogger("nobody.listens").warning(PHONE)
    assert capsys.readouterr().err == "[전화번호]\n"
