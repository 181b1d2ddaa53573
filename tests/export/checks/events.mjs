// Calendars, read by ical.js: the events of the archive.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import ICAL from "ical.js";
import { finish, same, sites } from "./common.mjs";

let count = 0;
for (const { public: folder, truth } of sites()) {
  const read = (path) => new ICAL.Component(ICAL.parse(readFileSync(join(folder, path), "utf8")));
  const events = (path) => read(path).getAllSubcomponents("vevent").map((event) => new ICAL.Event(event));
  const expected = truth.meetings
    .map((meeting) => [
      truth.base + meeting.address,
      meeting.start ? `${meeting.date}T${meeting.start}:00` : meeting.date,
      meeting.place,
      meeting.corrections,
      meeting.cancelled ? "CANCELLED" : "CONFIRMED",
    ])
    .sort();
  const told = (event) => [
    event.component.getFirstPropertyValue("url"),
    event.startDate.toString(),
    event.location,
    event.sequence,
    event.component.getFirstPropertyValue("status"),
  ];
  same(events(truth.calendar).map(told).sort(), expected, truth.calendar);
  const alone = truth.meetings.flatMap((meeting) => events(meeting.address.replace(".html", ".ics")));
  same(alone.map(told).sort(), expected, "the files of single meetings");
  const ids = events(truth.calendar).map((event) => event.uid);
  same(alone.map((event) => event.uid).sort(), ids.sort(), "ids");
  count += 2 * expected.length;
}
finish(count, "events");
