"""디데이: how many days to a day, or since. Each person has their own days, in every room."""

import re
from datetime import date

from chatbot import Chat, Plugin, Rest, korean, korean_time
from chatbot.builtin.d_day.asking import Asked, NoDate, Wish, asked_in, day_in, is_ours
from chatbot.builtin.d_day.days import Day, label, spoken
from chatbot.builtin.spoken import uncalled

plugin = Plugin("디데이", about="중요한 날까지 며칠 남았는지 세어 드려요.")

MOST = 50
_NAMES_OF_YEAR = re.compile(r"새해|신정|내년|연말")


@plugin.command("디데이", "dday", "d-day")
async def d_day(chat: Chat, 날: Rest = "") -> str:
    """디데이를 적어 두거나 보여 드려요. '/디데이 수능 11월 19일', '/디데이 수능'처럼 적어요."""
    words = 날.strip()
    asked = asked_in(f"디데이 {words}")
    if asked is not None and asked.wish in (Wish.LIST, Wish.REMOVE):
        return await _removed(chat, asked.name) if asked.wish is Wish.REMOVE else await _listed(chat)
    try:
        day = day_in(words, chat.now)
    except NoDate as error:
        if error.is_vague or error.is_lunar:
            return _no_day(chat, error)
    else:
        if _key(day.name):
            return await _added(chat, day)
    found = await _found(chat, words) or _of_calendar(chat, words)
    return _left(chat, found) if found else _unknown(chat, words)


@plugin.command("디데이 목록", "dday list")
async def list_days(chat: Chat) -> str:
    """적어 둔 디데이를 모두 보여 드려요."""
    return await _listed(chat)


@plugin.command("디데이 삭제", "디데이 지우기", "dday delete")
async def remove_day(chat: Chat, 이름: Rest) -> str:
    """디데이 하나를 지워요."""
    return await _removed(chat, 이름.strip())


@plugin.match(r"디데이|디 데이|(?i:d[- ]?day)|며칠|몇 ?일|몇 ?밤|언제|얼마나?")
async def answer_when_asked(chat: Chat) -> str | None:
    """Answer "크리스마스까지 며칠 남았어?" and the like."""
    text = uncalled(chat.text, chat.bot_name)
    asked = asked_in(text)
    match asked:
        case None:
            return None
        case Asked(Wish.LIST):
            return await _listed(chat)
        case Asked(Wish.REMOVE, name):
            return await _removed(chat, name)
        case Asked(Wish.ADD):
            try:
                return await _added(chat, day_in(text, chat.now))
            except NoDate as error:
                return _no_day(chat, error) if re.search(r"등록|추가|저장", text) else None
        case Asked(Wish.NTH):
            return await _nth(chat, asked)
        case Asked(Wish.SINCE):
            return await _since(chat, asked.name)
        case Asked(Wish.WHEN, name):
            found = await _found(chat, name)
            return None if found is None else _left(chat, found)
        case _:
            return await _until(chat, asked)


async def _until(chat: Chat, asked: Asked) -> str | None:
    days = await _days(chat)
    if not asked.name:
        return await _listed(chat) if days else None
    found = await _found(chat, asked.name) or _of_calendar(chat, asked.name)
    if found is not None:
        return _left(chat, found)
    return _unknown(chat, asked.name) if asked.is_plain else None


async def _days(chat: Chat) -> dict[str, Day]:
    return await chat.person.items(Day)


async def _found(chat: Chat, name: str) -> Day | None:
    """Return the stored day that a name means: its own, or the only one that has it in its name."""
    days, wanted = await _days(chat), _key(name)
    if not wanted:
        return None
    exact = days.get(wanted)
    near = [day for key, day in days.items() if wanted in key or (len(key) > 1 and key in wanted)]
    return exact or (near[0] if len(near) == 1 else None)


def _key(name: str) -> str:
    """Return a name as it is compared: "내 생일" is "생일"."""
    plain = re.sub(r"^(?:내|제|나의|저의|우리)\s+", "", name.strip())
    return "".join(plain.split()).casefold()


def _of_calendar(chat: Chat, name: str) -> Day | None:
    """Return a day that everybody knows (크리스마스, 설날), or that the words say (12월 31일, 다음 주 금요일)."""
    today = chat.now.date()
    if _NAMES_OF_YEAR.fullmatch(name.strip()):
        on = date(today.year, 12, 31) if "연말" in name else date(today.year + 1, 1, 1)
    else:
        on = korean_time.parse_date(name, chat.now)
    return None if on is None or "오늘" in name else Day(name.strip(), on)


async def _added(chat: Chat, day: Day) -> str:
    if not _key(day.name):
        return chat.by_level(
            "어떤 날인지 이름도 알려 주세요. '/디데이 수능 11월 19일'처럼요.",
            "어떤 날인지 이름도 알려 줘. '/디데이 수능 11월 19일'처럼.",
        )
    if not chat.is_clean(day.name):
        return chat.by_level(
            "그 이름으로는 적어 두기 어려워요. 다른 이름을 알려 주세요.",
            "그 이름으로는 적어 두기 어려워. 다른 이름으로 알려 줘.",
        )
    days, key = await _days(chat), _key(day.name)
    if key not in days and len(days) >= MOST:
        return chat.by_level(
            f"디데이는 {MOST}개까지 적어 둘 수 있어요. 지난 것을 지우고 다시 알려 주세요.",
            f"디데이는 {MOST}개까지 적어 둘 수 있어. 지난 걸 지우고 다시 알려 줘.",
        )
    await chat.person.put(key, day)
    done = ("바꿔 뒀어요", "바꿔 뒀어") if key in days else ("적어 뒀어요", "적어 뒀어")
    yearly = chat.by_level(" 해마다 챙길게요.", " 해마다 챙길게.") if day.is_yearly else ""
    return f"{korean.josa(day.name, '을/를')} {chat.by_level(*done)}.{yearly} {_when(chat, day)}"


async def _removed(chat: Chat, name: str) -> str:
    found = await _found(chat, name)
    if found is None:
        return chat.by_level(
            "그런 디데이는 없어요. '/디데이 목록'으로 확인해 보세요.",
            "그런 디데이는 없어. '/디데이 목록'으로 확인해 봐.",
        )
    await chat.person.remove(_key(found.name))
    return chat.by_level(f"{found.name} 디데이를 지웠어요.", f"{found.name} 디데이를 지웠어.")


async def _listed(chat: Chat) -> str:
    today = chat.now.date()
    days = sorted((await _days(chat)).values(), key=lambda day: (day.next(today) < today, abs(day.next(today) - today)))
    if not days:
        return chat.by_level(
            "적어 둔 디데이가 없어요. '/디데이 수능 11월 19일'처럼 알려 주세요.",
            "적어 둔 디데이가 없어. '/디데이 수능 11월 19일'처럼 알려 줘.",
        )
    return "\n".join(f"{day.name}: {_counted(day, today)} ({spoken(day.next(today), today)})" for day in days)


def _counted(day: Day, today: date) -> str:
    is_running = day.is_start and day.on <= today
    return f"{day.count(today):,}일째" if is_running else day.label(today)


def _left(chat: Chat, day: Day) -> str:
    """Return how long it is to a day, or since."""
    today = chat.now.date()
    on = day.next(today)
    left = (on - today).days
    if left > 0:
        return chat.by_level(
            f"{day.name}까지 {left:,}일 남았어요. {spoken(on, today)}, {label(on, today)}!",
            f"{day.name}까지 {left:,}일 남았어. {spoken(on, today)}, {label(on, today)}!",
        )
    if not left:
        name = chat.by_level(korean.josa(day.name, "이에요/예요"), korean.josa(day.name, "이야/야"))
        return f"바로 오늘이 {name}! D-Day!"
    if day.is_start:
        return f"{_when(chat, day)}"
    return chat.by_level(
        f"{korean.josa(day.name, '은/는')} {-left:,}일 지났어요. {spoken(on, today)}, {label(on, today)}.",
        f"{korean.josa(day.name, '은/는')} {-left:,}일 지났어. {spoken(on, today)}, {label(on, today)}.",
    )


def _when(chat: Chat, day: Day) -> str:
    """Return when a day is, and how long that is."""
    today = chat.now.date()
    on = day.next(today)
    if day.is_start and day.on <= today:
        return chat.by_level(
            f"{spoken(on, today)}부터 오늘로 {day.count(today):,}일째예요.",
            f"{spoken(on, today)}부터 오늘로 {day.count(today):,}일째야.",
        )
    counted = label(on, today)
    return chat.by_level(
        f"{spoken(on, today)}, {korean.josa(counted, '이에요/예요')}.",
        f"{spoken(on, today)}, {korean.josa(counted, '이야/야')}.",
    )


async def _start(chat: Chat, name: str) -> Day | None:
    """Return the day from which is counted: the one of the name, or the only start there is."""
    found = None if is_ours(name) else await _found(chat, re.sub(r"(?:한|된|은|ㄴ)?\s?지$", "", name))
    if found is not None:
        return found
    days = [day for day in (await _days(chat)).values() if day.is_start]
    ours = [day for day in days if re.search(r"사귄|사귀|만난|연애|우리", day.name)]
    if not is_ours(name) and not re.search(r"사귄|사귀|만난|연애|우리", name):
        return None
    return ours[0] if len(ours) == 1 else days[0] if len(days) == 1 else None


async def _since(chat: Chat, name: str) -> str | None:
    day = await _start(chat, name)
    if day is not None and day.on <= chat.now.date():
        count = day.count(chat.now.date())
        return chat.by_level(f"오늘로 {count:,}일째예요.", f"오늘로 {count:,}일째야.")
    return _no_start(chat) if day is None and re.search(r"우리|사귄|사귀|만난", name) else None


async def _nth(chat: Chat, asked: Asked) -> str | None:
    day = await _start(chat, asked.name)
    if day is None:
        return (
            _no_start(chat) if asked.is_plain and (is_ours(asked.name) or re.search(r"사귄|만난", asked.name)) else None
        )
    on = day.anniversary(asked.number) if asked.is_years else day.nth(asked.number)
    if on is None or asked.number < 1:
        return chat.by_level("그건 너무 먼 날이라 세지 못하겠어요.", "그건 너무 먼 날이라 못 세겠어.")
    today = chat.now.date()
    which = f"{asked.number:,}{'주년' if asked.is_years else '일'}"
    left = (on - today).days
    if not left:
        return chat.by_level(f"{which}이 바로 오늘이에요! 축하해요.", f"{which}이 바로 오늘이야! 축하해.")
    how_long = f"{left:,}일 남았" if left > 0 else f"{-left:,}일 지났"
    return chat.by_level(
        f"{korean.josa(which, '은/는')} {spoken(on, today)}이에요. {how_long}어요.",
        f"{korean.josa(which, '은/는')} {spoken(on, today)}이야. {how_long}어.",
    )


def _no_start(chat: Chat) -> str:
    return chat.by_level(
        "언제부터 셀까요? '/디데이 사귄 날 8월 15일'처럼 알려 주세요.",
        "언제부터 셀까? '/디데이 사귄 날 8월 15일'처럼 알려 줘.",
    )


def _unknown(chat: Chat, name: str) -> str:
    shown = name if len(name) <= 12 and chat.is_clean(name) else "시험"
    return chat.by_level(
        f"그날이 언제인지 아직 몰라요. '/디데이 {shown} 12월 3일'처럼 알려 주시면 세어 드릴게요.",
        f"그날이 언제인지 아직 몰라. '/디데이 {shown} 12월 3일'처럼 알려 주면 세어 줄게.",
    )


def _no_day(chat: Chat, error: NoDate) -> str:
    if error.is_lunar:
        return chat.by_level(
            "음력 날짜는 아직 셀 줄 몰라요. 올해 양력 날짜로 알려 주세요.",
            "음력 날짜는 아직 셀 줄 몰라. 올해 양력 날짜로 알려 줘.",
        )
    return chat.by_level(
        "며칠인지 날짜까지 알려 주세요. '11월 19일'처럼요.", "며칠인지 날짜까지 알려 줘. '11월 19일'처럼."
    )
