"""A checkpoint's ``config.json``: the shape of a GPT-2 model. Knows nothing of its tensors."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt, ValidationError, ValidationInfo, field_validator

from chatbot.errors import ModelError


class ModelConfig(BaseModel):
    """The fields of Hugging Face's ``GPT2Config`` that the forward pass needs, under their own names.

    Attributes:
        vocab_size: rows of the embedding matrix.
        n_positions: tokens that fit into one context, prompt and reply together.
        n_inner: width of the feed-forward layer; ``None`` is four times ``n_embd``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    model_type: Literal["gpt2"]
    vocab_size: PositiveInt
    n_positions: PositiveInt
    n_embd: PositiveInt
    n_layer: PositiveInt
    n_head: PositiveInt
    n_inner: PositiveInt | None = None
    layer_norm_epsilon: PositiveFloat = 1e-5
    activation_function: Literal["gelu_new", "gelu_pytorch_tanh", "gelu", "relu"] = "gelu_new"
    tie_word_embeddings: bool = True
    scale_attn_weights: bool = True
    scale_attn_by_inverse_layer_idx: bool = False
    add_cross_attention: Literal[False] = False

    @field_validator("n_head")
    @classmethod
    def _heads_share_the_width(cls, heads: int, info: ValidationInfo) -> int:
        if info.data.get("n_embd", 0) % heads:
            raise ValueError("n_embd is no multiple of n_head")
        return heads

    @property
    def inner_width(self) -> int:
        """Width of the feed-forward layer."""
        return self.n_inner or 4 * self.n_embd

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.n_embd // self.n_head

    @classmethod
    def read(cls, folder: Path) -> "ModelConfig":
        """Read ``folder/config.json``.

        Raises:
            ModelError: the file cannot be read, or describes a model we cannot run.
        """
        path = folder / "config.json"
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise ModelError(
                f"모델 설정 파일({path})을 읽을 수 없어요. 파일이 있는지와 읽기 권한을 확인해 주세요."
            ) from error
        except ValidationError as error:
            fields = ", ".join(".".join(str(part) for part in each["loc"]) or "전체" for each in error.errors())
            raise ModelError(
                f"모델 설정 파일({path})의 {fields} 값을 쓸 수 없어요. 말동무는 KoGPT2와 같은 GPT-2(model_type: gpt2) "
                "모델을 "
                "돌립니다. 그런 모델을 고르시거나, 파일이 깨졌다면 모델을 다시 받아 주세요."
            ) from error
