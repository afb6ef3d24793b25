"""Tells what is never remembered, whoever agreed to it: health, sex, politics, religion, crime, money and secrets.

A small list, wide rather than exact: what it takes by mistake is only not remembered.
"""

import re

from chatbot.builtin.patterns import any_of

_HEALTH = any_of(
    """
    우울 공황 불안_장애 조현 조울 adhd 자폐 치매 당뇨 고혈압 아토피 천식 간질 뇌전증 디스크 암_(?:이|환자|걸|투병|진단|수술)
    (?:위|폐|간|유방|대장|췌장|갑상선|혈액)암 백혈병 hiv 에이즈 간염 결핵 성병 수술 입원 투병 진단 환자
    병원_(?:다녀|다니|다님|가|에_(?:다|가|있)) 정신과 상담_치료 항암 복용 약_먹 장애 임신 유산 낙태 생리 피임 알레르기 알러지
    아파(?!트) 아프(?!리카) 아픈 자해 자살 죽고 중독 혈액형 장기 유전
    """
)
_SEX = any_of(
    """
    섹스 성관계 성욕 야동 게이(?!머|트|지) 레즈 동성애 양성애 트랜스(?!포머) 성소수 퀴어 성폭 성추행 강간 첫_경험 불륜
    바람_(?:피|났)
    """
)
_POLITICS = any_of(
    """
    민주당 국민의_힘 국힘 정의당 정당 보수 진보 좌파 우파 극우 대통령 총선 대선 투표 지지해 페미 일베 탄핵 이재명 윤석열
    """
)
_FAITH = any_of(
    """
    기독교 개신교 천주교 가톨릭 불교 이슬람 무슬림 신천지 여호와 원불교 하나님 하느님 예수 부처 교회 성당 (?<![가-힣])절에 사찰
    목사 신부님 스님 수녀 전도사 신자 종교 무교 무신론 교인 (?<!경)기도
    """
)
_SECRETS = any_of(
    """
    전과 감옥 교도소 범죄 경찰서 소송 빚 대출 연봉 월급 파산 통장 계좌 카드_번호 비밀_번호 비번 패스워드 password 암호 인증_번호
    주민_등록 주민_번호 여권
    """
)
_SENSITIVE = re.compile("|".join((_HEALTH, _SEX, _POLITICS, _FAITH, _SECRETS)), re.IGNORECASE)


def is_sensitive(text: str) -> bool:
    """Tell whether a text touches on what is never remembered."""
    return _SENSITIVE.search(text) is not None
