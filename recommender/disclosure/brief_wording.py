"""The table of every sentence that readers are told of briefs, like ``wording``."""

from __future__ import annotations

from collections.abc import Mapping

BRIEF_MESSAGES: Mapping[str, tuple[str, str, str, str]] = {
    "parameter.note.briefs": (
        "A brief may stand for the articles that it sums up: on {percent} % of a page at most.",
        "Eine Kurzmeldung kann für ihre Artikel stehen, auf höchstens {percent} % einer Seite.",
        "Une brève peut remplacer les articles qu’elle résume, sur {percent} % d’une page au plus.",
        "Una breve puede sustituir a los artículos que resume, hasta un {percent} % de la página.",
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
            "fügt nur hinzu, von wem sie sind."
        ),
        (
            "Un programme a choisi des phrases dans les sources ci-dessous et les cite mot pour "
            "mot. Il n’ajoute que le nom de qui les dit."
        ),
        (
            "Un programa eligió frases de las fuentes de abajo y las cita palabra por palabra. "
            "Solo añade quién las dice."
        ),
    ),
    "brief.meaning.generated_with_ai": (
        (
            "A language model wrote it from the sources below. A program checked every sentence"
            " against them before it was published."
        ),
        (
            "Ein Sprachmodell hat ihn aus den Quellen unten geschrieben. Ein Programm hat jeden"
            " Satz an ihnen geprüft, bevor er veröffentlicht wurde."
        ),
        (
            "Un modèle de langage l’a écrit à partir des sources ci-dessous. Un programme a "
            "vérifié chaque phrase avec elles avant la publication."
        ),
        (
            "Un modelo de lenguaje lo escribió a partir de las fuentes de abajo. Un programa "
            "comprobó cada frase con ellas antes de publicarlo."
        ),
    ),
    "brief.meaning.experimental": (
        "Texts made in this way are on trial and may be wrong: the sources tell more.",
        "Texte dieser Art sind ein Versuch und können falsch sein: Die Quellen sagen mehr.",
        "Les textes faits ainsi sont à l’essai et peuvent être faux : les sources en disent plus.",
        "Los textos hechos así están a prueba y pueden ser erróneos: las fuentes dicen más.",
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
        "Chacun reçoit cette page telle quelle : rien de ce que l’on sait de vous ne l’a changée.",
        "Todos reciben esta página así: nada de lo que se sabe de usted la ha cambiado.",
    ),
    "brief.published": ("Published", "Veröffentlicht", "Publié", "Publicado"),
    "brief.updated": (
        "Updated (revision {number})",
        "Aktualisiert (Fassung {number})",
        "Mis à jour (version {number})",
        "Actualizado (versión {number})",
    ),
    "brief.sources": ("Sources", "Quellen", "Sources", "Fuentes"),
    "brief.source": ("Source {number}", "Quelle {number}", "Source {number}", "Fuente {number}"),
    "brief.made": ("How it was made", "Wie er entstand", "Comment il a été fait", "Cómo se hizo"),
    "brief.made.extractive": (
        (
            "A headline and sentences of {count} sources, chosen and put in order by {system}, "
            "version {version}: the sentences in quotation marks, with the names of who wrote them."
        ),
        (
            "Eine Überschrift und Sätze aus {count} Quellen, ausgewählt und geordnet von {system}, "
            "Version {version}: die Sätze in Anführungszeichen, mit den Namen derer, von denen sie "
            "sind."
        ),
        (
            "Un titre et des phrases de {count} sources, choisis et ordonnés par {system}, version "
            "{version} : les phrases entre guillemets, avec les noms de qui les a écrites."
        ),
        (
            "Un titular y frases de {count} fuentes, elegidos y ordenados por {system}, versión "
            "{version}: las frases entre comillas, con los nombres de quienes las escribieron."
        ),
    ),
    "brief.made.generative": (
        (
            "Written from {count} sources by the language model {system}, version {version}; "
            "each sentence names what it rests on."
        ),
        (
            "Aus {count} Quellen geschrieben vom Sprachmodell {system}, Version {version}; "
            "jeder Satz nennt, worauf er beruht."
        ),
        (
            "Écrit à partir de {count} sources par le modèle de langage {system}, version "
            "{version} ; chaque phrase nomme ce sur quoi elle repose."
        ),
        (
            "Escrito a partir de {count} fuentes por el modelo de lenguaje {system}, versión "
            "{version}; cada frase nombra en qué se basa."
        ),
    ),
    "brief.data": (
        "This brief as data, with its checks and its history (JSON)",
        "Diese Kurzmeldung als Daten, mit Prüfungen und Verlauf (JSON)",
        "Cette brève en données, avec ses vérifications et son historique (JSON)",
        "Esta breve como datos, con sus comprobaciones y su historial (JSON)",
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
        "Dies ist Fassung {number} dieser Kurzmeldung. Eine neuere steht an ihrer Stelle.",
        "Ceci est la version {number} de cette brève. Une plus récente a pris sa place.",
        "Esta es la versión {number} de esta breve. Una más nueva ha tomado su lugar.",
    ),
    "brief.withdrawn": (
        "This brief was withdrawn",
        "Diese Kurzmeldung wurde zurückgezogen",
        "Cette brève a été retirée",
        "Esta breve fue retirada",
    ),
    "brief.withdrawn.when": (
        "It was withdrawn on {when}. Its text is no longer shown here.",
        "Sie wurde zurückgezogen: {when}. Ihr Text wird hier nicht mehr gezeigt.",
        "Elle a été retirée le {when}. Son texte n’est plus montré ici.",
        "Fue retirada el {when}. Su texto ya no se muestra aquí.",
    ),
    "brief.withdrawn.why": (
        "Reason: {reason}",
        "Grund: {reason}",
        "Raison : {reason}",
        "Motivo: {reason}",
    ),
    "brief.missing": (
        "There is no published brief here",
        "Hier ist keine Kurzmeldung veröffentlicht",
        "Aucune brève n’est publiée ici",
        "Aquí no hay ninguna breve publicada",
    ),
    "brief.missing.why": (
        "None of this address was published, or it is no longer kept.",
        "Unter dieser Adresse wurde keine veröffentlicht, oder sie ist nicht mehr aufbewahrt.",
        "Aucune n’a été publiée à cette adresse, ou elle n’est plus conservée.",
        "No se publicó ninguna en esta dirección, o ya no se conserva.",
    ),
}
"""Sentence by key, in the order of ``LANGUAGES``."""
