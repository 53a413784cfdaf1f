"""The broadcast text: read out in the halls. Times are in words, so that nobody stumbles.

Its length is measured: characters that are spoken (no marks, no blanks) at 180 a minute, which is
how a calm voice reads in a loud hall; English by 130 words a minute.
"""

import math

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences, flowing
from notices.surfaces.surface import Line

RATES = {"zh": 180, "en": 130}


@surface("broadcast", gettext_lazy("广播稿"), gettext_lazy("广播里慢慢读两遍"))
def broadcast(say: Sentences) -> Made:
    say = say.aloud()
    heading = _("各位患者、各位家属，请注意。")
    if say.is_closed:
        said = [say.heading, say.outcome]
    else:
        said = [
            *(say.affected, say.correction, say.planned, say.advice, say.where),
            *(say.emergency, say.expected, say.next_update),
        ]
    body = flowing([*said, _("谢谢您的理解。")], say.language)
    rate = RATES[say.language]
    length = spoken_length(heading + " " + body, say.language)
    seconds = math.ceil(length * 60 / rate)
    return heading, [Line("body", body)], {"seconds": seconds, "rate": rate, "characters": length}


def spoken_length(text: str, language: str) -> int:
    """How much there is to say: characters without marks and blanks, or words."""
    if language == "en":
        return len(text.split())
    return sum(character.isalnum() for character in text)
