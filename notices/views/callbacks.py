"""Where providers tell of replies and receipts: public; signed, or known by a secret address."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notices import links, sealing, workflow
from notices.channels.uplink import LONGEST, Arrived, Unsigned
from notices.models import Channel


# Its authority is the token in the address and, where the provider signs, the signature.
@csrf_exempt
@never_cache
@require_POST
def callback(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """One push of a channel's provider. Whatever it means, the provider gets what it expects: only
    a wrong signature is refused, and only a secret that cannot be opened is asked for again."""
    if not constant_time_compare(token, links.callback_token(pk)):
        raise Http404
    channel = Channel.objects.filter(pk=pk).first()
    hearing = channel.made_of.hearing if channel is not None else None
    if channel is None or hearing is None:
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return JsonResponse(hearing.answer(_("内容太长。")), status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        told = hearing.hear(channel.line, Arrived(request.body, headers))
    except sealing.CannotOpen:
        return JsonResponse(hearing.answer(_("暂时不能处理，请稍后再发。")), status=503)
    except Unsigned:
        return JsonResponse(hearing.answer(_("签名不对或已经过期。")), status=403)
    sentences = [workflow.hear(channel, said) for said in told]
    return JsonResponse(hearing.answer(" ".join(dict.fromkeys(filter(None, sentences)))))
