"""Finds a checkpoint's folder: a local one, or a download from the Hugging Face hub. Knows nothing of what is in it."""

from pathlib import Path

from chatbot.errors import ModelError

_SMALL_FILES = ["config.json", "tokenizer.json", "dialogue_format.json", "*.md", "LICENSE*"]
_SAFETENSORS = ["*.safetensors", "*.safetensors.index.json"]
_PICKLE = ["pytorch_model.bin"]


def find_folder(source: str | Path) -> Path:
    """Return the folder of a checkpoint; a local folder wins over a hub id of the same name.

    ``HF_HUB_OFFLINE``, ``HF_HOME`` and ``HF_ENDPOINT`` mean what they mean to ``huggingface_hub``. A repository
    that holds safetensors is fetched without its pickles.

    Raises:
        ModelError: there is no such folder, and no such model can be had from the hub.
    """
    folder = Path(source).expanduser()
    if folder.is_file():
        raise ModelError(f"모델 경로({folder})가 폴더가 아니라 파일이에요. 그 파일이 들어 있는 폴더를 적어 주세요.")
    if not folder.is_dir():
        if isinstance(source, Path) or source.startswith((".", "/", "~")):
            raise ModelError(
                f"모델 폴더({folder})가 없어요. config.yaml의 경로를 확인하거나 모델을 그 자리에 옮겨 주세요."
            )
        folder = _download(source)
    if not (folder / "config.json").is_file():
        raise ModelError(
            f"모델 폴더({folder})에 config.json이 없어요. config.json, tokenizer.json, model.safetensors가 함께 들어 "
            "있는 "
            "체크포인트 폴더를 골라 주세요."
        )
    return folder


def _download(repo_id: str) -> Path:
    # Imported late: a quarter of a second that a local model need not wait for.
    from huggingface_hub import snapshot_download  # pyright: ignore[reportUnknownVariableType]
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    try:
        folder = Path(snapshot_download(repo_id, allow_patterns=_SMALL_FILES + _SAFETENSORS))
        if not any(folder.glob("*.safetensors")):
            folder = Path(snapshot_download(repo_id, allow_patterns=_SMALL_FILES + _PICKLE))
    except HFValidationError as error:
        raise ModelError(
            f"모델 '{repo_id}'은(는) 있는 폴더도 아니고 Hugging Face 모델 이름(예: skt/kogpt2-base-v2)도 아니에요. "
            "config.yaml의 모델 이름을 고쳐 주세요."
        ) from error
    except GatedRepoError as error:
        raise ModelError(
            f"모델 '{repo_id}'은(는) 사용 승인이 필요해요. Hugging Face 웹에서 승인을 받고 `hf auth login`으로 "
            "로그인한 뒤 "
            "다시 시작해 주세요."
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"모델 '{repo_id}'을(를) 이 컴퓨터의 폴더에서도 Hugging Face 허브에서도 찾을 수 없어요. 이름을 확인하시고, "
            "비공개 모델이라면 `hf auth login`으로 로그인해 주세요."
        ) from error
    except (
        OSError,
        OfflineModeIsEnabled,
        HfHubHTTPError,
    ) as error:  # connection errors of httpx come as LocalEntryNotFound
        raise ModelError(
            f"모델 '{repo_id}'을(를) 내려받지 못했어요. 인터넷 연결과 디스크 공간, HF_HUB_OFFLINE 설정을 확인하시거나, "
            f"다른 곳에서 받은 폴더를 이 컴퓨터로 옮겨 그 경로를 적어 주세요. (이유: {type(error).__name__})"
        ) from error
    return folder
