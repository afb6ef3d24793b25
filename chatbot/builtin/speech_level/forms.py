"""The ways in which people ask to be talked to otherwise, as patterns of whole clauses. Knows nothing of messages.

They are texts, to be compiled when they are needed (``patterns.compiled``).
"""

from chatbot import SpeechLevel
from chatbot.builtin.patterns import any_of, please, please_not, words

_LEAD = rf"""(?:{
    any_of(
        "그럼 그러면 이제 이젠 우리 그냥 앞으로 앞으론 앞으로는 이제부터 이제부턴 지금부터 오늘부터 나한테 나한텐 나한테는"
        " 저한테 저한텐 저한테는 제발 좀 음 아 어 응 네 예 넵 넹 그래 그래요 그러자 좋아 좋아요 오케이 ㅇㅇ ㅇㅋ 근데"
        " 그리고 참 다시 너도 서로 친구처럼 계속 저기 단둘이 안녕 어색하니까 어색한데 딱딱하니까 불편하니까 친해졌으니까 친구니까"
    )
}[ ,]*)*"""
_LITTLE = rf"(?:{any_of('좀 그냥 서로 우리 이제 편하게 다 너무 더 제발 그만')} ?)*"
_TALK = rf"(?:{any_of('얘기 이야기 말 말씀 대화 대답 답 채팅')}(?:을|도)? ?)?"
_CASUAL = "(?:반말|평어|예사말)"
_POLITE = "(?:존댓말|존대말|존뎃말|높임말|경어|존대|해요체)"
_AS = rf"{any_of('로 으로 을 를 은 는 도 로도 로만')}? ?"
_DO = "|".join((please("해", "하"), please("써", "쓰"), please("바꿔", "바꾸"), please("가", "가")))
_NOT_DO = "|".join((please_not("해", "하"), please_not("써", "쓰")))
_DROP_LEVEL = "|".join(
    (please("놔", "놓"), please("놓아", "놓"), please("까", "까"), please("터", "트"), please("낮춰", "낮추"))
)
_EASILY = "(?:편하게|편히|편안하게)"
_SPEECH = "(?:말|말씀)(?:을|은|도)?"
_MY = "(?:(?:난|나는|저는|전) )?"
_LIKED = rf"(?:이|가|은|는|로 하는 게)? ?(?:더 )?{any_of('좋아 좋아요 좋은데 좋겠어 좋겠어요 편해 편해요 편한데 나아 나아요')}"
_HATED = rf"""(?:은|는|이|가)? ?(?:(?:좀|너무|별로|정말) )?{
    any_of(
        "싫어 싫어요 싫은데 불편해 불편해요 불편한데 부담스러워 부담스러워요 그만 그만해 그만해요 됐어 필요_없어 필요_없어요"
    )
}"""
_WELL = "(?:공손하게|정중하게|예의 ?바르게|예의 ?있게|예의 ?갖춰서?)"
_CASUAL_FORMS = (
    rf"{_CASUAL}{_AS}{_LITTLE}{_TALK}(?:{_DO})",
    rf"{_CASUAL}(?:로| 모드| 모드로| ㄱㄱ| ㄱ| 콜)",
    rf"{_SPEECH} ?{_LITTLE}(?:{_DROP_LEVEL})",
    rf"{_SPEECH} ?{_LITTLE}{_EASILY} ?{please('해', '하')}",
    rf"{_LITTLE}{_EASILY} ?(?:말|얘기|이야기|대화|말씀)(?:을|도)? ?{please('해', '하')}",
    rf"{_POLITE}{_AS}{_LITTLE}{_TALK}(?:{_NOT_DO})",
    rf"{_POLITE}{_HATED}",
    rf"{_MY}{_CASUAL}{_LIKED}",
    rf"{_SPEECH} ?{please_not('높여', '높이')}",
)
_POLITE_FORMS = (
    rf"{_POLITE}{_AS}{_LITTLE}{_TALK}(?:{_DO})",
    rf"{_POLITE}(?:로| 모드| 모드로| 콜)",
    rf"{_SPEECH} ?{_LITTLE}{please('높여', '높이')}",
    rf"{_WELL} ?(?:말|얘기|이야기|대화|대답) ?{please('해', '하')}",
    rf"{_CASUAL}{_AS}{_LITTLE}{_TALK}(?:{_NOT_DO})",
    rf"{_CASUAL}{_HATED}",
    rf"{_SPEECH} ?{_LITTLE}(?:{please_not('놔', '놓')}|{please_not('까', '까')})",
    rf"{_MY}{_POLITE}{_LIKED}",
)
LEVELS = (
    (SpeechLevel.CASUAL, (f"{_LEAD}(?:{'|'.join(_CASUAL_FORMS)})")),
    (SpeechLevel.POLITE, (f"{_LEAD}(?:{'|'.join(_POLITE_FORMS)})")),
)
"""Requests."""

_WILL = any_of(
    r"해_줄래 해_줄래요 해_주실래요 해_주시겠어요 해_줄_수_있\w+ 해_주실_수_있\w+ 해_주면_안_(?:돼|될까|되나|돼요|될까요)"
    r" 하자 할까 할까요 할래 할래요 하실래요 하면_안_(?:될까|될까요) 하는_(?:게|건)_어때(?:요)? 써_줄래 써_줄래요 쓸까 쓸래"
    r" 써_주실래요 써_주시겠어요"
)
_WILL_DROP = any_of("놓자 놓을까 놓을래 놓을까요 놓을래요 놓으실래요 깔까 깔래 놓는_(?:게|건)_어때(?:요)?")
PROPOSALS = (
    (
        SpeechLevel.CASUAL,
        (
            rf"{_LEAD}(?:{_CASUAL}{_AS}{_TALK}{_WILL}|{_SPEECH} ?{_LITTLE}(?:{_WILL_DROP}|{_EASILY} ?{_WILL})"
            rf"|{_EASILY} ?(?:말|얘기|이야기) ?{_WILL})"
        ),
    ),
    (SpeechLevel.POLITE, (rf"{_LEAD}{_POLITE}{_AS}{_TALK}{_WILL}")),
)
"""Requests that are asked."""

LEAVE = (
    rf"{_LEAD}(?:(?:나|나도|내가|저|저도|제가) ?)?(?:{_CASUAL}{_AS}{_TALK}(?:해도|써도)|{_SPEECH} ?{_LITTLE}(?:놔도|놓아도"
    rf"|{_EASILY} ?해도)|{_EASILY} ?(?:말|얘기|이야기)해도) ?"
    rf"{any_of('돼 되나 될까 되나요 될까요 돼요 되지 되죠 괜찮아 괜찮아요 괜찮을까 괜찮을까요 괜찮나요')}[ ~]*\?+[ ?ㅋㅎㅠ~]*"
)
"""Asks if one may talk casually oneself."""

_ROLES = any_of(
    "대리 과장 차장 부장 팀장 사장님? 대표님? 선생님 쌤 님 씨 오빠 형 누나 언니 이모 삼촌 공주님? 왕자님? 대장님?"
    " 할머니 할아버지 엄마 아빠"
)
_NAME = rf"(?P<name>[\"'“‘][^\"'”’]{{1,20}}[\"'”’]이?|[가-힣A-Za-z0-9][가-힣A-Za-z0-9._-]{{0,19}}?(?: {_ROLES})?)"
_LINK = r" ?라고? ?"
_ME = rf"""(?P<me>{
    any_of(
        "나를 날 저를 절 나는 난 저는 전 나 저 (?:내|제)_이름은 이름은 (?:내|제)_이름을 호칭은 호칭을 나한테는? 저한테는? 저한텐"
    )
} ?)?"""
_SO = rf"(?:{any_of('그냥 앞으로 앞으로는 이제 이제부터 편하게 꼭 다시 좀')} ?)*"
_CALLING = please("불러", "부르")

CALL = (
    rf"{_LEAD}(?:{_ME}{_SO}{_NAME}{_LINK}{_SO}{_CALLING}"
    rf"|호칭(?:은|을)? ?(?P<title>[가-힣A-Za-z0-9]{{1,20}}?)(?:으로|로) ?(?:{please('해', '하')}|{please('바꿔', '바꾸')}))"
)
"""Asks to be called something."""
INTRODUCED = rf"{_LEAD}{_ME}{_SO}{_NAME}{_LINK}{any_of('해 해요 합니다 하는데 하는데요 해용 한다 하고요 불려 불려요')}"
"""Says what one is called."""
NOT_CALL = (
    rf"{_LEAD}{_ME}(?:(?:{_NAME}{_LINK}|그렇게 ?|(?:내 |제 )?(?:이름|호칭|별명)(?:으로|을|은)? ?)(?:은|는)? ?{_SO}"
    rf"{please_not('불러', '부르')}|호칭(?:은|을|는)? ?{_SO}(?:{please('빼', '빼')}|{please('떼', '떼')}"
    rf"|{please('없애', '없애')}|{please('지워', '지우')}|필요 ?없어(?:요)?|쓰지 ?(?:마|마요|마세요|말아 ?줘|말아 ?주세요))"
    rf"|(?:호칭|이름)(?:은|을)? ?(?:빼고|없이|떼고) ?{_TALK}(?:{please('해', '하')}|{_CALLING}))"
)
"""Asks not to be called something, or anything."""
NO_NAMES = words(
    "뭐 뭘 무엇 뭐뭐 누구 어떻게 어떤 그렇게 이렇게 저렇게 아무렇게 나 너 저 걔 얘 쟤 이거 저거 그거 이것 그것 이름 별명 그 이"
    " 아무거 아무거나 다들 모두 사람들 좋다 싫다 있다 없다 아니 네 응"
)
I_AM = rf"{_LEAD}(?P<named>(?:내|제|나의|저의) ?이름은? ?|이름은 )?(?:(?:나는|난|나|저는|전|저) ?)?(?P<word>[가-힣A-Za-z]{{2,14}})"
GREETING = any_of(
    "안녕 안녕하세요 하이 ㅎㅇ 헬로 hi hello 반가워 반가워요 반갑습니다 고마워 고마워요 감사해요 감사합니다"
    " (?:잘_)?(?:부탁해|부탁해요|부탁드려요|부탁합니다) 응+ 네+ 예 넵 넹 그래 그래요 좋아 좋아요 음+ 아+ 어+ 참 야 저기"
    " 미안 미안해 미안해요 어색해 어색하다 어색하네 딱딱해 편하게 제발 플리즈 오케이 ㅇㅋ ㅇㅇ"
)
YES = rf"(?:{any_of('응+ 네+ 예 넵 넹 그래 그럼')} )?" + any_of(
    "응+ 네+ 예 넵 넹 그래 그래요 그럼 그럼요 ㅇㅇ ㅇㅋ 오케이 당연하지 당연하죠 물론 물론이지 물론이죠 좋아 좋아요 좋지 좋죠"
    " 괜찮아 괜찮아요 괜찮지 상관_없어 상관_없어요 편한_대로_(?:해|해요|하세요) 편하게"
    " 편하게_(?:해|해요|하세요|하자|하셔도_돼요)"
    " 마음대로_(?:해|하세요) 맘대로_(?:해|하세요) 돼 돼요 됩니다 해도_돼 해도_돼요 하셔도_돼요"
)
"""Agrees to being talked to casually; only where it was asked."""
NO = rf"(?:{any_of('아니 아니요 아뇨')} )?" + any_of(
    "아니 아니요 아뇨 아니오 ㄴㄴ 싫어 싫어요 (?:그냥_)?존댓말(?:이요|로)?(?:_해|_해요|_하세요|_해_주세요)?"
    " 존댓말이_(?:더_)?(?:좋아|편해)요?"
    " 지금처럼(?:_해|_해요|_하세요|_해_주세요)? 지금이_좋아요? 안_돼요? 아직은_좀"
)
"""Does not agree; likewise."""
