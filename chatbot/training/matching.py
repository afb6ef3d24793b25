# pyright: standard
"""Trains the reply matcher of ``chatbot.dialogue.matcher``: in-batch negatives, n-gram dropout.

Source: Henderson et al. 2017 (dot-product scoring with the other replies of the batch as negatives).
"""

import random
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from chatbot.dialogue.examples import Exchange
from chatbot.dialogue.matcher import FILE_NAME, ROWS, rows_of, situation_rows
from chatbot.errors import DataError


class _Side(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.EmbeddingBag(ROWS, width, mode="sum")
        self.projection = nn.Parameter(torch.zeros(width, width))
        nn.init.normal_(self.embedding.weight, std=0.1)

    def forward(self, bags: Sequence[list[int]]) -> Tensor:
        lengths = torch.tensor([max(1, len(bag)) for bag in bags])
        offsets = torch.cat([torch.zeros(1, dtype=torch.long), lengths.cumsum(0)[:-1]])
        rows = torch.tensor([row for bag in bags for row in (bag or [0])])
        hidden = self.embedding(rows, offsets) / lengths.sqrt().unsqueeze(1)
        return nn.functional.normalize(hidden + torch.tanh(hidden) @ self.projection, dim=1)


def train_matcher(
    exchanges: Sequence[Exchange],
    folder: Path,
    width: int = 96,
    epochs: int = 10,
    batch: int = 512,
    learning_rate: float = 4e-3,
    dropout: float = 0.45,
    scale: float = 12.0,
    seed: int = 0,
) -> float:
    """Train on (situation, reply) pairs, write ``folder/matcher.safetensors``; return the seconds taken.

    Args:
        dropout: share of n-grams left out of each text at each step, so that no single one decides.
        scale: multiplies the cosines before the softmax.

    Raises:
        DataError: there are no exchanges.
    """
    if not exchanges:
        raise DataError("응답 맞춤을 학습할 대화가 없어요. 봇의 대답이 들어 있는 대화 파일을 지정해 주세요.")
    batch = min(batch, len(exchanges))
    started = time.monotonic()
    rng = random.Random(seed)
    torch.manual_seed(seed)
    situations = [situation_rows(exchange.situation) for exchange in exchanges]
    replies = [rows_of(exchange.reply) for exchange in exchanges]
    sides = nn.ModuleDict({"situation": _Side(width), "reply": _Side(width)})
    optimizer = torch.optim.Adam(sides.parameters(), lr=learning_rate)
    order = list(range(len(exchanges)))
    steps = epochs * (len(order) // batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.02, 1 - step / steps))

    def thinned(bag: list[int]) -> list[int]:
        return [row for row in bag if rng.random() > dropout] or bag[:1]

    for _ in range(epochs):
        rng.shuffle(order)
        for start in range(0, len(order) - batch + 1, batch):
            chosen = order[start : start + batch]
            left = sides["situation"]([thinned(situations[index]) for index in chosen])
            right = sides["reply"]([thinned(replies[index]) for index in chosen])
            logits = scale * left @ right.T
            target = torch.arange(len(chosen))
            loss = nn.functional.cross_entropy(logits, target) + nn.functional.cross_entropy(logits.T, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    state = sides.state_dict()
    arrays = {
        f"{side}.{name}": state[f"{side}.{key}"].half().contiguous()
        for side in ("situation", "reply")
        for name, key in (("embedding", "embedding.weight"), ("projection", "projection"))
    }
    save_file(arrays, folder / FILE_NAME)
    (folder / FILE_NAME).chmod(0o644)  # the library makes files that nobody else may read
    return time.monotonic() - started
