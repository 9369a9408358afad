"""The table of every sentence that readers are told of briefs, like ``wording``."""

from __future__ import annotations

from collections.abc import Mapping

BRIEF_MESSAGES: Mapping[str, tuple[str, str, str, str]] = {
    "parameter.note.briefs": (
        "A brief may stand for the articles that it sums up: on {percent} % of a page at most.",
        (
            "Eine Kurzmeldung kann an die Stelle der Artikel treten, die sie zusammenfasst, auf "
            "höchstens {percent} % einer Seite."
        ),
        (
            "Une brève peut remplacer les articles qu’elle résume, sur "
            "{percent}\N{NO-BREAK SPACE}% d’une page au plus."
        ),
        "Un breve puede sustituir a los artículos que resume, hasta un {percent} % de la página.",
    ),
    "brief.marks": (
        "What this text is",
        "Was dieser Text ist",
        "Ce qu’est ce texte",
        "Qué es este texto",
    ),
    "brief.meaning.compiled": (
        (
            "A program chose sentences from the sources below and quotes them word for word. All "
            "that it adds is who says them."
        ),
        (
            "Ein Programm hat Sätze aus den Quellen unten ausgewählt und zitiert sie wörtlich. Es "
            "fügt nur hinzu, von wem sie stammen."
        ),
        (
            "Un programme a choisi des phrases dans les sources ci-dessous et les cite mot pour "
            "mot. Il n’ajoute que le nom de leur source."
        ),
        (
            "Un programa eligió frases de las fuentes de abajo y las cita palabra por palabra. "
            "Solo añade quién las dice."
        ),
    ),
    "brief.meaning.generated_with_ai": (
        (
            "A language model wrote it from the sources below. A program compared its names, "
            "numbers, dates and words with them, which does not find every error."
        ),
        (
            "Ein Sprachmodell hat ihn anhand der Quellen unten geschrieben. Ein Programm hat "
            "Namen, Zahlen, Daten und Wörter mit ihnen verglichen, was nicht jeden Fehler findet."
        ),
        (
            "Un modèle de langage l’a écrit à partir des sources ci-dessous. Un programme en a "
            "comparé les noms, nombres, dates et mots avec elles, ce qui ne trouve pas tout."
        ),
        (
            "Un modelo de lenguaje lo escribió a partir de las fuentes de abajo. Un programa "
            "comparó nombres, números, fechas y palabras con ellas, lo que no halla todo error."
        ),
    ),
    "brief.meaning.experimental": (
        "Texts made in this way are on trial and may be wrong: the sources tell more.",
        "Texte dieser Art sind ein Versuch und können Fehler enthalten: Die Quellen sagen mehr.",
        (
            "Les textes faits ainsi sont à l’essai et peuvent contenir des erreurs"
            "\N{NO-BREAK SPACE}: les sources en disent plus."
        ),
        "Los textos hechos así están a prueba y pueden contener errores: las fuentes dicen más.",
    ),
    "brief.meaning.trending": (
        "Many readers open it now.",
        "Viele Leser öffnen ihn gerade.",
        "Beaucoup de lecteurs l’ouvrent en ce moment.",
        "Muchos lectores lo abren ahora.",
    ),
    "brief.same_for_all": (
        "Not customised",
        "Nicht angepasst",
        "Non personnalisé",
        "Sin personalizar",
    ),
    "brief.meaning.same_for_all": (
        "Everybody gets this page as it is: nothing known about you changed it.",
        "Alle bekommen diese Seite so: Nichts, was über Sie bekannt ist, hat sie verändert.",
        (
            "Chacun reçoit cette page telle quelle\N{NO-BREAK SPACE}: rien de ce que l’on sait de "
            "vous ne l’a modifiée."
        ),
        "Todos reciben esta página así: nada de lo que se sabe de usted la ha cambiado.",
    ),
    "brief.published": (
        "Published:",
        "Veröffentlicht:",
        "Publié\N{NO-BREAK SPACE}:",
        "Publicado:",
    ),
    "brief.updated": (
        "Updated (revision {number}):",
        "Aktualisiert (Fassung {number}):",
        "Mis à jour (version {number})\N{NO-BREAK SPACE}:",
        "Actualizado (versión {number}):",
    ),
    "brief.sources": ("Sources", "Quellen", "Sources", "Fuentes"),
    "brief.source": ("Source {number}", "Quelle {number}", "Source {number}", "Fuente {number}"),
    "brief.made": (
        "How it was made",
        "Wie der Text entstand",
        "Comment ce texte a été fait",
        "Cómo se hizo",
    ),
    "brief.made.extractive": (
        (
            "A headline and sentences of {count} sources, chosen and put in order by {system}: the "
            "sentences in quotation marks, each with the name of its source."
        ),
        (
            "Eine Überschrift und Sätze aus {count} Quellen, ausgewählt und geordnet von {system}: "
            "die Sätze in Anführungszeichen, mit dem Namen ihrer Quelle."
        ),
        (
            "Un titre et des phrases de {count} sources, choisis et ordonnés par "
            "{system}\N{NO-BREAK SPACE}: les phrases entre guillemets, avec le nom de leur source."
        ),
        (
            "Un titular y frases de {count} fuentes, elegidos y ordenados por {system}: las frases "
            "van entre comillas, con el nombre de su fuente."
        ),
    ),
    "brief.made.generative": (
        (
            "Written from {count} sources by the language model {system}; each sentence names what "
            "it rests on."
        ),
        (
            "Aus {count} Quellen geschrieben vom Sprachmodell {system}; jeder Satz nennt, worauf "
            "er beruht."
        ),
        (
            "Écrit à partir de {count} sources par le modèle de langage "
            "{system}\N{NO-BREAK SPACE}; chaque phrase nomme ce sur quoi elle repose."
        ),
        (
            "Escrito a partir de {count} fuentes por el modelo de lenguaje {system}; cada frase "
            "nombra en qué se basa."
        ),
    ),
    "brief.data": (
        "This brief as data, with its checks and its history (JSON)",
        "Diese Kurzmeldung als Daten, mit Prüfungen und Verlauf (JSON)",
        "Cette brève en données, avec ses vérifications et son historique (JSON)",
        "Este breve como datos, con sus comprobaciones y su historial (JSON)",
    ),
    "brief.draft": (
        "Revision {number} is a draft that waits for approval. It is not published.",
        "Fassung {number} ist ein Entwurf, der auf Freigabe wartet. Sie ist nicht veröffentlicht.",
        "La version {number} est un brouillon en attente d’approbation. Elle n’est pas publiée.",
        "La versión {number} es un borrador que espera aprobación. No está publicada.",
    ),
    "brief.current": (
        "Revision {number} is the published one.",
        "Fassung {number} ist die veröffentlichte.",
        "La version {number} est celle qui est publiée.",
        "La versión {number} es la publicada.",
    ),
    "brief.former": (
        "This is revision {number} of this brief. A newer one has taken its place.",
        "Dies ist Fassung {number} dieser Kurzmeldung. Eine neuere hat sie ersetzt.",
        "Ceci est la version {number} de cette brève. Une plus récente a pris sa place.",
        "Esta es la versión {number} de este breve. Otra más reciente la ha sustituido.",
    ),
    "brief.withdrawn": (
        "This brief was withdrawn",
        "Diese Kurzmeldung wurde zurückgezogen",
        "Cette brève a été retirée",
        "Este breve ha sido retirado",
    ),
    "brief.withdrawn.when": (
        "It was withdrawn on {when}. Its text is no longer shown here.",
        "Zurückgezogen am {when}. Ihr Text wird hier nicht mehr gezeigt.",
        "Elle a été retirée le {when}. Son texte n’est plus montré ici.",
        "Fue retirado el {when}. Su texto ya no se muestra aquí.",
    ),
    "brief.withdrawn.by_service": (
        "What it rests on, or the brief itself, may no longer be shown.",
        "Worauf sie beruht, oder die Kurzmeldung selbst, darf nicht mehr gezeigt werden.",
        "Ce sur quoi elle repose, ou la brève elle-même, ne peut plus être montré.",
        "Aquello en lo que se basa, o el propio breve, ya no puede mostrarse.",
    ),
    "brief.withdrawn.why": (
        "Reason:",
        "Grund:",
        "Motif\N{NO-BREAK SPACE}:",
        "Motivo:",
    ),
    "brief.missing": (
        "There is no published brief here",
        "Hier ist keine Kurzmeldung veröffentlicht",
        "Aucune brève n’est publiée ici",
        "Aquí no hay ningún breve publicado",
    ),
    "brief.missing.why": (
        "No brief was published at this address, or it is no longer kept.",
        "Unter dieser Adresse wurde keine veröffentlicht, oder sie wird nicht mehr aufbewahrt.",
        "Aucune n’a été publiée à cette adresse, ou elle n’est plus conservée.",
        "No se publicó ninguno en esta dirección, o ya no se conserva.",
    ),
}
"""Sentence by key, in the order of ``LANGUAGES``."""
