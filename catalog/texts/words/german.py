"""German words for titles, descriptions, alt texts and tags. Data only.

Adjectives are stems that take `-er`, `-e`, `-es`, `-em` without any other change.
"""

from catalog.texts.words.spoken import Noun, Spoken


def _nouns(words: str) -> tuple[Noun, ...]:
    """Return nouns from a list with bars, each with its form (`m`, `f`, `n`, `p`) after a slash."""
    pairs = (word.strip().split("/") for word in words.split("|"))
    return tuple(Noun(text, form) for text, form in pairs)


FAMILIES = {
    "boho-arches": Spoken(
        _nouns("Bögen/p | Torbögen/p | Arkade/f | Portal/n | Durchgang/m"),
        ("Der Weg hindurch", "Haus ohne Wände", "Unter dem Bogen", "Eine offene Tür"),
        "ineinander gesetzte Rundbögen",
        "Rundbögen stehen ineinander wie offene Türen in einem langen Flur.",
        ("bögen", "boho", "regenbogen", "rundungen", "mid-century"),
    ),
    "mountains": Spoken(
        _nouns("Bergkämme/p | Gipfel/p | Berge/p | Höhenzug/m | Vorberge/p"),
        ("Weiter, als es aussieht", "Über der Baumgrenze", "Drei Tage unterwegs", "Erstes Licht"),
        "hintereinander gestaffelte Bergkämme",
        "Bergkämme liegen hintereinander und führen den Blick in die Ferne.",
        ("berge", "landschaft", "bergkämme", "gipfel", "natur"),
    ),
    "sun-and-hills": Spoken(
        _nouns("Hügel/p | Flache Hügel/p | Hügelland/n | Sonne und Hügel/p | Höhenweg/m"),
        ("Vor der Hitze", "Der lange Hang", "Am Ende der Straße", "Die Sonne kommt herüber"),
        "eine runde Sonne über sanften Hügeln",
        "Eine runde Sonne steht über weichen Hügeln, die in flachen Bändern daliegen.",
        ("hügel", "landschaft", "sonne", "horizont", "natur"),
        focus="die Sonne",
    ),
    "botanical-leaf": Spoken(
        _nouns("Zweig/m | Blätter/p | Stängel/p | Herbarium/n | Trieb/m"),
        ("Zwischen zwei Buchseiten", "Von der Fensterbank", "Später Trieb", "Ein gutes Frühjahr"),
        "beblätterte Stängel",
        "Beblätterte Stängel wachsen schlicht empor, wie in einem Buch gepresst.",
        ("botanik", "blätter", "pflanze", "natur", "zweig"),
    ),
    "bauhaus-tiles": Spoken(
        _nouns("Kacheln/p | Blöcke und Kreise/p | Geometrie/f | Viertelkreise/p | Baukasten/m"),
        ("Hausordnung", "Geschnitten und gedreht", "Geordnetes Spiel", "Die Werkstatt"),
        "ein Raster aus Kreisen, Viertelkreisen und Quadraten",
        "Kreise, Viertelkreise und Quadrate drehen sich auf einem strengen Raster.",
        ("bauhaus", "geometrisch", "raster", "kreise", "mid-century"),
    ),
    "memphis": Spoken(
        _nouns("Konfetti/n | Formen/p | Spielplatz/m | Allerlei/n | Kringel/p"),
        ("Große Pause", "Alles auf einmal", "Die Spielzeugkiste", "Kleingeld"),
        "verstreute kleine Formen, Punkte und Zickzacklinien",
        "Ringe, Dreiecke, Punkte und Zickzacklinien liegen leicht hingestreut.",
        ("memphis", "muster", "formen", "verspielt", "achtziger jahre"),
    ),
    "terrazzo": Spoken(
        _nouns("Terrazzo/m | Kiesel/p | Splitter/p | Steinboden/m | Bruchstücke/p"),
        ("Unter den Füßen", "Was der Fluss zurückließ", "Küchenboden", "Zusammengefegt"),
        "unregelmäßige Steinsplitter",
        "Unregelmäßige Splitter liegen verstreut wie Steine in einem geschliffenen Boden.",
        ("terrazzo", "muster", "stein", "splitter", "oberfläche"),
    ),
    "neoplastic-grid": Spoken(
        _nouns("Raster/n | Felder/p | Fenster/p | Rechtecke/p | Stadtplan/m"),
        ("Nur rechte Winkel", "Elf Fenster", "Der Grundriss", "In der Linie gehalten"),
        "ein Raster aus Rechtecken, von geraden Linien geteilt",
        "Gerade Linien teilen das Blatt in Rechtecke, einige sind mit Farbe gefüllt.",
        ("raster", "rechtecke", "geometrisch", "linien", "moderne"),
    ),
    "ripples": Spoken(
        _nouns("Ringe/p | Wellenringe/p | Kreise/p | Echo/n | Umlaufbahn/f"),
        ("Der gefallene Stein", "Nach außen", "Das lange Echo", "Immer weitere Kreise"),
        "konzentrische Ringe",
        "Ringe breiten sich um einen Punkt aus wie auf dem Wasser nach einem Steinwurf.",
        ("ringe", "konzentrisch", "kreise", "op-art", "hypnotisch"),
    ),
    "colour-field": Spoken(
        _nouns("Farbfeld/n | Schleier/p | Farbflächen/p | Weiche Blöcke/p | Schichten/p"),
        ("Bleib noch ein wenig", "Zwischen zwei Zimmern", "Langer Nachmittag", "Atem anhalten"),
        "weich begrenzte Farbflächen",
        "Breite Farbflächen mit weichen Rändern ruhen übereinander und scheinen zu atmen.",
        ("farbfeld", "minimalistisch", "weich", "flächen", "meditativ"),
    ),
    "lowpoly": Spoken(
        _nouns("Facetten/p | Dreiecke/p | Kristall/m | Gefaltetes Papier/n | Mosaik/n"),
        ("Geschliffenes Glas", "Von allen Seiten", "Papierberg", "Im Inneren eines Steins"),
        "ein Mosaik aus dreieckigen Facetten",
        "Dreieckige Facetten stoßen aneinander, und jede fängt das Licht auf ihre Weise.",
        ("low poly", "dreiecke", "geometrisch", "mosaik", "facetten"),
    ),
    "moon-night": Spoken(
        _nouns("Mond/m | Nachthimmel/m | Nocturne/f | Mondaufgang/m | Sterne/p"),
        ("Nur wir sind noch wach", "Nach dem Lampenschein", "Tief in der Nacht", "Klar und kalt"),
        "ein Nachthimmel mit Sternen",
        "Der Mond steht an einem weiten Nachthimmel über dunklem Land.",
        ("nacht", "mond", "sterne", "himmel", "nachtstück"),
        focus="der Mond",
    ),
    "waves": Spoken(
        _nouns("Wellen/p | Schuppen/p | Gezeiten/p | Dünung/f | Meeresmuster/n"),
        ("Das Meer, wiederholt", "Ruhiges Wasser", "Reihe um Reihe", "Gezeitentafel"),
        "Reihen überlappender Wellenschuppen",
        "Reihen überlappender Schuppen wiederholen sich wie ein ruhiges, geordnetes Meer.",
        ("wellen", "schuppen", "muster", "meer", "seigaiha"),
    ),
    "flowing-lines": Spoken(
        _nouns("Bänder/p | Strömungen/p | Schwünge/p | Fluss/m | Drift/f"),
        ("Flussabwärts", "Die weite Kurve", "Wind im Tuch", "Nur keine Eile"),
        "geschwungene Farbbänder",
        "Geschwungene Bänder ziehen nebeneinander über das Blatt.",
        ("streifen", "fließend", "wellig", "abstrakt", "bewegung"),
    ),
    "sunrise-rays": Spoken(
        _nouns("Sonnenaufgang/m | Strahlen/p | Tagesanbruch/m | Horizont/m | Morgensonne/f"),
        ("Als Erste wach", "Gute Nachricht", "Der Tag beginnt", "Über den Rand"),
        "eine halbe Sonne am Horizont",
        "Eine halbe Sonne steht am Horizont, und ihre Strahlen füllen den Himmel.",
        ("sonnenaufgang", "sonnenstrahlen", "retro", "strahlen", "horizont"),
    ),
    "starbursts": Spoken(
        _nouns("Stern/m | Strahlenkranz/m | Funke/m | Kompass/m | Leuchtstern/m"),
        ("In alle Richtungen", "Punkt zwölf", "Den Norden gefunden", "Ein kleiner Beifall"),
        "ein Stern mit langen Strahlen",
        "Ein Stern öffnet seine langen Strahlen wie auf einer Uhr der fünfziger Jahre.",
        ("strahlenkranz", "stern", "mid-century", "atomic", "retro"),
    ),
    "vases": Spoken(
        _nouns("Vase/f | Stillleben/n | Blumenstrauß/m | Tisch/m | Krug mit Blumen/m"),
        ("Aus dem Garten", "Küchenfenster", "Jemand war hier", "Besuch kommt"),
        "eine Vase mit runden Blumen auf einem Tisch",
        "Eine Vase mit ein paar runden Blumen steht auf einem Tisch.",
        ("vase", "blumen", "stillleben", "tisch", "floral"),
    ),
    "stripes": Spoken(
        _nouns("Streifen/p | Bahnen/p | Markise/f | Liegestuhl/m | Gerade Linien/p"),
        ("Bei den Strandhütten", "Zweimal gemessen", "Ferienstoff", "Der Reihe nach"),
        "gerade Bänder in ungleicher Breite",
        "Gerade Bänder in ungleicher Breite stehen Seite an Seite.",
        ("streifen", "bänder", "linien", "grafisch", "minimalistisch"),
    ),
    "quilt": Spoken(
        _nouns("Quilt/m | Patchwork/n | Decke/f | Windräder/p | Flicken/p"),
        ("Großmutters Rechenkunst", "Kalte Füße, warmes Bett", "Aus jedem Hemd", "Stück für Stück"),
        "ein symmetrisches Patchwork aus Dreiecken",
        "Dreiecke sind zu einem symmetrischen Patchwork zusammengesetzt wie auf einem Quilt.",
        ("quilt", "patchwork", "dreiecke", "symmetrie", "volkskunst"),
    ),
    "moon-phases": Spoken(
        _nouns("Mondphasen/p | Monde/p | Mondmonat/m | Wachsender Mond/m | Gezeiten/p"),
        ("Achtundzwanzig Nächte", "Kommen und Gehen", "Halb voll", "Langsame Uhr"),
        "eine Reihe von Monden, von schmal bis voll",
        "Eine Reihe von Monden zieht von schmal bis voll über einen leeren Himmel.",
        ("mondphasen", "mond", "mondmonat", "himmel", "gestirne"),
    ),
    "sailing-boats": Spoken(
        _nouns("Segelboot/n | Regatta/f | Guter Wind/m | Zwei Segel/p | Hafenausfahrt/f"),
        ("Vor der Dunkelheit zurück", "Die Hand am Ruder", "Hinter der Boje", "Keine Vorkommnisse"),
        "ein Boot unter zwei Segeln auf gestreiftem Wasser",
        "Ein kleines Boot zieht unter zwei Segeln über Wasser, das in Bändern liegt.",
        ("segelboot", "meer", "segel", "maritim", "küste"),
    ),
    "half-circles": Spoken(
        _nouns("Halbkreise/p | Gleichgewicht/n | Turm/m | Gegengewicht/n"),
        ("Luft anhalten", "Gerade noch", "Das letzte Stück", "Keiner rührt sich"),
        "ein Turm aus balancierenden Halbkreisen",
        "Halbkreise stehen in einem Turm aufeinander, der gerade noch das Gleichgewicht hält.",
        ("halbkreise", "gleichgewicht", "geometrisch", "fünfziger jahre", "minimalistisch"),
    ),
    "tulips": Spoken(
        _nouns("Tulpen/p | Frühlingsbeet/n | Schnittblumen/p | Zwiebeln/p"),
        ("Erster warmer Sonntag", "Im Oktober gesetzt", "Markttag", "Auf dünnen Beinen"),
        "aufrechte Tulpen mit becherförmigen Köpfen",
        "Tulpen stehen aufrecht auf dünnen Stielen und halten ihre Becher ins Licht.",
        ("tulpen", "blumen", "frühling", "botanisch", "skandinavisch"),
    ),
    "desert-cactus": Spoken(
        _nouns("Kaktus/m | Saguaro/m | Trockenes Land/n | Dünen/p | Mittag/m"),
        ("Kein Regen vorerst", "Hände hoch", "Der lange Weg zur Stadt", "Geduld mit Stacheln"),
        "ein Kaktus mit erhobenen Armen auf Dünen",
        "Ein Kaktus hebt die Arme über Dünen, die bis zum Blattrand rollen.",
        ("kaktus", "wüste", "dünen", "südwesten", "boho"),
    ),
    "paper-cut-outs": Spoken(
        _nouns("Scherenschnitt/m | Papierblätter/p | Seetang/m | Papiergarten/m"),
        ("Eine Schere und ein Nachmittag", "Lose gehalten", "Papiermeer", "Fast berührt"),
        "gelappte Blätter, aus Papier geschnitten, auf farbigen Bögen",
        "Gelappte Blätter liegen auf farbigen Bögen, wie mit der Schere aus Papier geschnitten.",
        ("scherenschnitt", "papier", "blätter", "organische formen", "collage"),
    ),
    "abstract-blobs": Spoken(
        _nouns("Kiesel/p | Weiche Formen/p | Inseln/p | Drift/f | Glatte Steine/p"),
        ("Ebbe", "Lose gehalten", "In der Manteltasche", "Fast berührt"),
        "weiche, runde Formen",
        "Weiche, runde Formen ruhen beieinander wie Kiesel in der Hand.",
        ("organische formen", "kiesel", "abstrakt", "weich", "rund"),
    ),
    "city": Spoken(
        _nouns("Dächer/p | Häuser/p | Altstadt/f | Silhouette/f | Straße/f"),
        ("Alle daheim", "Blick hinüber", "Sonntag, kein Verkehr", "Den Hügel hinauf"),
        "eine Reihe schlichter Häuser",
        "Schlichte Häuser stehen Schulter an Schulter unter einem klaren Himmel.",
        ("häuser", "stadt", "architektur", "dächer", "straße"),
    ),
}

MOODS = {
    "calm": ("Still", "Ruhig"), "quiet": ("Leis", "Still"), "serene": ("Heiter", "Gelassen"),
    "peaceful": ("Friedlich",), "gentle": ("Sanft", "Mild"), "soft": ("Weich", "Samtig"),
    "warm": ("Warm", "Sonnig"), "cosy": ("Behaglich",), "earthy": ("Erdig",),
    "natural": ("Natürlich", "Schlicht"), "bold": ("Kühn", "Kräftig"), "graphic": ("Klar",),
    "modern": ("Neu", "Modern"), "vintage": ("Nostalgisch",), "playful": ("Verspielt",),
    "joyful": ("Fröhlich",), "cheerful": ("Vergnügt", "Hell"), "lively": ("Lebhaft",),
    "energetic": ("Rastlos",), "bright": ("Hell", "Leuchtend"), "moody": ("Nachdenklich",),
    "romantic": ("Zart",), "fresh": ("Frisch",), "hopeful": ("Hoffnungsvoll",),
    "elegant": ("Elegant", "Schlank"), "dreamy": ("Verträumt",),
}  # fmt: skip
"""Mood word of a spec → stems of adjectives."""
PLAIN_MOODS = ("Still", "Langsam", "Klein", "Weit", "Schlicht", "Früh", "Spät", "Fern")
TIMES = (
    "am Morgen", "am Mittag", "am Abend", "in der Dämmerung", "vor dem Regen", "nach dem Regen",
    "im März", "im August", "im Oktober", "am Sonntag", "im Winterlicht",
    "bei Windstille", ", noch einmal", "aus der Erinnerung", ", vom Zug aus gesehen",
    "bei offenem Fenster",
)  # fmt: skip
GENERAL_TAGS = ("abstrakt", "wandbild", "kunstdruck", "generative kunst", "modern", "interieur")

PLACES = {
    "middle": "in der Mitte", "left": "links", "right": "rechts", "top": "oben",
    "bottom": "unten", "top-left": "oben links", "top-right": "oben rechts",
    "bottom-left": "unten links", "bottom-right": "unten rechts",
    "whole": "über das ganze Bild verteilt",
}  # fmt: skip

PLAIN_COLORS = {
    "red": "Rot", "orange": "Orange", "yellow": "Gelb", "gold": "Gold", "green": "Grün",
    "teal": "Blaugrün", "blue": "Blau", "purple": "Lila", "pink": "Rosa", "brown": "Braun",
    "beige": "Beige", "white": "Weiß", "grey": "Grau", "black": "Schwarz",
}  # fmt: skip

COLORS = {
    "terracotta": ("Terrakotta", "terrakottafarben"), "clay": ("Tonbraun", "tonbraun"),
    "rust": ("Rostrot", "rostrot"), "coral": ("Korallenrot", "korallenrot"),
    "salmon": ("Lachs", "lachsfarben"), "peach": ("Pfirsich", "pfirsichfarben"),
    "apricot": ("Aprikose", "aprikosenfarben"), "amber": ("Bernstein", "bernsteinfarben"),
    "ochre": ("Ocker", "ockerfarben"), "mustard": ("Senfgelb", "senfgelb"),
    "gold": ("Goldgelb", "goldgelb"), "straw": ("Strohgelb", "strohgelb"),
    "lemon": ("Zitronengelb", "zitronengelb"), "cream": ("Creme", "cremefarben"),
    "ivory": ("Elfenbein", "elfenbeinfarben"), "sand": ("Sand", "sandfarben"),
    "oatmeal": ("Haferbeige", "haferfarben"), "umber": ("Umbra", "umbrabraun"),
    "chocolate": ("Schokoladenbraun", "schokoladenbraun"),
    "tobacco": ("Tabakbraun", "tabakbraun"), "sage": ("Salbeigrün", "salbeigrün"),
    "moss": ("Moosgrün", "moosgrün"), "olive": ("Olivgrün", "olivgrün"),
    "fern": ("Farngrün", "farngrün"), "forest green": ("Waldgrün", "waldgrün"),
    "pine": ("Tannengrün", "tannengrün"), "mint": ("Mintgrün", "mintgrün"),
    "jade": ("Jadegrün", "jadegrün"), "teal": ("Blaugrün", "blaugrün"),
    "petrol": ("Petrolblau", "petrolblau"), "turquoise": ("Türkis", "türkisfarben"),
    "aqua": ("Aquamarin", "aquamarinblau"), "cyan": ("Cyan", "cyanblau"),
    "sky blue": ("Himmelblau", "himmelblau"), "azure": ("Azurblau", "azurblau"),
    "cobalt": ("Kobaltblau", "kobaltblau"), "navy": ("Marineblau", "marineblau"),
    "ink": ("Tintenblau", "tintenblau"), "indigo": ("Indigo", "indigoblau"),
    "periwinkle": ("Veilchenblau", "veilchenblau"), "lavender": ("Lavendel", "lavendelfarben"),
    "lilac": ("Flieder", "fliederfarben"), "violet": ("Violett", "violett"),
    "plum": ("Pflaume", "pflaumenfarben"), "mauve": ("Malve", "malvenfarben"),
    "magenta": ("Magenta", "magentarot"), "rose": ("Rosenrot", "rosenrot"),
    "blush": ("Zartrosa", "zartrosafarben"), "powder pink": ("Puderrosa", "puderfarben"),
    "raspberry": ("Himbeerrot", "himbeerrot"), "crimson": ("Karminrot", "karminrot"),
    "wine": ("Weinrot", "weinrot"), "scarlet": ("Scharlachrot", "scharlachrot"),
    "vermilion": ("Zinnoberrot", "zinnoberrot"), "charcoal": ("Anthrazit", "anthrazitgrau"),
    "slate": ("Schiefergrau", "schiefergrau"), "pewter": ("Zinngrau", "zinngrau"),
    "silver": ("Silbergrau", "silbergrau"), "fog": ("Nebelgrau", "nebelgrau"),
    "chalk": ("Kreideweiß", "kreideweiß"), "black": ("Schwarz", "schwarz"),
}  # fmt: skip
"""Name of `catalog/color_words.py` → noun, stem of the adjective."""
