"""Hub ids without a network: a filled cache serves, an empty one is a clear error. Run in processes of their own, since
``huggingface_hub`` reads its environment when it is imported."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from chatbot.errors import ModelError
from chatbot.generation.hub import find_folder
try:
    print(find_folder(sys.argv[1]))
except ModelError as error:
    print("ModelError", error)
print("torch" in sys.modules)
"""


def find(source: str, cwd: Path, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, source],
        cwd=cwd,
        env={**os.environ, "HF_HOME": str(cwd / "hf"), "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    lines = done.stdout.splitlines()
    assert lines[-1] == "False", "looking for a folder must not load torch"
    return lines[:-1]


@pytest.mark.parametrize("weights", ["model.safetensors", "pytorch_model.bin"])
def test_a_cached_model_needs_no_network(tmp_path: Path, tiny_checkpoint: Path, weights: str) -> None:
    repository = tmp_path / "hf" / "hub" / "models--someone--tiny"
    revision = "0123456789abcdef0123456789abcdef01234567"
    shutil.copytree(tiny_checkpoint, repository / "snapshots" / revision)
    (repository / "snapshots" / revision / "model.safetensors").rename(repository / "snapshots" / revision / weights)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(revision)
    assert find("someone/tiny", tmp_path, HF_HUB_OFFLINE="1") == [str(repository / "snapshots" / revision)]


def test_a_local_folder_wins(tmp_path: Path, tiny_checkpoint: Path) -> None:
    shutil.copytree(tiny_checkpoint, tmp_path / "someone" / "tiny")
    assert find("someone/tiny", tmp_path, HF_HUB_OFFLINE="1") == ["someone/tiny"]


def test_offline_and_not_cached(tmp_path: Path) -> None:
    (line,) = find("someone/tiny", tmp_path, HF_HUB_OFFLINE="1")
    assert "someone/tiny" in line
    assert "HF_HUB_OFFLINE" in line


def test_no_network(tmp_path: Path) -> None:
    (line,) = find("someone/tiny", tmp_path, HF_ENDPOINT="http://127.0.0.1:9", HF_HUB_OFFLINE="0")
    assert "someone/tiny" in line
    assert "인터넷 연결" in line


def test_neither_a_folder_nor_a_hub_id(tmp_path: Path) -> None:
    (line,) = find("models/a/b", tmp_path)
    assert "models/a/b" in line
    assert "skt/kogpt2-base-v2" in line
