"""Atom feeds, read by feedparser: every entry of the archive once, newest change first, whole decisions, stable addresses."""

import feedparser

from common import expect, finish, same, sites


def walk(public, base, path):
    """The entries of a feed and of all older parts."""
    entries, seen = [], set()
    first = path
    while path:
        expect(path not in seen, path, "comes back to itself")
        if path in seen:
            break
        seen.add(path)
        feed = feedparser.parse((public / path).read_bytes())
        expect(not feed.bozo, path, "is not well-formed:", feed.get("bozo_exception"))
        same(feed.version, "atom10", path)
        links = {link.rel: link.href for link in feed.feed.links}
        same(links["self"], base + path, path, "self")
        same(feed.feed.id, base + first, path, "id")
        expect((public / links["alternate"].removeprefix(base)).is_file(), path, "alternate", links["alternate"])
        expect(len(feed.entries) <= 50, path, "has", len(feed.entries), "entries")
        if "previous" in links:
            expect(links["previous"].removeprefix(base) in seen, path, "has a previous part that did not lead to it")
        entries += feed.entries
        after = links.get("next", "").removeprefix(base)
        expect(not after or len(feed.entries) == 50, path, "is not full and not the last")
        if not after and len(seen) > 1:
            same(links["last"], base + path, path, "last")
        path = after
    return entries


def check(entries, expected, path):
    """Entries against `id -> changed`."""
    ids = [entry.id for entry in entries]
    same(len(set(ids)), len(ids), path, "number of different ids")
    same(set(ids), set(expected), path, "entries")
    dates = [entry.updated[:10] for entry in entries]
    same(dates, sorted(dates, reverse=True), path, "order")
    for entry in entries:
        same(entry.updated[:10], expected.get(entry.id), path, entry.id, "updated")
        same(entry.link, entry.id, path, entry.id, "link")


count = 0
for public, truth in sites():
    base = truth["base"]
    meetings = truth["meetings"]
    by_address = {meeting["address"]: meeting for meeting in meetings}
    feeds = {"feed.xml": meetings}
    for meeting in meetings:
        feeds.setdefault(meeting["organization"] + "/feed.xml", []).append(meeting)
    for path, own in feeds.items():
        entries = walk(public, base, path)
        check(entries, {base + meeting["address"]: meeting["changed"] for meeting in own}, path)
        for entry in entries:
            meeting = by_address[entry.id.removeprefix(base)]
            text = entry.content[0].value if meeting["items"] else ""
            for item in meeting["items"]:
                expect(f"#{item['anchor']}" in text, path, entry.id, "lacks item", item["number"])
                if item["closed"]:
                    for part in filter(None, (item["reason"], item["decision"])):
                        expect(part in text, path, entry.id, "lacks", part)
        count += len(entries)
    for case in truth["cases"]:
        path = case["address"].removesuffix(".html") + ".xml"
        entries = walk(public, base, path)
        expected = {f"{base}{address}#{anchor}": by_address[address]["changed"] for address, anchor in case["items"]}
        check(entries, expected, path)
        for entry in entries:
            expect(entry.get("content"), path, entry.id, "has no content")
        count += len(entries)
        page = (public / case["address"]).read_text()
        expect(f'type="application/atom+xml" href="../{path}"' in page, case["address"], "has no link to its feed in the head")
        expect(f'<a href="../{path}"' in page, case["address"], "shows no link to its feed")

finish(count, "entries of feeds")
