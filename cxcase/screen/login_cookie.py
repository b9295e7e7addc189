"""What a login leaves in the browser: who somebody is, and nothing else the provider said.

Streamlit keeps all claims and both tokens in cookies, a few KB that every request carries; a proxy
in front, which often takes 4 KB of headers, then refuses them, and nobody gets in or out.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from streamlit.web.server.starlette import starlette_auth_routes

_KEPT = {
    *("iss", "sub", "iat", "name", "preferred_username", "email", "email_verified"),
    *("origin", "is_logged_in", "provider"),  # Streamlit's own
}
_set = starlette_auth_routes._set_auth_cookie


async def _set_small(response: Response, user_info: dict[str, Any], tokens: dict[str, Any]) -> None:
    kept = {name: value for name, value in user_info.items() if name in _KEPT}
    await _set(response, kept, {})


def keep_small() -> None:
    """From now on a login's cookies hold no more than is asked for."""
    starlette_auth_routes._set_auth_cookie = _set_small
