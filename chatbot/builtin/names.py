"""Tells Korean given names and titles from other words. A guess from syllables: it knows no register of names."""

from chatbot.builtin.patterns import words

_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육맹제탁국"
)
_SYLLABLES = frozenset(
    "민수지은영철희현준서연우진호성윤하아린예채원유나주혜정미경숙자옥순선빈승재훈석태환동규건도율시후찬혁범국식용광기대상종인한"
    "별솔봄온을늘라루리이소세슬새빛겸균근담란람령림명무문배병복봉비산섭송신안애언엽완욱웅월의익일조중창천춘충필학향형홍화효휘흥슬찬"
)
_NOUNS = words(
    """
    수영 연애 영화 만화 동화 문화 소화 평화 기대 의상 상상 신문 전화 인정 사정 정상 주소 지하 하수 상하 동상 이상 대상 환상 인상
    한명 예순 이하 지금 소리 우리 요리 나라 나이 아이 도시 다시 시선 시원 화상 호수 대학 의학 화학 문학 수학 유학 과학 입학
    안주 소주 맥주 우주 연주 전주 경주 제주 광주 상주 원주 청주 진주 여주 나주 파주 공주 이천 인천 춘천 서산 부산 안산 아산 마산
    용인 수원 안성 화성 대구 여수 순천 성남 하남 동해 대전 세종 강화 영월 문경 경산 미국 영국 태국 한국 중국 일본 인도 호주
    주인 상인 시인 은행 은하 기린 원시 민원 병원 공원 학원 회원 직원 소원 응원 의자 선수 교수 가수 조용 한식
    중식 일식 주식 의식 상식 소식 무식 형식 정식 국수 미인 애인 이성 동성 인성 한의 조건 의미 재미 거미 개미 미소 미래 도미 인화
    조금 아직 일단 한번 정말 이미 자주 가끔 미정 무의미 김치 이유 이미지 고민 시골 서울 시민 주민 국민 서민 이민 유민
    진지 지진 사진 추진 자진 매진 한숨 숙제 문제 경제 국제 언제 이제 어제 주제 축제 형제 소설 도라 자리 소녀 소년 미녀 여자 남자
    천재 인재 존재 현재 소재 산재 화재 국어 영어 한글 고기 여기 저기 거기 이기 장기 경기 인기 용기 일기 위기 감기 중기 동기 시기
    """
)
_TITLES = tuple(
    words(
        """
        님 씨 오빠 누나 언니 형 형아 선생 쌤 샘 이모 삼촌 고모 할머니 할아버지 아저씨 아줌마 엄마 아빠 사장 대표 대리 과장 부장
        팀장 선배 후배 자기 여보 공주 왕자 대장 친구
        """
    )
)


def is_name(word: str) -> bool:
    """Tell whether a word looks like a given name, with or without a surname: "민수", "김민수"."""
    if word in _NOUNS or word[1:] in _NOUNS:
        return False
    if len(word) == 3 and word[0] not in _SURNAMES:
        return False
    return len(word) in (2, 3) and _SYLLABLES.issuperset(word[-2:])


def is_title(word: str) -> bool:
    """Tell whether a form of address needs no 님 and no 아 or 야: "누나", "민수 씨", "김 대리"."""
    return word.endswith(_TITLES)
