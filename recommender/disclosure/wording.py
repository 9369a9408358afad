"""The table of every sentence that readers are told; ``messages`` fills and picks them.

A topic, a source or a title stands in a sentence as the site wrote it, so the sentences are built
around them without grammar that would have to bend.
"""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str, str, str]] = {
    "label.trending": ("Trending", "Im Trend", "En tendance", "En tendencia"),
    "label.generated_with_ai": (
        "Generated with AI",
        "Mit KI erstellt",
        "Généré par IA",
        "Generado con IA",
    ),
    "label.generated_with_ai.named": (
        "Generated with AI: {system}",
        "Mit KI erstellt: {system}",
        "Généré par IA : {system}",
        "Generado con IA: {system}",
    ),
    "label.generated_with_ai.part": (
        "Generated with AI in part",
        "Zum Teil mit KI erstellt",
        "Généré en partie par IA",
        "Generado en parte con IA",
    ),
    "label.generated_with_ai.claim": (
        "Generated with AI, as the article itself says",
        "Mit KI erstellt, wie der Artikel selbst sagt",
        "Généré par IA, selon l’article lui-même",
        "Generado con IA, según el propio artículo",
    ),
    "label.experimental": (
        "Experimental: made with generative AI",
        "Experimentell: mit generativer KI gemacht",
        "Expérimental : fait avec une IA générative",
        "Experimental: hecho con IA generativa",
    ),
    "label.compiled": (
        "Compiled automatically from {count} sources",
        "Automatisch aus {count} Quellen zusammengestellt",
        "Compilé automatiquement à partir de {count} sources",
        "Compilado automáticamente a partir de {count} fuentes",
    ),
    "label.customised": (
        "Customised feed",
        "Angepasster Feed",
        "Fil personnalisé",
        "Feed personalizado",
    ),
    "disclosure.customised": (
        "This feed is customised: what you saw, read or chose changed its order.",
        "Dieser Feed ist angepasst: Was Sie sahen, lasen oder wählten, hat ihn verändert.",
        "Ce fil est personnalisé : ce que vous avez vu, lu ou choisi en a changé l’ordre.",
        "Este feed está personalizado: lo que usted vio, leyó o eligió ha cambiado su orden.",
    ),
    "disclosure.site_order": (
        "This feed is in the site’s own order: nothing known about you changed it.",
        "Dieser Feed hat die Reihenfolge der Website: Nichts über Sie hat sie verändert.",
        "Ce fil suit l’ordre du site : rien de ce que l’on sait de vous ne l’a changé.",
        "Este feed sigue el orden del sitio: nada de lo que se sabe de usted lo ha cambiado.",
    ),
    "disclosure.not_personalised": (
        "This feed is without personalisation: it uses no data of yours.",
        "Dieser Feed ist ohne Personalisierung: Er verwendet keine Daten von Ihnen.",
        "Ce fil est sans personnalisation : il n’utilise aucune de vos données.",
        "Este feed no usa personalización: no utiliza ningún dato suyo.",
    ),
    "empty.waiting": (
        "No article is live yet: {count} wait for a worker to embed them.",
        "Noch ist kein Artikel sichtbar: {count} warten darauf, eingebettet zu werden.",
        "Aucun article n’est encore en ligne : {count} attendent d’être vectorisés.",
        "Todavía no hay artículos activos: {count} esperan a ser procesados.",
    ),
    "empty.nothing": (
        (
            "No article is live yet: send some to POST /v1/articles or with "
            "python -m scripts.ingest, and let a worker embed them."
        ),
        (
            "Noch ist kein Artikel sichtbar: Senden Sie welche an POST /v1/articles oder mit "
            "python -m scripts.ingest, und lassen Sie einen Worker sie einbetten."
        ),
        (
            "Aucun article n’est encore en ligne : envoyez-en à POST /v1/articles ou avec "
            "python -m scripts.ingest, et laissez un worker les vectoriser."
        ),
        (
            "Todavía no hay artículos activos: envíelos a POST /v1/articles o con "
            "python -m scripts.ingest, y deje que un worker los procese."
        ),
    ),
    "empty.expired": (
        "Every live article has expired or is dated in the future.",
        "Jeder Artikel ist abgelaufen oder für später datiert.",
        "Tous les articles ont expiré ou sont datés du futur.",
        "Todos los artículos han caducado o llevan una fecha futura.",
    ),
    "empty.filtered": (
        "No article passes the filter, or none that was not seen before.",
        "Kein Artikel entspricht dem Filter, oder keiner, der nicht schon gesehen wurde.",
        "Aucun article ne répond au filtre, ou aucun qui n’ait déjà été vu.",
        "Ningún artículo cumple el filtro, o ninguno que no se haya visto ya.",
    ),
    "empty.met": (
        (
            "You have had all there is for now: what you saw, what was served to you, what you "
            "hid, and other articles of the same stories do not come back yet."
        ),
        (
            "Für jetzt haben Sie alles: Gesehenes, Geliefertes, Ausgeblendetes und andere Artikel "
            "derselben Geschichten kommen noch nicht wieder."
        ),
        (
            "Vous avez tout eu pour le moment : ce que vous avez vu, reçu ou masqué, et les autres "
            "articles des mêmes sujets, ne reviennent pas encore."
        ),
        (
            "Ya lo tiene todo por ahora: lo visto, lo servido, lo oculto y otros artículos de las "
            "mismas historias todavía no vuelven."
        ),
    ),
    "empty.held": (
        "The rules of the site hold every article back for now.",
        "Die Regeln der Website halten zurzeit jeden Artikel zurück.",
        "Les règles du site retiennent tous les articles pour le moment.",
        "Las reglas del sitio retienen todos los artículos por ahora.",
    ),
    "reason.similar": (
        "Because you read “{about}”",
        "Weil Sie „{about}“ gelesen haben",
        "Parce que vous avez lu « {about} »",
        "Porque usted leyó «{about}»",
    ),
    "reason.similar.any": (
        "Close to what you read",
        "Nahe an dem, was Sie lesen",
        "Proche de vos lectures",
        "Cercano a lo que usted lee",
    ),
    "reason.session": (
        "Because you just read “{about}”",
        "Weil Sie gerade „{about}“ gelesen haben",
        "Parce que vous venez de lire « {about} »",
        "Porque usted acaba de leer «{about}»",
    ),
    "reason.session.any": (
        "Close to what you are reading now",
        "Nahe an dem, was Sie gerade lesen",
        "Proche de vos lectures du moment",
        "Cercano a lo que usted está leyendo",
    ),
    "reason.context": (
        "Next to “{about}”",
        "Passend zu „{about}“",
        "À lire avec « {about} »",
        "Junto a «{about}»",
    ),
    "reason.co_read": (
        "Readers of “{about}” also read this",
        "Wer „{about}“ las, las auch dies",
        "Lu aussi par les lecteurs de « {about} »",
        "Quienes leyeron «{about}» también leyeron esto",
    ),
    "reason.topic": (
        "Because you read about {about}",
        "Weil Sie über {about} lesen",
        "Parce que vous lisez sur le thème {about}",
        "Porque usted lee sobre {about}",
    ),
    "reason.followed": (
        "Because you follow {about}",
        "Weil Sie {about} folgen",
        "Parce que vous suivez {about}",
        "Porque usted sigue {about}",
    ),
    "reason.trending": (
        "Read by many now in {about}",
        "Gerade viel gelesen in {about}",
        "Très lu en ce moment en {about}",
        "Muy leído ahora en {about}",
    ),
    "reason.trending.any": (
        "Read by many now",
        "Gerade viel gelesen",
        "Très lu en ce moment",
        "Muy leído ahora",
    ),
    "reason.surge": (
        "Rising now in {about}",
        "Gerade im Aufwind in {about}",
        "En forte hausse en {about}",
        "En alza ahora en {about}",
    ),
    "reason.surge.any": ("Rising now", "Gerade im Aufwind", "En forte hausse", "En alza ahora"),
    "reason.fresh": ("New in {about}", "Neu in {about}", "Nouveau en {about}", "Nuevo en {about}"),
    "reason.fresh.any": ("New", "Neu", "Nouveau", "Nuevo"),
    "reason.explore": (
        "New here in {about}: tell us if you like it",
        "Neu hier in {about}: Sagen Sie uns, ob es Ihnen gefällt",
        "Nouveau ici en {about} : dites-nous si cela vous plaît",
        "Nuevo aquí en {about}: díganos si le gusta",
    ),
    "reason.explore.any": (
        "New here: tell us if you like it",
        "Neu hier: Sagen Sie uns, ob es Ihnen gefällt",
        "Nouveau ici : dites-nous si cela vous plaît",
        "Nuevo aquí: díganos si le gusta",
    ),
    "reason.more": (
        "More from {about}",
        "Mehr aus {about}",
        "À lire aussi en {about}",
        "Más de {about}",
    ),
    "reason.more.any": ("More to read", "Mehr zu lesen", "À lire aussi", "Más para leer"),
    "reason.pinned": (
        "Placed here by the editors",
        "Von der Redaktion hierher gestellt",
        "Placé ici par la rédaction",
        "Colocado aquí por la redacción",
    ),
    "reason.boost": (
        "Put forward by the editors",
        "Von der Redaktion nach vorn gestellt",
        "Mis en avant par la rédaction",
        "Destacado por la redacción",
    ),
    "reason.story": (
        "Sums up the story of “{about}”",
        "Fasst zusammen, worum es in „{about}“ geht",
        "Résume le sujet de « {about} »",
        "Resume la historia de «{about}»",
    ),
    "parameter.similarity": (
        "How close an article is to your interests",
        "Wie nahe ein Artikel Ihren Interessen ist",
        "La proximité d’un article avec vos centres d’intérêt",
        "Lo cercano que es un artículo a sus intereses",
    ),
    "parameter.session": (
        "How close it is to what you read in the last minutes",
        "Wie nahe er dem ist, was Sie in den letzten Minuten gelesen haben",
        "Sa proximité avec vos lectures des dernières minutes",
        "Lo cercano que es a lo que usted leyó en los últimos minutos",
    ),
    "parameter.aversion": (
        "How close it is to what you hid or disliked",
        "Wie nahe er dem ist, was Sie ausgeblendet oder abgelehnt haben",
        "Sa proximité avec ce que vous avez masqué ou rejeté",
        "Lo cercano que es a lo que usted ocultó o rechazó",
    ),
    "parameter.affinity": (
        "How much you read about its topic",
        "Wie viel Sie über sein Thema lesen",
        "L’attention que vous portez à son thème",
        "Cuánto lee usted sobre su tema",
    ),
    "parameter.trending": (
        "How much attention it gets from all readers",
        "Wie viel Aufmerksamkeit alle Leser ihm geben",
        "L’attention que lui portent tous les lecteurs",
        "Cuánta atención le prestan todos los lectores",
    ),
    "parameter.surge": (
        "How fast this attention grows",
        "Wie schnell diese Aufmerksamkeit wächst",
        "La vitesse à laquelle cette attention augmente",
        "Lo rápido que crece esa atención",
    ),
    "parameter.freshness": ("How new it is", "Wie neu er ist", "Sa nouveauté", "Lo nuevo que es"),
    "parameter.context": (
        "How close it is to the article you are reading or last read",
        "Wie nahe er dem Artikel ist, den Sie gerade oder zuletzt gelesen haben",
        "Sa proximité avec l’article que vous lisez ou venez de lire",
        "Lo cercano que es al artículo que usted lee o leyó por último",
    ),
    "parameter.co_read": (
        "How many readers of the articles or topics you read also read it",
        "Wie viele Leser Ihrer Artikel oder Themen ihn auch gelesen haben",
        "Le nombre de lecteurs de vos articles ou thèmes qui l’ont lu aussi",
        "Cuántos lectores de sus artículos o temas también lo leyeron",
    ),
    "parameter.followed": (
        "Whether you follow its topic or its source",
        "Ob Sie seinem Thema oder seiner Quelle folgen",
        "Le fait que vous suiviez son thème ou sa source",
        "Si usted sigue su tema o su fuente",
    ),
    "parameter.repetition": (
        "How often it was shown to you, or read by you, before",
        "Wie oft er Ihnen schon gezeigt oder von Ihnen gelesen wurde",
        "Combien de fois il vous a déjà été montré, ou lu par vous",
        "Cuántas veces ya se le mostró o usted lo leyó",
    ),
    "parameter.habit": (
        "How much you read here, and when you last did",
        "Wie viel Sie hier lesen und wann zuletzt",
        "Combien vous lisez ici, et quand pour la dernière fois",
        "Cuánto lee usted aquí y cuándo fue la última vez",
    ),
    "parameter.boost": (
        "What the editors raise or lower",
        "Was die Redaktion hebt oder senkt",
        "Ce que la rédaction met en avant ou en retrait",
        "Lo que la redacción sube o baja",
    ),
    "parameter.note.diversity": (
        "Articles that repeat those above come later; no story, source or topic fills the feed.",
        "Wiederholungen kommen später; keine Geschichte, keine Quelle, kein Thema füllt den Feed.",
        "Les répétitions viennent plus tard ; aucun sujet, aucune source ne remplit le fil.",
        "Lo repetido viene después; ninguna historia, fuente ni tema llena el feed.",
    ),
    "parameter.note.exploration": (
        "One place in {every} is drawn among new articles by chance.",
        "Ein Platz von {every} wird unter neuen Artikeln ausgelost.",
        "Une place sur {every} est tirée au sort parmi les nouveaux articles.",
        "Un lugar de cada {every} se sortea entre los artículos nuevos.",
    ),
    "parameter.note.choice": (
        "You can have a feed that uses no data of yours: switch personalisation off.",
        "Sie können einen Feed ohne Ihre Daten bekommen: Schalten Sie die Personalisierung aus.",
        "Vous pouvez obtenir un fil sans vos données : désactivez la personnalisation.",
        "Puede tener un feed sin sus datos: desactive la personalización.",
    ),
    "profile.unknown": (
        "Nothing is known about you here yet.",
        "Über Sie ist hier noch nichts bekannt.",
        "Rien n’est encore connu de vous ici.",
        "Aquí todavía no se sabe nada de usted.",
    ),
    "profile.counts": (
        "Articles: {read} opened by you, {seen} shown to you, {hidden} hidden by you.",
        "Artikel: {read} haben Sie geöffnet, {seen} wurden gezeigt, {hidden} ausgeblendet.",
        "Articles : {read} ouverts par vous, {seen} montrés, {hidden} masqués.",
        "Artículos: {read} abiertos por usted, {seen} mostrados, {hidden} ocultados.",
    ),
    "profile.interest": (
        "About {percent} % of your reading is close to “{title}”.",
        "Etwa {percent} % von dem, was Sie lesen, ist nahe an „{title}“.",
        "Environ {percent} % de vos lectures sont proches de « {title} ».",
        "Cerca del {percent} % de lo que usted lee es cercano a «{title}».",
    ),
    "profile.topic": (
        "You seem to like the topic {about}.",
        "Sie mögen anscheinend das Thema {about}.",
        "Vous semblez aimer le thème {about}.",
        "Parece que le gusta el tema {about}.",
    ),
    "profile.avoided": (
        "You seem to avoid the topic {about}.",
        "Sie meiden anscheinend das Thema {about}.",
        "Vous semblez éviter le thème {about}.",
        "Parece que usted evita el tema {about}.",
    ),
    "profile.avoided_article": (
        "Articles like “{title}” come less often, since you hid or disliked it.",
        "Artikel wie „{title}“ kommen seltener, weil Sie ihn ausgeblendet oder abgelehnt haben.",
        "Les articles comme « {title} » viennent moins souvent, car vous l’avez masqué ou rejeté.",
        "Los artículos como «{title}» aparecen menos, porque usted lo ocultó o rechazó.",
    ),
    "profile.topics": (
        "You follow the topics: {about}.",
        "Sie folgen den Themen: {about}.",
        "Vous suivez les thèmes : {about}.",
        "Usted sigue los temas: {about}.",
    ),
    "profile.followed_sources": (
        "You follow the sources: {about}.",
        "Sie folgen den Quellen: {about}.",
        "Vous suivez les sources : {about}.",
        "Usted sigue las fuentes: {about}.",
    ),
    "profile.muted_sources": (
        "You muted the sources: {about}.",
        "Sie haben die Quellen stummgeschaltet: {about}.",
        "Vous avez masqué les sources : {about}.",
        "Usted silenció las fuentes: {about}.",
    ),
    "profile.personalised": (
        "Personalisation is on.",
        "Die Personalisierung ist eingeschaltet.",
        "La personnalisation est activée.",
        "La personalización está activada.",
    ),
    "profile.not_personalised": (
        "Personalisation is off: none of this changes your feed.",
        "Die Personalisierung ist ausgeschaltet: Nichts davon verändert Ihren Feed.",
        "La personnalisation est désactivée : rien de cela ne change votre fil.",
        "La personalización está desactivada: nada de esto cambia su feed.",
    ),
}
"""Sentence by key, in the order of ``LANGUAGES``; ``.any`` is the form that names nothing."""
