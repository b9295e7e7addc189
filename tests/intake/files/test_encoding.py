"""Texts that are no Unicode are read as what they were written in."""

from __future__ import annotations

import pytest

from cxcase.intake.files.csv import read_delimited
from cxcase.intake.files.encoding import likeliest

TEXTS = {
    "de": "Kundennummer;Filiale;Umsatz;Gekündigt\n001;Köln;1.234,50 €;ja\n002;Düsseldorf;9,00 "
    "€;nein\n003;Größe;3;ja\n",
    "fr": "Numéro client;Agence;Résilié\n1;Orléans;oui\n2;Besançon – été;non\n",
    "es": "Número de cliente;Sucursal\n1;Málaga\n2;Coruña\n3;Ávila\n",
    "se": "Kund;Filial;Omsättning\n1;Göteborg;1\n2;Malmö Västra;2\n3;Åre;3\n",
    "pl": "Numer klienta;Oddział;Przychód\n1;Łódź;12\n2;Kraków;13\n3;Gdańsk śródmieście;4\n",
    "ru": "Номер клиента;Филиал\n1;Москва\n2;Санкт-Петербург\n",
    "gr": "Κωδικός πελάτη;Κατάστημα\n1;Αθήνα\n2;Θεσσαλονίκη\n",
    "ar": "رقم العميل;الفرع\n1;الرياض\n2;جدة\n",
    "ja": "顧客番号;店舗;コメント\n1;東京;とても良い\n2;大阪市;まあまあです\n",
    "zh": "客户编号;门店\n1;北京\n2;上海\n",
}
WRITTEN = [
    ("de", "cp1252"), ("de", "mac_roman"), ("de", "cp850"), ("de", "iso8859_15"), ("fr", "cp1252"),
    ("fr", "mac_roman"), ("fr", "cp850"), ("es", "cp1252"), ("es", "mac_roman"), ("es", "cp850"),
    ("se", "cp1252"), ("se", "mac_roman"), ("pl", "cp1250"), ("ru", "cp1251"), ("ru", "koi8_r"),
    ("gr", "cp1253"), ("ar", "cp1256"), ("ja", "shift_jis"), ("zh", "gb18030"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "encoding"), WRITTEN)
def test_a_text_is_read_as_it_was_written(language: str, encoding: str) -> None:
    data = TEXTS[language].encode(encoding, "ignore")
    expected = data.decode(encoding).split("\n")[0].split(";")
    assert data.decode(likeliest(data)) == data.decode(encoding)
    assert list(read_delimited("f.csv", data)[0].rows[0]) == expected


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_never_guessed_at(language: str, encoding: str) -> None:
    rows = read_delimited("f.csv", TEXTS[language].encode(encoding))[0].rows
    assert list(rows[0]) == TEXTS[language].split("\n")[0].split(";")
    assert len(rows) == TEXTS[language].count("\n")
