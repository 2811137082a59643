"""A mail relay on loopback: aiosmtpd, which demands STARTTLS and a password, and writes each e-mail to standard output as a line of JSON.

Usage: relay.py PORT CERTIFICATE KEY USER PASSWORD
"""

import email
import email.policy
import json
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

PORT, CERTIFICATE, KEY, USER, PASSWORD = sys.argv[1:]


class Inbox:
    """Keeps nothing, and says what came."""

    async def handle_DATA(self, _server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        said = {
            "to": envelope.rcpt_tos,
            "from": envelope.mail_from,
            "id": message["message-id"],
            "subject": message["subject"],
            "text": message.get_content(),
            "tls": session.ssl is not None,
        }
        print(json.dumps(said), flush=True)
        return "250 kept"


def authenticate(_server, _session, _envelope, _mechanism, data):
    """Lets one user in."""
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
Controller(
    Inbox(),
    hostname="127.0.0.1",
    port=int(PORT),
    tls_context=context,
    require_starttls=True,
    auth_required=True,
    authenticator=authenticate,
).start()
print(json.dumps({"ready": True}), flush=True)
while True:
    time.sleep(3600)
