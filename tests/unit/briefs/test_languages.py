from __future__ import annotations

import pytest

from recommender.briefs.languages import language_of, script_of

TEXTS = {
    "en": "The fee applies on weekdays and will be collected by cameras that the city has bought.",
    "de": "Die Gebühr gilt an den Werktagen und wird von der Stadt mit neuen Kameras erhoben.",
    "fr": "Les élus de la ville ont voté une taxe pour les voitures qui passent par le tunnel.",
    "es": "La tasa se cobra en los días de trabajo y el dinero es para los autobuses de la ciudad.",
    "da": "Afgiften gælder på hverdage, og det er ikke til at undgå den, når man skal til byen.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_is_told_by_its_function_words(language: str) -> None:
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "Tunnel", "12 34", "Мэр сказал, что туннель закрыт"])
def test_too_little_or_another_language_tells_none(text: str) -> None:
    assert language_of(text) is None


def test_a_script_is_that_of_most_letters() -> None:
    assert script_of("Мэр Pascoe сказал правду") == "CYRILLIC"
    assert script_of("市长说了") == "CJK"
    assert script_of("12 …") is None
