"""Text messages by Aliyun (`SendSms` of 2017-05-25, signed with ACS3-HMAC-SHA256).

Each kind of notice needs a text that Aliyun has looked through (`docs/sms.md`). What has none is
refused here, so an operator chooses by them what is sent.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from django.conf import settings

from people.sms import SmsAway, SmsRefused, SmsUnclear, Text

ALGORITHM = "ACS3-HMAC-SHA256"
ACTION = "SendSms"
VERSION = "2017-05-25"
NO_BODY = hashlib.sha256(b"").hexdigest()


def send(text: Text) -> str:
    """Ask Aliyun to send a text message; return its `BizId`.

    Raises:
        SmsAway: it could not be reached, or is asked too often.
        SmsRefused: it will not send this, or there is no text for its kind.
        SmsUnclear: the answer was lost, or is none.
    """
    template = settings.SMS_ALIYUN_TEMPLATES.get(text.kind)
    if not template:
        raise SmsRefused("no_template")
    query = _query(
        {
            "OutId": text.reference,
            "PhoneNumbers": text.phone,
            "SignName": settings.SMS_ALIYUN_SIGN_NAME,
            "TemplateCode": template,
            "TemplateParam": json.dumps(dict(text.values), ensure_ascii=False),
        }
    )
    status, body = _ask(query)
    return _receipt(status, body)


def _query(parameters: dict[str, str]) -> str:
    """Write parameters as they are signed: sorted, and all but plain letters escaped."""
    return "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in sorted(parameters.items())
    )


def _ask(query: str) -> tuple[int, bytes]:
    """Call once. Until the line stands nothing was sent; afterwards nobody can say."""
    address = urlsplit(settings.SMS_ALIYUN_ADDRESS)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    line = kind(address.netloc, timeout=settings.SMS_TIMEOUT)
    try:
        line.connect()
    except OSError:
        # Without what it says, here and below: it may quote the request.
        raise SmsAway from None
    try:
        line.request("POST", f"/?{query}", headers=_signed(address.netloc, query))
        response = line.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException):
        raise SmsUnclear from None
    finally:
        line.close()


def _signed(host: str, query: str) -> dict[str, str]:
    """Return the headers of a call, with the signature over it."""
    now = datetime.datetime.now(datetime.UTC)
    headers = {
        "host": host,
        "x-acs-action": ACTION,
        "x-acs-content-sha256": NO_BODY,
        "x-acs-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid4().hex,
        "x-acs-version": VERSION,
    }
    return headers | {"Authorization": authorization(headers, query)}


def authorization(headers: dict[str, str], query: str) -> str:
    """Sign a POST without a body to "/"."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    request = f"POST\n/\n{query}\n{lines}\n{names}\n{NO_BODY}"
    signed = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = settings.SMS_ALIYUN_KEY_SECRET.encode()
    signature = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
    credential = settings.SMS_ALIYUN_KEY_ID
    return f"{ALGORITHM} Credential={credential},SignedHeaders={names},Signature={signature}"


def _receipt(status: int, body: bytes) -> str:
    try:
        answer: dict[str, Any] = json.loads(body)
        code = str(answer["Code"])
    except (ValueError, KeyError, TypeError):
        raise SmsUnclear from None
    if code == "OK":
        return str(answer.get("BizId", ""))
    if code.startswith("Throttling"):
        raise SmsAway
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SmsUnclear
    raise SmsRefused(code)
