// Atom feeds, read by rss-parser: the same entries as the archive has.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Parser from "rss-parser";
import { expect, finish, same, sites } from "./common.mjs";

let count = 0;
for (const { public: folder, truth } of sites()) {
  const read = async (path) => new Parser().parseString(readFileSync(join(folder, path), "utf8"));
  const newest = await read("feed.xml");
  same(newest.title, truth.title, "the title of feed.xml");
  const pages = Math.ceil(truth.meetings.length / 50);
  const links = [...newest.items];
  for (let page = 2; page <= pages; page += 1) links.push(...(await read(`feed-${page}.xml`)).items);
  const addresses = truth.meetings.map((meeting) => truth.base + meeting.address).sort();
  same(links.map((item) => item.link).sort(), addresses, "the entries of feed.xml");
  for (const entry of truth.cases) {
    const feed = await read(entry.address.replace(/html$/, "xml"));
    expect(feed.title.includes(entry.reference), entry.address, "has a feed called", feed.title);
    same(feed.items.length, Math.min(50, entry.items.length), entry.address, "entries");
    count += feed.items.length;
  }
  count += links.length;
}
finish(count, "entries of feeds");
