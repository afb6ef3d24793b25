"""Reads choices between doing things: "치킨 먹을까 피자 먹을까", "잘까 놀까", "운동 갈까 말까"."""

import re

from chatbot.builtin.pick.lists import without_situation

_WHETHER = re.compile(
    r"^(?P<one>.{1,30}?(?:까(?=[ ,?]*(?:아니면 )?(?:말까|안 ?[가-힣]{1,4}까))|지(?= 말지.*(?:골라|정해|고민|결정))))"
    r"[ ,?]*(?:아니면 )?(?:말까|말지|안 ?[가-힣]{1,4}까)(?:요)?[ ?!.~ㅋㅎㅠ]*"
    r"(?:골라 ?줘|정해 ?줘|고민(?:이야|돼|된다|중|이에요|돼요|중이야)?|어떡하지|어떡해|어쩌지)?[?!.~ ㅋㅎㅠ]*$"
)
_SHALL = re.compile(
    r"(?:\S[^까?]{0,28})?[가-힣]까(?:[ ,?]+(?:아니면 )?(?:\S[^까?]{0,28})?[가-힣]까){1,4}(?:요)?[ ?!.~ㅋㅎㅠ]*"
)
_OR_THAT = re.compile(
    r"(?P<one>\S.{0,28}?[가-힣])지[ ,]+(?P<other>\S.{0,28}?[가-힣])지 (?:좀 )?(?:골라|정해|"
    r"결정해) ?(?:줘|주세요|줄래)(?:요)?[ ?!.~]*"
)
_NO_CHOICE = re.compile(
    r"(?:올|될|일|있을|없을|이길|질|오를|내릴|그럴|맞을|죽을|[했았었]을|중요할|클|작을|빠를|비쌀|줄)까$|니까$"
)
_ASKS_ELSE = re.compile(r"(?<![가-힣])(?:뭐|뭘|뭔|무엇|어느|어떤|어디|누구|누가|어떻|언제)|왜|얼마|몇")
_IS_GOOD = re.compile(r"^(?:좋을|나을|괜찮을)까$")
_SUBJECT_MARK = re.compile(r"(?<=[가-힣])(?:이|가)$")
_NO_NOUN = re.compile(r"(?:고|서|게|에|로|으로|만|다가|뒤에|먼저|지금|빨리|천천히|혼자|같이)$")
_KEEP_RIEUL = ("놀", "만들", "열", "팔", "졸", "밀", "걸", "풀", "달")


def whether_in(text: str) -> bool:
    """Tell whether a message asks whether to do something."""
    match = _WHETHER.match(text)
    return match is not None and not _refused(match["one"])


def doings_in(text: str) -> tuple[str, ...]:
    """Return the things to do that a message asks to choose from; none if it does not."""
    if match := _OR_THAT.fullmatch(text):
        return _between([f"{match['one']}까", f"{match['other']}까"])
    if _SHALL.fullmatch(text) is None:
        return ()
    clauses = [clause.strip(" ,?") for clause in re.findall(r"[^까]+까", re.sub(r"까[ ,?]+아니면 ", "까 ", text))]
    return () if any(map(_refused, clauses)) else _between(clauses)


def _between(clauses: list[str]) -> tuple[str, ...]:
    first, *others = without_situation(clauses[0]), *clauses[1:]
    clauses = [first, *others]
    objects = [" ".join(clause.split()[:-1]) for clause in clauses]
    verbs = {clause.split()[-1] for clause in clauses}
    if len(verbs) == 1 and all(objects):
        if _IS_GOOD.match(clauses[0].split()[-1]):
            return tuple(re.sub(r" 게$", " 것", _SUBJECT_MARK.sub("", one)) for one in objects)
        if not any(map(_NO_NOUN.search, objects)):
            return tuple(objects)
    return tuple(map(doing, clauses))


def doing(words: str) -> str:
    """Return a verb that asks as a noun: 먹을까 is 먹기, 갈까 is 가기."""
    stem = words.removesuffix("까")
    if stem.endswith(("들을", "걸을")) and len(stem.split()[-1]) == 2:
        return f"{stem[:-2]}{'듣기' if stem.endswith('들을') else '걷기'}"
    if stem.endswith("을"):
        return f"{stem[:-1]}기"
    if stem.endswith(_KEEP_RIEUL):
        return f"{stem}기"
    code = ord(stem[-1]) - 0xAC00 if stem else -1
    if 0 <= code < 11172 and code % 28 == 8:
        return f"{stem[:-1]}{chr(0xAC00 + code - 8)}기"
    return words


def _refused(words: str) -> bool:
    return _NO_CHOICE.search(words) is not None or _ASKS_ELSE.search(words) is not None
