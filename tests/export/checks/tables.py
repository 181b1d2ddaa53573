"""Tables, read by Python's strict CSV reader and by the processor of CSV on the Web; their numbers against archive and pages."""

import csv
import re

from csvw import TableGroup

from common import expect, finish, same, sites

count = 0


def rows(path):
    """RFC 4180: CRLF at every end, quotes doubled, the same number of fields everywhere."""
    raw = path.read_bytes()
    expect(raw.startswith(b"\xef\xbb\xbf"), path, "has no byte order mark")
    text = raw.decode("utf-8-sig")
    expect(text.endswith("\r\n"), path, "does not end in CRLF")
    table = list(csv.reader(text.splitlines(keepends=True), strict=True))
    same({len(row) for row in table}, {len(table[0])}, path, "fields")
    return [dict(zip(table[0], row)) for row in table[1:]]


def guarded(text):
    return " " + text if text.startswith(tuple("=+-@")) else text


for public, truth in sites():
    data, base = public / "data", truth["base"]
    meetings, items, cases = (rows(data / f"{name}.csv") for name in ("meetings", "items", "cases"))
    same([row["address"] for row in meetings], [base + meeting["address"] for meeting in truth["meetings"]], "meetings")
    for row, meeting in zip(meetings, truth["meetings"]):
        expected = {
            "meeting": meeting["address"].removesuffix(".html"), "date": meeting["date"], "start": meeting["start"] or "",
            "end": meeting["end"] or "", "organization": guarded(meeting["name"]), "title": guarded(meeting["title"] or ""),
            "place": guarded(meeting["place"] or ""), "status": meeting["status"],
            "cancelled": str(meeting["cancelled"]).lower(), "items": str(len(meeting["items"])),
            "closed": str(sum(item["closed"] for item in meeting["items"])), "published": meeting["published"] or "",
            "modified": meeting["modified"] or "", "address": base + meeting["address"],
        }
        same(row, expected, "meetings.csv", meeting["address"])
    expected = [
        {
            "meeting": meeting["address"].removesuffix(".html"), "date": meeting["date"], "organization": guarded(meeting["name"]),
            "number": item["number"], "title": guarded(item["title"] or truth["closed_title"]), "case": ";".join(item["cases"]),
            "closed": str(item["closed"]).lower(), "outcome": item["outcome"] or "",
            "address": f"{base}{meeting['address']}#{item['anchor']}",
        }
        for meeting in truth["meetings"] for item in meeting["items"]
    ]
    same(len(items), len(expected), "rows of items.csv")
    for row, item in zip(items, expected):
        same(row, item, "items.csv", item["address"])
    for row, case in zip(cases, truth["cases"]):
        same(row["case"], case["reference"], "cases.csv")
        # What is planned or was called off is no treatment.
        days = case["treated"] or [""]
        told = (int(row["treatments"]), row["first"], row["last"])
        same(told, (len(case["treated"]), days[0], days[-1]), "cases.csv", case["reference"])
        # The page lists every item the case came up in.
        page = (public / case["address"]).read_text()
        course = page[page.index('<ol class="course">'):]
        same(course[: course.index("</ol>")].count("<h3>"), len(case["items"]), case["address"])
    same(len(cases), len(truth["cases"]), "rows of cases.csv")
    # The numbers that the pages show.
    shown = lambda path, pattern: [int(n.replace(".", "").replace(",", "")) for n in re.findall(pattern, (public / path).read_text())]
    words = {"da": ("møder?", "sag(?:er)?"), "en": ("meetings?", "cases?")}[truth["language"]]
    home = shown("index.html", rf"([\d.,]+) {words[0]}")
    expect(len(meetings) in home, "the home page speaks of", home, "meetings, the table of", len(meetings))
    expect(len(cases) in shown("index.html", rf">([\d.,]+) {words[1]}<"), "the home page counts other cases than", len(cases))
    # What describes the tables fits them: every column, every value of its type, every key.
    described = TableGroup.from_file(data / "csv-metadata.json")
    expect(described.check_referential_integrity(strict=True), "csv-metadata.json: a meeting of items.csv is in no row of meetings.csv")
    for table in described.tables:
        name = str(table.url.string)
        own = {"meetings.csv": meetings, "items.csv": items, "cases.csv": cases}[name]
        read = list(table.iterdicts(strict=True))
        same(len(read), len(own), "csv-metadata.json:", name, "rows")
        names = [column.name for column in table.tableSchema.columns]
        same(names, list(own[0]), "csv-metadata.json:", name)
        index = (data / "index.html").read_text()
        part = index[index.index(f'href="../data/{name}"'):]
        part = part[: part.index("</dl>")]
        same(re.findall(r"<dt>(.*?)</dt>\n<dd>.+?</dd>", part), names, "data/index.html explains of", name)
    count += len(meetings) + len(items) + len(cases)

finish(count, "rows of tables")
