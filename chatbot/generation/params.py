"""How a continuation is sampled. A value object: knows nothing of models or devices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """Same names and semantics as Hugging Face ``GenerationConfig``, but for the fields noted.

    Attributes:
        temperature: divides the logits; 0 takes the likeliest token (greedy).
        top_k: keeps the k likeliest tokens; 0 keeps all.
        top_p: keeps the smallest set of likeliest tokens whose probability reaches p (Holtzman et al. 2020); 1 keeps all.
        min_p: keeps tokens at least this share as likely as the likeliest (Nguyen et al. 2024); 0 keeps all.
        repetition_penalty: divides positive and multiplies negative logits of tokens already in prompt or reply
            (Keskar et al. 2019); 1 is none.
        no_repeat_ngram_size: n-grams of this size never occur twice in prompt and reply together; 0 allows them.
        min_new_tokens: no stop token is drawn before this many tokens.
        max_new_tokens: the reply ends here at the latest.
        seed: makes the draw repeatable; ``None`` draws anew each time.
        stop_token_ids: the reply ends with the first of these, which is part of the result.
        banned_token_ids: never drawn.
        deadline: seconds after which the reply ends where it stands; ``None`` waits. (Not in ``GenerationConfig``: its
            nearest is ``max_time``.)
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    min_new_tokens: int = 0
    max_new_tokens: int = 64
    seed: int | None = None
    stop_token_ids: frozenset[int] = frozenset()
    banned_token_ids: frozenset[int] = frozenset()
    deadline: float | None = None

    def __post_init__(self) -> None:
        """Refuse values that no sampler can mean.

        Raises:
            ValueError: a field is out of its range.
        """
        ranges = {
            "temperature": self.temperature >= 0,
            "top_k": self.top_k >= 0,
            "top_p": 0 < self.top_p <= 1,
            "min_p": 0 <= self.min_p <= 1,
            "repetition_penalty": self.repetition_penalty > 0,
            "no_repeat_ngram_size": self.no_repeat_ngram_size >= 0,
            "min_new_tokens": 0 <= self.min_new_tokens <= self.max_new_tokens,
            "max_new_tokens": self.max_new_tokens >= 1,
            "deadline": self.deadline is None or self.deadline > 0,
        }
        wrong = [name for name, fits in ranges.items() if not fits]
        if wrong:
            raise ValueError(f"out of range: {', '.join(f'{name}={getattr(self, name)!r}' for name in wrong)}")
