"""The names of months and weekdays in Danish, English, French, German and Spanish."""

from __future__ import annotations

from typing import Final

MONTHS: Final = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio "
    "julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
"""To each language's tag its months, January first, spelt as inside a sentence."""

_SHORT = (
    "jan jänner janvier",
    "feb févr fevrier",
    "mar marz",
    "apr avr",
    "",
    "jun",
    "jul",
    "aug aout",
    "sept sep",
    "oct okt",
    "nov",
    "dec dez decembre",
)
"""Other spellings of each month: short, Austrian, without accents."""

_WEEKDAYS = (
    "monday montag lundi lunes mandag",
    "tuesday dienstag mardi martes tirsdag",
    "wednesday mittwoch mercredi miércoles miercoles onsdag",
    "thursday donnerstag jeudi jueves torsdag",
    "friday freitag vendredi viernes fredag",
    "saturday samstag sonnabend samedi sábado sabado lørdag",
    "sunday sonntag dimanche domingo søndag",
)

MONTH_NUMBER: Final = {
    name.lower(): number
    for number, (short, *names) in enumerate(
        zip(_SHORT, *(months.split() for months in MONTHS.values()), strict=True), 1
    )
    for name in (*names, *short.split())
}
"""To each month's name in small letters its number, January's being 1."""

WEEKDAY_NUMBER: Final = {
    name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()
}
"""To each weekday's name in small letters its number, Monday's being 0."""
