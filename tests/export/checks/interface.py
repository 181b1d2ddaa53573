"""The OParl interface: every object by the rules of OParl 1.1, every address leads to itself, every list ends and is whole.

The rules are our own statement of the standard; the section stands beside each type. A rule is the key, whether it must be
there, and what its value is.
"""

import json
import re
from datetime import date, datetime

from common import expect, finish, same, sites

SCHEMA = "https://schema.oparl.org/1.1/"

TEXT, FLAG, NUMBER, DAY, MOMENT, ADDRESS, OBJECT, LIST = "text", "flag", "number", "day", "moment", "address", "object", "list"

# § 3.1: what every object has
COMMON = {"id": (True, ADDRESS), "type": (True, ADDRESS), "created": (True, MOMENT), "modified": (True, MOMENT), "web": (False, ADDRESS), "license": (False, ADDRESS)}

RULES = {
    # § 3.2
    "System": {"oparlVersion": (True, ADDRESS), "body": (True, ADDRESS), "name": (False, TEXT), "contactEmail": (False, TEXT), "website": (False, ADDRESS)},
    # § 3.3; the lists of § 4.1 too
    "Body": {
        "system": (False, ADDRESS), "name": (True, TEXT), "contactEmail": (False, TEXT), "organization": (True, ADDRESS), "person": (True, ADDRESS),
        "meeting": (True, ADDRESS), "paper": (True, ADDRESS), "agendaItem": (True, ADDRESS), "consultation": (True, ADDRESS), "file": (True, ADDRESS),
        "locationList": (True, ADDRESS), "legislativeTermList": (True, ADDRESS), "membership": (True, ADDRESS), "legislativeTerm": (True, [OBJECT, "LegislativeTerm"]),
    },
    # § 3.4
    "LegislativeTerm": {"body": (None, ADDRESS), "name": (False, TEXT), "startDate": (False, DAY), "endDate": (False, DAY)},
    # § 3.5
    "Organization": {"body": (False, ADDRESS), "name": (False, TEXT), "classification": (False, TEXT), "meeting": (False, ADDRESS)},
    # § 3.6
    "Person": {"body": (False, ADDRESS), "name": (False, TEXT)},
    # § 3.8
    "Meeting": {
        "name": (False, TEXT), "meetingState": (False, TEXT), "cancelled": (False, FLAG), "start": (False, MOMENT), "end": (False, MOMENT),
        "location": (False, (OBJECT, "Location")), "organization": (False, [ADDRESS, "Organization"]), "participant": (False, [ADDRESS, "Person"]),
        "auxiliaryFile": (False, [OBJECT, "File"]), "agendaItem": (False, [OBJECT, "AgendaItem"]),
    },
    # § 3.9; the order is a whole number from 0 on
    "AgendaItem": {
        "meeting": (None, ADDRESS), "number": (False, TEXT), "order": (True, NUMBER), "name": (False, TEXT), "public": (False, FLAG), "consultation": (False, ADDRESS),
        "result": (False, TEXT), "resolutionText": (False, TEXT), "auxiliaryFile": (False, [OBJECT, "File"]), "referat:reason": (False, TEXT),
    },
    # § 3.10
    "Paper": {
        "body": (False, ADDRESS), "name": (False, TEXT), "reference": (False, TEXT), "date": (False, DAY),
        "consultation": (False, [OBJECT, "Consultation"]), "auxiliaryFile": (False, [OBJECT, "File"]),
    },
    # § 3.11
    "Consultation": {"paper": (None, ADDRESS), "agendaItem": (False, ADDRESS), "meeting": (False, ADDRESS), "organization": (False, [ADDRESS, "Organization"])},
    # § 3.12
    "File": {
        "name": (False, TEXT), "fileName": (False, TEXT), "mimeType": (False, TEXT), "size": (False, NUMBER), "accessUrl": (True, ADDRESS), "downloadUrl": (False, ADDRESS),
        "meeting": (None, [ADDRESS, "Meeting"]), "agendaItem": (None, [ADDRESS, "AgendaItem"]), "paper": (None, [ADDRESS, "Paper"]),
    },
    # § 3.13
    "Location": {"description": (False, TEXT)},
}

# § 2.4: values
FORMS = {
    TEXT: lambda value: isinstance(value, str) and value.strip() != "",
    FLAG: lambda value: isinstance(value, bool),
    NUMBER: lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    DAY: lambda value: isinstance(value, str) and bool(date.fromisoformat(value)),
    MOMENT: lambda value: isinstance(value, str) and bool(re.search(r"T\d\d:\d\d:\d\d[+-]\d\d:\d\d$", value)) and datetime.fromisoformat(value).tzinfo is not None,
    ADDRESS: lambda value: isinstance(value, str) and value.startswith("https://"),
}


class Site:
    def __init__(self, public, truth):
        self.public, self.truth, self.base = public, truth, truth["base"]
        self.objects = {}

    def read(self, address):
        expect(address.startswith(self.base), address, "leads away")
        return json.loads((self.public / address.removeprefix(self.base)).read_text())

    def fetch(self, address, kind=None):
        """An object at its address."""
        if address not in self.objects:
            value = self.read(address)
            same(value["id"], address, "the id at", address)
            self.objects[address] = value
            self.check(value, alone=True)
        if kind:
            same(self.objects[address]["type"], SCHEMA + kind, address, "type")
        return self.objects[address]

    def check(self, value, alone):
        kind = value["type"].removeprefix(SCHEMA)
        where = value["id"]
        if value.get("deleted"):
            same(sorted(value), ["created", "deleted", "id", "modified", "type"], where, "keys of what is gone (§ 2.8)")
            return
        rules = COMMON | RULES[kind]
        expect(set(value) <= set(rules), where, "has keys that the standard doesn't:", set(value) - set(rules))
        for key, (needed, form) in rules.items():
            if key not in value:
                # A way back (None) is left out where the object stands inside another (§ 2.5.2), and only there.
                expect(needed is False or (needed is None and not alone), where, "lacks", key)
                continue
            expect(needed is not None or alone, where, "has a way back inside another object:", key)
            self.value(where, key, value[key], form)
        expect(value["created"] <= value["modified"], where, "changed before it was made")

    def value(self, where, key, value, form):
        if isinstance(form, str):
            expect(FORMS[form](value), where, key, "is no", form, value)
            if form == ADDRESS and "/oparl/" in value and key not in ("id", "type") and not self.is_list(key, where):
                self.fetch(value)
        elif isinstance(form, tuple):
            self.inside(where, value, form[1])
        else:
            expect(isinstance(value, list) and len(value) == len({json.dumps(inner) for inner in value}), where, key, "is no list of different values")
            for inner in value:
                self.fetch(inner, form[1]) if form[0] == ADDRESS else self.inside(where, inner, form[1])

    def is_list(self, key, where):
        return (key == "body" and where.endswith("/system.json")) or where.endswith("/body.json") and key != "system" or (key == "meeting" and "/organization/" in where)

    def inside(self, where, value, kind):
        """§ 2.5.2: an object inside another is the one at its own address, without the way back."""
        same(value["type"], SCHEMA + kind, where)
        self.check(value, alone=False)
        whole = self.fetch(value["id"])
        backs = {key for key, (needed, _) in RULES[kind].items() if needed is None}
        same({key: inner for key, inner in whole.items() if key not in backs}, value, where, "holds another", value["id"])

    def walk(self, address, kind):
        """§ 2.5.3 and 2.5.4: a list to its end."""
        found, page, seen = [], address, set()
        while page:
            expect(page not in seen, page, "comes back to itself")
            if page in seen:
                break
            seen.add(page)
            part = self.read(page)
            same(sorted(part), ["data", "links", "pagination"], page, "keys")
            same(part["links"]["self"], page, page, "self")
            same(part["links"]["first"], address, page, "first")
            same(part["pagination"]["currentPage"], len(seen), page, "currentPage")
            after = part["links"].get("next")
            expect(not after or len(part["data"]) == part["pagination"]["elementsPerPage"], page, "is not full and not the last")
            if not after:
                same(part["links"]["last"], page, page, "last")
                same(part["pagination"]["totalPages"], len(seen), page, "totalPages")
            found += part["data"]
            page = after
        same(part["pagination"]["totalElements"], len(found), address, "totalElements")
        ids = [value["id"] for value in found]
        same(len(set(ids)), len(ids), address, "different ids")
        if kind:
            for value in found:
                same(value, self.fetch(value["id"], kind), address, "holds another")
        return found


def against_truth(site, lists):
    truth = site.truth
    meetings = {value["web"]: value for value in lists["meeting"]}
    same(set(meetings), {site.base + meeting["address"] for meeting in truth["meetings"]}, "meetings")
    for meeting in truth["meetings"]:
        value = meetings[site.base + meeting["address"]]
        where = value["id"]
        start = meeting["start"] or "00:00"
        if start != "02:30":  # which some nights lack
            same(value["start"][:16], f"{meeting['date']}T{start}", where, "start")
        same(value["cancelled"], meeting["cancelled"], where, "cancelled")
        same(value["created"][:10], meeting["published"] or meeting["date"], where, "created")
        same(value["modified"][:10], meeting["changed"], where, "modified")
        same(value.get("location", {}).get("description"), meeting["place"], where, "location")
        same(len(value["agendaItem"]), len(meeting["items"]), where, "items")
        for order, (item, expected) in enumerate(zip(value["agendaItem"], meeting["items"])):
            same((item["number"], item["order"], item["public"]), (expected["number"], order, not expected["closed"]), where, "item")
            same(item["name"], expected["title"] or truth["closed_title"], where, "name of item", expected["number"])
            same("consultation" in item, bool(expected["cases"]), where, "consultation of item", expected["number"])
            if expected["closed"]:
                same(item.get("resolutionText"), expected["decision"], where, "decision of", expected["number"])
                same(item.get("referat:reason"), expected["reason"], where, "reason of", expected["number"])
                allowed = {"id", "type", "created", "modified", "web", "number", "order", "public", "name", "resolutionText", "referat:reason"}
                expect(set(item) <= allowed, where, "tells of a closed item", set(item) - allowed)
    papers = {value["reference"]: value for value in lists["paper"]}
    same(set(papers), {case["reference"] for case in truth["cases"]}, "papers")
    for case in truth["cases"]:
        items = [site.fetch(value["agendaItem"])["web"] for value in papers[case["reference"]]["consultation"]]
        same(items, [f"{site.base}{address}#{anchor}" for address, anchor in case["items"]], case["reference"], "consultations")
    same({value["name"] for value in lists["person"]}, {name for meeting in truth["meetings"] for name in meeting["people"]}, "people")


count = 0
for public, truth in sites():
    site = Site(public, truth)
    system = site.fetch(truth["base"] + "oparl/system.json", "System")
    same(system["oparlVersion"], SCHEMA, "the version")
    (body,) = site.walk(system["body"], "Body")
    kinds = {"organization": "Organization", "person": "Person", "meeting": "Meeting", "paper": "Paper", "agendaItem": "AgendaItem",
             "consultation": "Consultation", "file": "File", "locationList": "Location", "legislativeTermList": "LegislativeTerm", "membership": None}
    lists = {key: site.walk(body[key], kind) for key, kind in kinds.items()}
    held = [value["id"] for organization in lists["organization"] for value in site.walk(organization["meeting"], "Meeting")]
    same(sorted(held), sorted(value["id"] for value in lists["meeting"]), "the meetings of the organizations")
    against_truth(site, lists)
    # Everything there is, is on a list; and the months tell of everything once.
    listed = {value["id"] for values in lists.values() for value in values} | {system["id"], body["id"]}
    same(set(site.objects), listed, "objects")
    there = {truth["base"] + str(path.relative_to(public)) for path in (public / "oparl").glob("*/*.json") if "-meetings" not in path.name and path.parent.name != "changes"}
    same(there, listed - {system["id"], body["id"]}, "files of objects")
    months = site.read(truth["base"] + "oparl/changes.json")["data"]
    changes = [value for month in months for value in site.walk(month["list"], None)]
    same({(value["id"], value["modified"]) for value in changes}, {(value["id"], value["modified"]) for value in site.objects.values()}, "changes")
    for month in months:
        same({value["modified"][:7] for value in site.walk(month["list"], None)}, {month["month"]}, "the month of changes")
    count += len(site.objects)

finish(count, "objects")
