"""The notation in which the tables of signs and idioms are written, and the word lists that they share.

In a table a space may be missing from what people type, ``…`` is up to twelve characters within one sentence, and
``{name}`` is one word of a list below; all else is a regular expression. A table holds phrases line by line; a line
that begins with | goes on with the one above.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property

# A word that must not end another one looks back behind itself: patterns are fast that begin with a letter.
_LISTS = {
    # who speaks of themselves, or how one speaks of doing it
    "self": "나|난|내가|제가|저|전|저는|나는|나도|저도|나두|내|제",
    "just": "제발|그냥|걍|차라리|이대로|콱|확|빨리|어서|그만|먼저|조용히|혼자|오늘|내일|지금|진짜|정말|같이|한번|당장",
    "often": "또|자꾸|계속|막|매일|맨날|다시|몰래|일부러|결국|살짝|깊게|칼로|세게|오늘도|어제도",
    "other": "친구|아들놈|딸년|동생|언니|오빠|형|누나|엄마|아빠|남편|아내|와이프|딸|아들|애인|남친|여친|남자친구|여자친구|걔|"
    "룸메|선배|후배|제자|학생|동료|부모님|어머니|아버지|할머니|할아버지|이모|삼촌|사촌|조카|지인|아이(?!고)|애",
    # what one could die of, or from
    "medicine": "수면제|수면유도제|진통제|타이레놀|게보린|항우울제|우울증 약|정신과 약|신경안정제|안정제|졸피뎀|두통약|감기약|알약|"
    "약(?<![가-힣]약)",
    "many": "한꺼번|한번에|한 번에|움큼|왕창|잔뜩|과다|몽땅|통째|많이|한 통|두 통|한 봉지|수십|[0-9]{2,} ?[알정개]|"
    "(?:열|스무|서른|마흔|쉰|백)\\w{0,3} [알정개]",
    "poison": "농약|제초제|락스|청산가리|쥐약|살충제|염산|부동액|표백제",
    "rope": "밧줄|노끈|로프|올가미|끈|넥타이|벨트|목줄|줄(?<![가-힣]줄)",
    "edge": "다리|대교|난간|옥상|창문|창틀|창밖|베란다|선로|철로|철길|절벽|한강|높은 데|높은 곳|건물|고층|아파트|육교|[0-9]층",
    "limb": "팔|팔뚝|손목|허벅지|다리|손등|몸|발목|종아리|배|목|얼굴|뺨|머리|가슴|살(?<![가-힣]살)(?=[을에])",
    "blade": "칼날?|커터칼|면도칼|면도날|샤프심?|유리 조각|컴퍼스|가위|송곳|바늘|볼펜|손톱",
    "life": "삶|인생|목숨|명줄|이번 생|내 생|생(?<![가-힣]생)(?=[을은의이도에 ])|사는 거|사는 것|사는 걸",
    # who or what dies in harmless talk
    "animal": "고양이|냥이|강아지|댕댕|멍멍|햄스터|애완|반려|거북|금붕어|물고기|새우|닭|병아리|토끼",
    "pest": "모기|벌레|바퀴|파리|개미|진드기|곰팡이|바이러스|세균|잡초|좀비|몬스터|몹|보스|적군|빌런|악당",
    "thing": "화분|식물|다육|선인장|나무|꽃|토마토|배터리|폰|컴퓨터|노트북|서버|엔진|시동",
    "game": "게임|롤(?<![가-힣]롤)|배그|보스|캐릭|힐러|탱커|정글|라인전|한타|레벨|던전|퀘스트|리스폰|스킬|랭크|타워|포탑",
    # what one does at dangerous places without any danger
    "view": "야경|예쁘|예뻐|예뻤|이쁘|사진|산책|조깅|러닝|달리기|드라이브|막혀|막히|자전거|라이딩|치맥|불꽃|노을|일몰|일출|"
    "빨래|텃밭|커피|카페|파티|루프탑|공연|구경|고기|상추|방울토마토|캠핑|담배|별 보|보름달|뷰|조명|공사|방수",
    "play": "번지|타잔|짜릿|놀이기구|다이빙|스카이|낙하산|수영|계곡|미끄럼|점프|워터|그네|패러|바이킹|파쿠르|소방|구조|영상|"
    "버스에서|기차에서|트럭에서|말에서|침대|소파|의자|담장|담을|계단|책상|식탁|무대|고양이|냥이|강아지",
    "grill": "고기|캠핑|삼겹|바베큐|바비큐|조개|장어|구이|구워|굽|숯|화로|그릴|장작",
    "farewell": "퇴사|퇴직|이직|졸업|전학|제대|전역|이민|유학|출국|장례|무대|콘서트|방송|할머니|할아버지|팀원|동료|회사|사장님|"
    "알바|선생님|경기|대회|수업|회차|시즌|연재|휴가|방학|여행|퇴근|명절|추석|연휴",
    "task": "숙제|과제|업무|일을|일도|청소|빨래|공부|프로젝트|리포트|레포트|시험|작업|레이드|퀘스트|방학|게임|설거지|야근|회의|"
    "보고서|마감|정리|다이어트|운동|회사 일|알바|학원|수업|논문|발표|연재|시즌|공사|훈련|통화|퍼즐|문제|드라마",
}
_NOTATION = r"\[[^]]*\]|\{[a-z]+\}|[ …]"
_NEVER = "(?!)"


@cache
def compiled(table: str, mark: str = "") -> re.Pattern[str]:
    """Return one pattern of those lines of a table that begin with ``mark``, or with none; # begins a remark.

    Compiled once, on first use: importing the framework need not wait for it. Every gap is bounded, so searching takes
    time linear in the text.
    """
    lines = [line.strip() for line in re.sub(r"\n\s*\|", "|", table).splitlines()]
    phrases = [
        line.removeprefix(mark).strip() for line in lines if line and (line[0] if line[0] in "!#" else "") == mark
    ]
    return re.compile(re.sub(_NOTATION, _meaning, "|".join(phrases)) or _NEVER)


@dataclass(frozen=True)
class Sign:
    """Phrases that must be answered: those behind a ! always, the others unless something near them explains them."""

    phrases: str
    unless: str = ""

    @cached_property
    def certain(self) -> re.Pattern[str]:
        """What nothing near it explains away."""
        return compiled(self.phrases, "!")

    @cached_property
    def likely(self) -> re.Pattern[str]:
        """What may have another explanation."""
        return compiled(self.phrases)

    @cached_property
    def explanation(self) -> re.Pattern[str]:
        """What explains it."""
        return compiled(self.unless)


def _meaning(sign: re.Match[str]) -> str:
    if sign[0] == " ":
        return " ?"
    if sign[0] == "…":
        return "[^.!?]{0,12}?"
    if sign[0][0] == "{":
        return f"(?:{re.sub(_NOTATION, _meaning, _LISTS[sign[0][1:-1]])})"
    return sign[0]
