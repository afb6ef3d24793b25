"""``chatbot serve``, the real command in a real process, on both emulated platforms at once."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from discord_platform import DiscordPlatform
from telegram_platform import TelegramPlatform

PATIENCE = 60.0


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """Return the environment of an owner who has set nothing else."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CHATBOT", "TELEGRAM", "DISCORD"))
    }
    return {**kept, "CHATBOT__HISTORY__URL": f"sqlite:///{tmp_path}/chat.sqlite3", "HF_HUB_OFFLINE": "1", **more}


async def serve(tmp_path: Path, *arguments: str, **more: str) -> asyncio.subprocess.Process:
    """Start the command in an empty folder."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "chatbot.cli.main",
        "serve",
        *arguments,
        cwd=tmp_path,
        env=environment(tmp_path, **more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def until(happens: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not happens():  # noqa: ASYNC110  # it happens in another process
            await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_both_platforms_are_served_until_the_process_is_told_to_end(
    tmp_path: Path, tiny_checkpoint: Path
) -> None:
    async with TelegramPlatform() as telegram, DiscordPlatform() as discord:
        tokens = {"TELEGRAM_TOKEN": telegram.server.token, "DISCORD_TOKEN": discord.server.token}
        process = await serve(
            tmp_path,
            **tokens,
            CHATBOT__MODEL__PATH=str(tiny_checkpoint),
            CHATBOT__TELEGRAM__API_URL=telegram.server.url,
            CHATBOT__DISCORD__API_URL=discord.server.api_url,
            CHATBOT__DISCORD__GATEWAY_URL=discord.server.gateway_url,
            CHATBOT__LOG__LEVEL="debug",
        )
        try:
            await until(
                lambda: (telegram.is_listening and discord.server.gateway.is_open) or process.returncode is not None
            )
            for platform in (telegram, discord):
                await platform.say("/도움말")
            await until(lambda: bool(telegram.shown() and discord.shown()))
            assert "/끝말잇기" in telegram.shown()[0].text
            assert "/끝말잇기" in discord.shown()[0].text
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                stdout, stderr = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        assert (process.returncode, stdout) == (0, b"")
        said = stderr.decode()
        assert not [token for token in tokens.values() if token in said]
        assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "TELEGRAM_TOKEN이나 DISCORD_TOKEN"),
        (("--only", "카톡"), "모르는 플랫폼"),
        (("--only", "telegram"), "TELEGRAM_TOKEN"),
    ],
)
async def test_what_is_missing_is_told(arguments: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    process = await serve(tmp_path, *arguments)
    async with asyncio.timeout(PATIENCE):
        stdout, stderr = await process.communicate()
    assert process.returncode != 0
    assert stdout == b""
    assert sentence in stderr.decode()
    assert "Traceback" not in stderr.decode()
