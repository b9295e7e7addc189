"""How many customers must stay, of how many at risk, as every page, slide and note says it."""

from __future__ import annotations

from typing import Literal

from cxcase.report import words

Form = Literal["stay", "staying"]  # "4 of the 27 … stay", "4 of the 27 … staying"

_OF: dict[Form, tuple[str, str]] = {  # form -> the words for one customer, and for several
    "stay": ("customers.stay.of_one", "customers.stay.of"),
    "staying": ("customers.staying.of_one", "customers.staying.of"),
}
_PLAIN: dict[Form, tuple[str, str]] = {
    "stay": ("customers.stay.plain_one", "customers.stay.plain"),
    "staying": ("customers.staying.plain_one", "customers.staying.plain"),
}
_TOO_MANY: dict[Form, str] = {
    "stay": "customers.stay.too_many",
    "staying": "customers.staying.too_many",
}


def customers_to_keep(n: int, at_risk: float | None, form: Form = "stay") -> str:
    """So many customers a year, of those at risk where these are known.

    Where more must stay than leave, that not even all of them would be enough.
    """
    if out_of_reach(n, at_risk):
        return words.say(_TOO_MANY[form], n=n, of=at_risk)
    one, several = (_OF if at_risk else _PLAIN)[form]
    return words.say(one if n == 1 else several, n=n, of=at_risk)


def out_of_reach(n: int, at_risk: float | None) -> bool:
    """True where more customers must stay than leave."""
    return bool(at_risk) and n > round(at_risk or 0.0)
