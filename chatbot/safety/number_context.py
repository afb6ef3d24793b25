"""What stands around a number and says what it is: 계좌, 주문번호, 원. Knows nothing of the numbers themselves.

No look goes past another number, so what a number is does not hang on whether its neighbour has been masked.
"""

import re

from chatbot.safety.spans import WALL

FIRST = r"(?<![0-9\0].)(?<![0-9A-Za-z\0]-.)(?<![0-9\0][.,].)"
"""Right behind a number's first digit: not inside another number, a decimal fraction or a longer code.

Behind and not in front, for a pattern that begins with a lookbehind is tried at every character of a text.
"""
OVER = r"(?![0-9\0])(?!-[0-9A-Za-z\0])"
"""Ends a number likewise; a full stop or a comma may follow."""

_REACH_BEFORE, _REACH_BEHIND = 30, 16
_OTHER = (
    r"주문|송장|운송장?|배송|택배|등기|접수|예약|예매|관리|문서|사건|상품권?|제품|모델|품목|부품|일련|쿠폰|핀|승인|회원|고객|인증"
    r"|(?:법인|사업자)(?:\s?등록)?|특허|출원|수험|대기|발권|티켓|항공권|거래|친구|추적|참조|신청|공고|허가|기기|상담|계약|증권|보험"
    "|청구|납부|고지서?|차대|계량기?|가입자?|도서|영수증|계산서|견적|발주|입고|재고|반품|교환|환불|문의|좌석|식별|고유|결제|발급"
    "|처방전?|환자|진료|자격증|졸업|수강|과목|논문|과제|민원|신고|작업|이슈|빌드|게시글|게시물|화물|컨테이너|비행|게임"
)
_LABEL = re.compile(
    rf"""(?P<other>(?:{_OTHER})\ ?(?:번호|코드|넘버|조회|[nN][oO]\b)
        |ISBN|ISSN|바코드|송장|운송장|학번|사번|군번|쿠폰|시리얼|버전|타임스탬프|timestamp|대한통운|품번|기프트|기프티콘)
    |(?P<account>계좌|통장|입금|송금|이체|은행|뱅크|예금|적금|카뱅|토뱅|케뱅|농협|신협|수협|축협|새마을|우체국|토스|증권
        |돈\ ?보내|부쳐|\b(?:KB|NH|IBK|SC|MG|KDB)(?![A-Za-z]))
    |(?P<resident>주민|민번|민증|외국인\ ?등록|등록증)
    |(?P<card>카드|비자|마스터|아멕스|\b(?:card|visa)\b)
    |(?P<phone>전화|전번|연락처|휴대폰|핸드폰|폰\ ?번호)
    |(?P<passport>여권|passport)
    |(?P<licence>면허)""",
    re.VERBOSE | re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\s?(?:원(?!래)|달러|만\s?[원명개회]|억|엔|골드|포인트|(?:개|명|점|회|번)(?:[을를이은도\s.,!?]|$))"
)
_NO_DIGIT = re.compile("[^0-9]")
_NO_NUMBER = re.compile(rf"[^0-9{WALL}]*")
_DEVICE = re.compile(r"(?<![A-Za-z])(?:tel|hp|phone|mobile|cell|[tpmh]|kb|nh|ibk|sc|mg)$", re.IGNORECASE)


def label_before(plain: str, start: int) -> str | None:
    """Return what the nearest word in front says a number is: "account", "phone", ..., "other"; ``None`` if none does."""
    words = before(plain, start)
    labels = [found.lastgroup for found in _LABEL.finditer(words)] if len(words) > 1 else []
    return labels[-1] if labels else None


def label_behind(plain: str, end: int) -> str | None:
    """Return what the nearest word behind says a number is, like ``label_before``."""
    words = behind(plain, end)
    found = _LABEL.search(words) if len(words) > 1 else None
    return found.lastgroup if found else None


def before(plain: str, start: int) -> str:
    """Return what stands between a number and the one in front of it, at most 30 characters."""
    window = plain[max(0, start - _REACH_BEFORE) : start]
    between = _NO_NUMBER.match(window[::-1])
    return window[len(window) - between.end() :] if between else ""


def behind(plain: str, end: int) -> str:
    """Return what stands between a number and the next, at most 16 characters."""
    between = _NO_NUMBER.match(plain, end, end + _REACH_BEHIND)
    return between[0] if between else ""


def is_amount(plain: str, end: int) -> bool:
    """Tell whether a unit follows that makes a number an amount: 원, 명, 점."""
    return _AMOUNT.match(plain, end) is not None


def is_in_code(plain: str, start: int) -> bool:
    """Tell whether a letter stands right in front, as in product codes; the ones of "tel", "HP" or "KB" do not count."""
    if not start or not (plain[start - 1].isascii() and plain[start - 1].isalpha()):
        return False
    return _DEVICE.search(plain[max(0, start - 8) : start]) is None


def digits_of(written: str) -> str:
    """Return the digits of a number as it was written."""
    return written if written.isdecimal() else _NO_DIGIT.sub("", written)
