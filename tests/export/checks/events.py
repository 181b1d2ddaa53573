"""Calendars, read by the Python library icalendar: the events of the archive, and the bytes that RFC 5545 asks for."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from icalendar import Calendar

from common import expect, finish, same, sites

count = 0
uids = {}


def lines(path, raw):
    """§ 3.1: lines end in CRLF and hold at most 75 octets, and a character is never torn apart."""
    expect(raw.endswith(b"\r\n"), path, "does not end in CRLF")
    expect(raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r"), path, "has line ends that are not CRLF")
    for line in raw.split(b"\r\n"):
        expect(len(line) <= 75, path, "has a line of", len(line), "octets:", line)
        try:
            line.decode()
        except UnicodeDecodeError:
            expect(False, path, "tears a character apart:", line)


def zone(path, calendar, name):
    """§ 3.6.5: one zone, whose rules give the offsets of the database; and no other is named."""
    timed = [event for event in calendar.walk("VEVENT") if isinstance(event["DTSTART"].dt, datetime)]
    zones = calendar.walk("VTIMEZONE")
    same(len(zones), 1 if timed else 0, path, "zones")
    for zone in zones:
        same(str(zone["TZID"]), name, path, "TZID")
        expect("DTSTAMP" not in zone and "UID" not in zone, path, "gives the zone what only events have")
        read = zone.to_tz(lookup_tzid=False)
        for event in timed:
            at = event["DTSTART"].dt.replace(tzinfo=None)
            same(str(event["DTSTART"].params["TZID"]), name, path, "TZID of", event["UID"])
            # A moment that the clocks left out has no offset to compare.
            there = at.replace(tzinfo=ZoneInfo(name))
            if there.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(name)).replace(tzinfo=None) == at:
                same(at.replace(tzinfo=read).utcoffset(), there.utcoffset(), path, "offset of", at)


def event(path, event, meeting, truth):
    start = event["DTSTART"].dt
    day = date.fromisoformat(meeting["date"])
    if meeting["start"]:
        same(start.replace(tzinfo=None), datetime.combine(day, time.fromisoformat(meeting["start"])), path, "DTSTART")
    else:
        expect(type(start) is date and start == day, path, "DTSTART is", start)
    end = meeting["end"] if meeting["end"] and meeting["start"] and meeting["end"] > meeting["start"] else None
    same("DTEND" in event, end is not None, path, "has an end")
    if end:
        same(event["DTEND"].dt.replace(tzinfo=None), datetime.combine(day, time.fromisoformat(end)), path, "DTEND")
    same(str(event["STATUS"]), "CANCELLED" if meeting["cancelled"] else "CONFIRMED", path, "STATUS")
    same(int(event["SEQUENCE"]), meeting["corrections"], path, "SEQUENCE")
    same(str(event.get("LOCATION", "")), meeting["place"] or "", path, "LOCATION")
    expect((meeting["title"] or meeting["name"]) in str(event["SUMMARY"]), path, "SUMMARY is", event["SUMMARY"])
    changed = datetime.combine(date.fromisoformat(meeting["changed"]), time(), ZoneInfo(truth["time_zone"]))
    same(event["DTSTAMP"].dt, changed.astimezone(ZoneInfo("UTC")), path, "DTSTAMP")
    address = truth["base"] + meeting["address"]
    same(str(event["URL"]), address, path, "URL")
    same(uids.setdefault(address, str(event["UID"])), str(event["UID"]), path, "UID")


def check(public, truth, path, meetings):
    global count
    raw = (public / path).read_bytes()
    lines(path, raw)
    calendar = Calendar.from_ical(raw)
    same(str(calendar["VERSION"]), "2.0", path)
    zone(path, calendar, truth["time_zone"])
    by_address = {str(event["URL"]): event for event in calendar.walk("VEVENT")}
    same(len(calendar.walk("VEVENT")), len(meetings), path, "events")
    for meeting in meetings:
        found = by_address.get(truth["base"] + meeting["address"])
        expect(found is not None, path, "lacks", meeting["address"])
        if found is not None:
            event(path, found, meeting, truth)
    count += len(meetings)
    return calendar


for public, truth in sites():
    check(public, truth, truth["calendar"], truth["meetings"])
    for organization in {meeting["organization"] for meeting in truth["meetings"]}:
        own = [meeting for meeting in truth["meetings"] if meeting["organization"] == organization]
        check(public, truth, f"{organization}/{truth['calendar']}", own)
    for meeting in truth["meetings"]:
        path = meeting["address"].replace(".html", ".ics")
        calendar = check(public, truth, path, [meeting])
        told = str(calendar.walk("VEVENT")[0].get("DESCRIPTION", ""))
        for item in meeting["items"]:
            title = " ".join((item["title"] or truth["closed_title"]).split())
            expect(f"{item['number']}. {title}" in told, path, "does not tell item", item["number"], told)

same(len(set(uids.values())), len(uids), "different ids")
finish(count, "events")
