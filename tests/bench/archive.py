#!/usr/bin/env python3
"""Makes an archive of made-up minutes for measuring: archive.py MEETINGS FOLDER [--hugo].

The same number gives the same bytes. Words are put together from parts, so that the vocabulary has the compounds of real
minutes; their numbers follow Zipf's law. With --hugo the same minutes come with the front matter that Hugo needs.
"""

import bisect
import pathlib
import random
import sys

FIRST = "skole børne ældre miljø trafik kultur idræts plan bygge natur klima vej bolig erhvervs social sundheds familie budget personale digital".split()
LAST = "plan politik udvalg indsats aftale takst analyse rapport gruppe møde anlæg tilskud område strategi proces center".split()
ENDINGS = ["", "en", "er", "erne", "ens"]
SMALL = "i og at det en den til er som på de med han af for ikke der var sig men et har om vi min havde hun nu over da fra du ud sin os under mod blev efter kan skal vil flere alle".split()
BODIES = "Byrådet Økonomiudvalget Teknikudvalget Børneudvalget Ældrerådet Kulturudvalget Socialudvalget Planudvalget Miljøudvalget Erhvervsudvalget Sundhedsudvalget Skoleudvalget".split()
NAMES = [f"{first} {last}" for first in "Asta Birk Clara David Ella Finn Gerda Hans Ida Jens".split() for last in "Holm Lund Krog Bach Dahl".split()]
SECTIONS = ["Baggrund", "Sagsfremstilling", "Indstilling", "Beslutning"]
DECISIONS = ["Godkendt.", "Indstillingen blev fulgt.", "Udsat.", "Taget til efterretning.", "Oversendes til Byrådet."]


class Text:
    """Sentences by chance."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        compounds = [first + last + ending for first in FIRST for last in LAST for ending in ENDINGS]
        self.random.shuffle(compounds)
        self.words = SMALL + compounds
        total, self.sums = 0.0, []
        for rank in range(len(self.words)):
            total += 1 / (rank + 3)
            self.sums.append(total)

    def word(self):
        return self.words[min(bisect.bisect(self.sums, self.random.random() * self.sums[-1]), len(self.words) - 1)]

    def sentence(self, case):
        words = [self.word() for _ in range(self.random.randint(6, 20))]
        if case and self.random.random() < 0.04:
            words += ["jf.", "sag", case]
        return " ".join(words).capitalize() + "."

    def paragraph(self, case):
        return " ".join(self.sentence(case) for _ in range(self.random.randint(2, 6)))


def slug(name):
    return name.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")


def main():
    meetings, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    hugo = "--hugo" in sys.argv
    text = Text(meetings)
    per_year = max(40, meetings // 12)
    cases = [f"{10 + number * 14 // (meetings * 4 + 1)}/{100 + number}" for number in range(meetings * 4)]
    (folder / "content").mkdir(parents=True, exist_ok=True)
    if not hugo:
        (folder / "content/site.yaml").write_text("title: Referater\nbase_url: https://referater.example/\noutputs: []\n")
    for number in range(meetings):
        body = BODIES[number % len(BODIES)]
        year, day = 2012 + number // per_year, number % per_year * 360 // per_year
        date = f"{year}-{day // 30 + 1:02}-{day % 30 % 28 + 1:02}"
        name = f"{date}-{number}"
        items, used = [], []
        for item in range(1, text.random.randint(6, 14) + 1):
            if text.random.random() < 0.08:
                items.append(f"## Punkt {item}: Lukket\n\n{text.paragraph(None)}\n")
                continue
            case = cases[min(len(cases) - 1, int(text.random.random() ** 2 * 60) + number * 4)]
            used.append(case.replace("/", "-"))
            title = " ".join(text.word() for _ in range(text.random.randint(3, 7))).capitalize()
            parts = [f"## Punkt {item}: {title}\n\n{case}\n"]
            for section in SECTIONS[:-1]:
                paragraphs = [text.paragraph(text.random.choice(cases)) for _ in range(text.random.randint(1, 3))]
                parts.append(f"### {section}\n\n" + "\n\n".join(paragraphs) + "\n")
            if text.random.random() < 0.2:
                rows = "\n".join(f"| {text.word()} | {text.random.randint(1, 9999)} | {text.random.randint(1, 9999)} |" for _ in range(5))
                parts.append(f"| Område | 2024 | 2025 |\n| --- | ---: | ---: |\n{rows}\n")
            parts.append(f"### {SECTIONS[-1]}\n\n{text.random.choice(DECISIONS)}\n")
            items.append("\n".join(parts))
        people = "".join(f"  - {person}\n" for person in text.random.sample(NAMES, 7))
        head = f"date: {date}\nstart: \"16:00\"\nplace: Rådhuset\nparticipants:\n{people}"
        if hugo:
            head = f"title: \"{body} {date}\"\n{head}sager: {sorted(set(used))}\naar: [\"{year}\"]\nudvalg: [{slug(body)}]\n"
        else:
            head = f"{head}slug: nr-{number}\n"
        path = folder / "content" / slug(body) / str(year)
        path.mkdir(parents=True, exist_ok=True)
        (path / f"{name}.md").write_text(f"---\n{head}---\n\n" + "\n".join(items))


main()
