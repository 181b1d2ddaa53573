"""JSON-LD of the pages and the catalogue, expanded by PyLD with a context of our own: nothing is fetched."""

import json
import re
from pathlib import Path

from pyld import jsonld

from common import expect, finish, same, sites

CONTEXT = json.loads((Path(__file__).parent.parent / "schema-org.json").read_text())
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"


def local(address, options):
    expect(address.rstrip("/") == "https://schema.org", "a context is asked for at", address)
    return {"contextUrl": None, "documentUrl": address, "document": CONTEXT}


def lost(value, key=""):
    """Keys that expansion would drop: words the context doesn't know."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from lost(inner, name)
        for name in value:
            if not name.startswith("@") and name not in CONTEXT["@context"]:
                yield name
    if isinstance(value, list):
        for inner in value:
            yield from lost(inner, key)


count = 0
for public, truth in sites():
    for path in sorted(public.rglob("*.html")):
        for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', path.read_text()):
            document = json.loads(text)
            expanded = jsonld.expand(document, {"documentLoader": local, "base": truth["base"]})
            same(len(expanded), len(document["@graph"]), path, "things")
            same(list(lost(document["@graph"])), [], path, "words that mean nothing")
            count += 1
    document = json.loads((public / "data/catalog.jsonld").read_text())
    (catalog,) = jsonld.expand(document, {"documentLoader": local})
    same(catalog["@type"], [DCAT + "Catalog"], "catalog.jsonld")
    dataset = catalog[DCAT + "dataset"][0]
    same(dataset["@type"], [DCAT + "Dataset"], "catalog.jsonld")
    same(dataset[DCT + "title"][0]["@value"], truth["title"], "the title of the dataset")
    for word in (DCT + "description", DCT + "publisher", DCT + "temporal", DCT + "modified", DCAT + "landingPage"):
        expect(word in dataset, "catalog.jsonld lacks", word)
    forms = dataset[DCAT + "distribution"]
    expect(len(forms) >= 6, "catalog.jsonld has", len(forms), "distributions")
    for form in forms:
        address = form[DCAT + "downloadURL"][0]["@id"]
        expect((public / address.removeprefix(truth["base"])).is_file(), "catalog.jsonld leads to nothing at", address)
        expect(form[DCAT + "mediaType"][0]["@id"].startswith("https://www.iana.org/assignments/media-types/"), address)
    same(len({form["@id"] for form in forms}), len(forms), "ids of distributions")
    count += 1

finish(count, "documents")
