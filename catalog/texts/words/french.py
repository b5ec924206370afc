"""French words for titles, descriptions, alt texts and tags. Data only.

Colours are a hue with its shade (`beige sable`), so that they never change and never read as what
the thing is made of. Adjectives stand behind their noun.
"""

from catalog.texts.words.spoken import Noun, Spoken


def _nouns(words: str) -> tuple[Noun, ...]:
    """Return nouns from a list with bars, each with its form (`m`, `f`, `mp`, `fp`)."""
    pairs = (word.strip().split("/") for word in words.split("|"))
    return tuple(Noun(text, form) for text, form in pairs)


FAMILIES = {
    "boho-arches": Spoken(
        _nouns("Arches/fp | Arcades/fp | Passage/m | Portique/m | Voûtes/fp"),
        ("Par ici", "Maison sans murs", "Sous l’arche", "Une porte ouverte"),
        "des arches arrondies emboîtées",
        "Des arches arrondies s’emboîtent comme des portes ouvertes le long d’un couloir.",
        ("arches", "bohème", "arc-en-ciel", "courbes", "rétro"),
    ),
    "mountains": Spoken(
        _nouns("Crêtes/fp | Sommets/mp | Montagnes/fp | Massif/m | Contreforts/mp"),
        ("Plus loin qu’il n’y paraît", "Au-dessus des arbres", "Trois jours de marche"),
        "des crêtes de montagne en plans successifs",
        "Des crêtes de montagne se succèdent et mènent le regard au loin.",
        ("montagnes", "paysage", "crêtes", "sommets", "nature"),
    ),
    "sun-and-hills": Spoken(
        _nouns("Collines/fp | Vallons/mp | Coteaux/mp | Soleil et collines/mp | Campagne/f"),
        ("Avant la chaleur", "La longue pente", "Au bout de la route", "Le soleil arrive"),
        "un soleil rond au-dessus de collines",
        "Un soleil rond se tient au-dessus de collines douces, posées en larges bandes.",
        ("collines", "paysage", "soleil", "horizon", "nature"),
        focus="le soleil",
    ),
    "botanical-leaf": Spoken(
        _nouns("Branche/f | Feuilles/fp | Rameau/m | Tiges/fp | Herbier/m"),
        ("Entre deux pages", "Sur le rebord de la fenêtre", "Pousse tardive", "Un beau printemps"),
        "des tiges feuillues",
        "Des tiges feuillues montent simplement, comme pressées dans un livre.",
        ("botanique", "feuilles", "plante", "nature", "tige"),
    ),
    "bauhaus-tiles": Spoken(
        _nouns("Carreaux/mp | Blocs et cercles/mp | Géométrie/f | Quarts de cercle/mp"),
        ("Le règlement", "Coupé puis tourné", "Un jeu en ordre", "L’atelier"),
        "une grille de cercles, de quarts de cercle et de carrés",
        "Cercles, quarts de cercle et carrés tournent sur une grille stricte.",
        ("bauhaus", "géométrique", "grille", "cercles", "rétro"),
    ),
    "memphis": Spoken(
        _nouns("Confettis/mp | Formes/fp | Récréation/f | Zigzags/mp"),
        ("La récré", "Tout à la fois", "Le coffre à jouets", "Petite monnaie"),
        "de petites formes éparpillées, des points et des zigzags",
        "Anneaux, triangles, points et zigzags sont semés d’une main légère.",
        ("memphis", "motif", "formes", "ludique", "années 80"),
    ),
    "terrazzo": Spoken(
        _nouns("Terrazzo/m | Galets/mp | Éclats/mp | Fragments/mp"),
        ("Sous les pieds", "Ce que la rivière a laissé", "Sol de cuisine"),
        "des éclats de pierre irréguliers",
        "Des éclats irréguliers sont dispersés comme des pierres dans un sol poli.",
        ("terrazzo", "motif", "pierre", "éclats", "surface"),
    ),
    "neoplastic-grid": Spoken(
        _nouns("Grille/f | Blocs/mp | Fenêtres/fp | Rectangles/mp"),
        ("Rien que des angles droits", "Onze fenêtres", "Le plan de la maison"),
        "une grille de rectangles séparés par des lignes droites",
        "Des lignes droites divisent la feuille en rectangles, dont quelques-uns sont colorés.",
        ("grille", "rectangles", "géométrique", "lignes", "moderniste"),
    ),
    "ripples": Spoken(
        _nouns("Anneaux/mp | Ondes/fp | Cercles/mp | Écho/m | Orbite/f"),
        ("Une pierre est tombée", "Vers le large", "Le long écho", "Lente orbite"),
        "des anneaux concentriques",
        "Des anneaux s’élargissent autour d’un point, comme l’eau après une pierre.",
        ("anneaux", "concentrique", "cercles", "op art", "hypnotique"),
    ),
    "colour-field": Spoken(
        _nouns("Champ coloré/m | Voiles/mp | Aplats/mp | Couleurs superposées/fp"),
        ("Reste un peu", "Entre deux pièces", "Long après-midi", "Souffle retenu"),
        "des aplats de couleur aux bords doux",
        "De larges aplats aux bords doux reposent l’un sur l’autre et semblent respirer.",
        ("aplats", "minimaliste", "douceur", "blocs", "méditatif"),
    ),
    "lowpoly": Spoken(
        _nouns("Facettes/fp | Triangles/mp | Cristal/m | Papier plié/m | Mosaïque/f"),
        ("Verre taillé", "De tous les côtés", "Montagne de papier"),
        "une mosaïque de facettes triangulaires",
        "Des facettes triangulaires se touchent et prennent chacune la lumière à sa façon.",
        ("low poly", "triangles", "géométrique", "mosaïque", "facettes"),
    ),
    "moon-night": Spoken(
        _nouns("Lune/f | Ciel nocturne/m | Nocturne/m | Lever de lune/m | Étoiles/fp"),
        ("Nous seuls debout", "La lampe éteinte", "Au cœur de la nuit", "Clair et froid"),
        "un ciel nocturne étoilé",
        "La lune se tient dans un vaste ciel nocturne, au-dessus de la terre.",
        ("nuit", "lune", "étoiles", "ciel", "nocturne"),
        focus="la lune",
    ),
    "waves": Spoken(
        _nouns("Vagues/fp | Écailles/fp | Marée/f | Houle/f | Motif marin/m"),
        ("La mer, répétée", "Eau calme", "Rang après rang", "Table des marées"),
        "des rangs de vagues en écailles",
        "Des rangs d’écailles se répètent comme une mer calme et bien rangée.",
        ("vagues", "écailles", "motif", "mer", "seigaiha"),
    ),
    "flowing-lines": Spoken(
        _nouns("Rubans/mp | Courants/mp | Méandres/mp | Ondulations/fp | Dérive/f"),
        ("Au fil de la rivière", "Le lent virage", "Du vent dans l’étoffe", "Sans se presser"),
        "des bandes ondulantes",
        "Des bandes ondulantes traversent la feuille côte à côte.",
        ("bandes", "fluide", "ondulé", "abstrait", "mouvement"),
    ),
    "sunrise-rays": Spoken(
        _nouns("Aurore/f | Rayons/mp | Point du jour/m | Horizon/m | Soleil levant/m"),
        ("Levé le premier", "Bonne nouvelle", "Le jour commence", "Par-dessus le bord"),
        "un demi-soleil à l’horizon",
        "Un demi-soleil se lève à l’horizon et ses rayons emplissent le ciel.",
        ("lever de soleil", "rayons", "rétro", "rayonnant", "horizon"),
    ),
    "starbursts": Spoken(
        _nouns("Étoile/f | Éclat/m | Étincelle/f | Boussole/f"),
        ("Dans toutes les directions", "Midi pile", "Le nord retrouvé"),
        "une étoile aux longs rayons",
        "Une étoile ouvre ses longs rayons, comme sur une horloge des années cinquante.",
        ("éclat", "étoile", "années 50", "rayons", "rétro"),
    ),
    "vases": Spoken(
        _nouns("Vase/m | Nature morte/f | Bouquet/m | Table/f | Cruche fleurie/f"),
        ("Du jardin", "Fenêtre de cuisine", "Quelqu’un est passé", "On attend du monde"),
        "un vase et des fleurs rondes sur une table",
        "Un vase et quelques fleurs rondes sont posés sur une table.",
        ("vase", "fleurs", "nature morte", "table", "floral"),
    ),
    "stripes": Spoken(
        _nouns("Rayures/fp | Bandes/fp | Store/m | Transat/m | Lignes droites/fp"),
        ("Près des cabines", "Mesuré deux fois", "Tissu de vacances", "En ordre"),
        "des bandes droites de largeurs inégales",
        "Des bandes droites de largeurs inégales se tiennent côte à côte.",
        ("rayures", "bandes", "lignes", "graphique", "minimaliste"),
    ),
    "quilt": Spoken(
        _nouns("Courtepointe/f | Patchwork/m | Couverture/f | Moulinets/mp"),
        ("L’arithmétique de grand-mère", "Pieds froids, lit chaud", "Pièce à pièce"),
        "un patchwork symétrique de triangles",
        "Des triangles s’assemblent en un patchwork symétrique, comme sur une courtepointe.",
        ("courtepointe", "patchwork", "triangles", "symétrie", "art populaire"),
    ),
    "moon-phases": Spoken(
        _nouns("Phases de la lune/fp | Lunes/fp | Mois lunaire/m | Lune montante/f"),
        ("Vingt-huit nuits", "Aller et retour", "À moitié pleine", "Horloge lente"),
        "une rangée de lunes, de la plus mince à la pleine",
        "Une rangée de lunes, de la plus mince à la pleine, traverse un ciel vide.",
        ("phases de la lune", "lune", "lunaire", "ciel", "céleste"),
    ),
    "sailing-boats": Spoken(
        _nouns("Voilier/m | Régate/f | Bon vent/m | Deux voiles/fp"),
        ("Rentrés avant la nuit", "La main sur la barre", "Passé la bouée"),
        "un bateau à deux voiles sur une eau en bandes",
        "Un petit bateau file sous deux voiles sur une eau posée en bandes égales.",
        ("voilier", "mer", "voiles", "nautique", "côte"),
    ),
    "half-circles": Spoken(
        _nouns("Demi-cercles/mp | Équilibre/m | Tour/f | Contrepoids/m"),
        ("Retenir son souffle", "Tout juste", "La dernière pièce"),
        "une tour de demi-cercles en équilibre",
        "Des demi-cercles s’empilent en une tour qui tient tout juste debout.",
        ("demi-cercles", "équilibre", "géométrique", "années cinquante", "minimaliste"),
    ),
    "tulips": Spoken(
        _nouns("Tulipes/fp | Parterre/m | Fleurs coupées/fp | Bulbes/mp"),
        ("Premier dimanche doux", "Planté en octobre", "Jour de marché"),
        "des tulipes dressées aux têtes en coupe",
        "Des tulipes se dressent sur de fines tiges, la tête ouverte en coupe vers la lumière.",
        ("tulipes", "fleurs", "printemps", "botanique", "scandinave"),
    ),
    "desert-cactus": Spoken(
        _nouns("Cactus/m | Saguaro/m | Pays sec/m | Dunes/fp | Midi/m"),
        ("Pas de pluie avant longtemps", "Les bras en l’air", "Le long chemin du bourg"),
        "un cactus aux bras levés sur des dunes",
        "Un cactus lève les bras au-dessus de dunes qui roulent jusqu’au bord de la feuille.",
        ("cactus", "désert", "dunes", "sud-ouest", "bohème"),
    ),
    "paper-cut-outs": Spoken(
        _nouns("Papiers découpés/mp | Feuilles de papier/fp | Algues/fp | Jardin de papier/m"),
        ("Des ciseaux et un après-midi", "Mer de papier", "Presque touché"),
        "des feuilles lobées découpées dans du papier, sur des aplats de couleur",
        "Des feuilles lobées reposent sur des aplats, comme découpées d’un coup de ciseaux.",
        ("papier découpé", "papier", "feuilles", "formes organiques", "collage"),
    ),
    "abstract-blobs": Spoken(
        _nouns("Galets/mp | Formes douces/fp | Îles/fp | Pierres lisses/fp | Dérive/f"),
        ("Marée basse", "À peine tenu", "Au fond de la poche", "Presque touché"),
        "des formes douces et arrondies",
        "Des formes douces et arrondies reposent côte à côte, comme des galets dans la main.",
        ("formes organiques", "galets", "abstrait", "douceur", "rond"),
    ),
    "city": Spoken(
        _nouns("Toits/mp | Maisons/fp | Vieille ville/f | Rue/f"),
        ("Tout le monde est rentré", "La vue d’en face", "Dimanche sans voitures"),
        "une rangée de maisons simples",
        "Des maisons simples se serrent l’une contre l’autre sous un ciel uni.",
        ("maisons", "ville", "architecture", "toits", "rue"),
    ),
}

MOODS = {
    "calm": ("calme", "tranquille"), "quiet": ("discret", "tranquille"), "serene": ("serein",),
    "peaceful": ("paisible",), "gentle": ("tendre",), "soft": ("souple", "tendre"),
    "warm": ("chaud",), "cosy": ("intime",), "earthy": ("brut",), "natural": ("simple",),
    "bold": ("hardi",), "graphic": ("net",), "modern": ("moderne",), "vintage": ("ancien",),
    "playful": ("espiègle",), "joyful": ("joyeux",), "cheerful": ("enjoué",), "lively": ("vif",),
    "energetic": ("agité",), "bright": ("clair",), "moody": ("sombre",), "romantic": ("tendre",),
    "fresh": ("frais",), "hopeful": ("confiant",), "elegant": ("élégant",), "dreamy": ("rêveur",),
}  # fmt: skip
"""Mood word of a spec → adjectives, masculine singular."""
PLAIN_MOODS = ("tranquille", "lent", "simple", "vaste", "lointain", "immobile")
FORMS = {
    "discret": ("discrète", "discrets", "discrètes"), "net": ("nette", "nets", "nettes"),
    "serein": ("sereine", "sereins", "sereines"), "ancien": ("ancienne", "anciens", "anciennes"),
    "joyeux": ("joyeuse", "joyeux", "joyeuses"), "vif": ("vive", "vifs", "vives"),
    "frais": ("fraîche", "frais", "fraîches"), "rêveur": ("rêveuse", "rêveurs", "rêveuses"),
}  # fmt: skip
"""Adjectives whose feminine or plural is not plain: feminine, masculine and feminine plural."""
TIMES = (
    "au matin", "à midi", "au crépuscule", ", avant la pluie", ", après la pluie",
    "en mars", "en août", "en octobre", ", le dimanche", ", vers le soir",
    "dans la lumière d’hiver",
    "par temps calme", ", encore une fois", ", de mémoire", ", fenêtre ouverte",
)  # fmt: skip
GENERAL_TAGS = (
    "abstrait", "art mural", "affiche", "art génératif", "moderne", "décoration",
)  # fmt: skip

PLACES = {
    "middle": "au centre", "left": "à gauche", "right": "à droite", "top": "en haut",
    "bottom": "en bas", "top-left": "en haut à gauche", "top-right": "en haut à droite",
    "bottom-left": "en bas à gauche", "bottom-right": "en bas à droite",
    "whole": "sur toute l’image",
}  # fmt: skip

PLAIN_COLORS = {
    "red": "rouge", "orange": "orange", "yellow": "jaune", "gold": "doré", "green": "vert",
    "teal": "bleu canard", "blue": "bleu", "purple": "violet", "pink": "rose", "brown": "brun",
    "beige": "beige", "white": "blanc", "grey": "gris", "black": "noir",
}  # fmt: skip

COLORS = {
    "terracotta": "rouge terre cuite", "clay": "brun argile", "rust": "brun rouille",
    "coral": "rouge corail", "salmon": "rose saumon", "peach": "rose pêche",
    "apricot": "orange abricot", "amber": "jaune ambre", "ochre": "jaune ocre",
    "mustard": "jaune moutarde", "gold": "jaune d’or", "straw": "jaune paille",
    "lemon": "jaune citron", "cream": "blanc crème", "ivory": "blanc ivoire",
    "sand": "beige sable", "oatmeal": "beige avoine", "umber": "brun sépia",
    "chocolate": "brun chocolat", "tobacco": "brun tabac", "sage": "vert sauge",
    "moss": "vert mousse", "olive": "vert olive", "fern": "vert fougère",
    "forest green": "vert forêt", "pine": "vert sapin", "mint": "vert menthe",
    "jade": "vert jade", "teal": "bleu canard", "petrol": "bleu pétrole",
    "turquoise": "bleu turquoise", "aqua": "bleu lagon", "cyan": "bleu cyan",
    "sky blue": "bleu ciel", "azure": "bleu azur", "cobalt": "bleu cobalt",
    "navy": "bleu marine", "ink": "bleu nuit", "indigo": "bleu indigo",
    "periwinkle": "bleu pervenche", "lavender": "bleu lavande", "lilac": "mauve lilas",
    "violet": "violet", "plum": "violet prune", "mauve": "mauve", "magenta": "rose magenta",
    "rose": "rose vif", "blush": "rose pâle", "powder pink": "rose poudré",
    "raspberry": "rouge framboise", "crimson": "rouge carmin", "wine": "rouge bordeaux",
    "scarlet": "rouge écarlate", "vermilion": "rouge vermillon", "charcoal": "gris anthracite",
    "slate": "gris ardoise", "pewter": "gris étain", "silver": "gris argent",
    "fog": "gris brume", "chalk": "blanc craie", "black": "noir",
}  # fmt: skip
"""Name of `catalog/color_words.py` → hue and shade; masculine, never changing."""
