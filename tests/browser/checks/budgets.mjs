// What a page may weigh, and how much it may ask for.
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { context } from "../lib/browser.mjs";
import { serve } from "../lib/serve.mjs";

const CSS = 15_000;
const CSS_GZIPPED = 5_000;
const FRAME = 3_000;
const YEAR = 40_000; // for 120 meetings
const SEARCH_SCRIPT = 12_000; // without the index

export default async function budgets({ site, browser, report }) {
  const styles = site.files.filter((file) => file.endsWith(".css"));
  for (const file of styles) {
    const css = fs.readFileSync(path.join(site.root, file));
    const gzipped = zlib.gzipSync(css, { level: 9 }).length;
    const label = `${site.name}/${file}`;
    report.note(label, `${css.length} bytes, ${gzipped} gzipped`);
    if (css.length > CSS) report.finding(label, "", "styles", "", `${css.length} bytes, at most ${CSS}`);
    if (gzipped > CSS_GZIPPED) report.finding(label, "", "styles", "", `${gzipped} bytes gzipped, at most ${CSS_GZIPPED}`);
  }

  for (const page of site.pages) {
    const search = page.kind === "search";
    if (page.scripts && !search) report.finding(page, "", "script", "", "only the search page may have a script");
    const data = [...page.html.matchAll(/<script type="application\/ld\+json">[^]*?<\/script>/g)].join("").length;
    if (page.kind === "meeting") {
      const [begin, end] = [page.html.indexOf(">", page.html.indexOf("<main")) + 1, page.html.indexOf("</main>")];
      const content = page.html.slice(begin, end);
      const jsonLd = [...page.html.matchAll(/<script type="application\/ld\+json">[^]*?<\/script>\n?/g)].map(String).join("");
      const frame = page.bytes - Buffer.byteLength(content) - Buffer.byteLength(jsonLd);
      if (frame > FRAME) report.finding(page, "", "frame", "", `the frame weighs more than ${FRAME} bytes`);
      report.note(page, `frame ${frame} bytes, JSON-LD ${data}`);
    }
    if (page.kind === "year") {
      const meetings = new Set([...page.html.slice(page.html.indexOf("<main")).matchAll(/href="([^"#]*\/\d{4}\/\d{4}-\d\d-\d\d[^"#]*\.html)"/g)].map(([, href]) => href)).size;
      const most = Math.max(YEAR, Math.ceil((YEAR * meetings) / 120));
      report.note(page, `${page.bytes} bytes for ${meetings} meetings`);
      if (page.bytes > most) report.finding(page, "", "year", "", `${page.bytes} bytes for ${meetings} meetings, at most ${most}`);
    }
  }

  const scripts = site.files.filter((file) => file.endsWith(".js") && !/\/data\/[a-z]+[0-9]*\.js$/.test(file));
  const weight = scripts.reduce((sum, file) => sum + fs.statSync(path.join(site.root, file)).size, 0);
  if (weight > SEARCH_SCRIPT) report.finding(`${site.name}/${scripts[0]}`, "", "script", scripts.join(" "), `${weight} bytes, at most ${SEARCH_SCRIPT}`);

  const server = await serve(site.root);
  for (const page of site.longest().filter(({ kind }) => !["redirect", "search", "not-found"].includes(kind))) {
    const tabs = await context(browser, site, { bypassCSP: false });
    const tab = await tabs.newPage();
    server.log.length = 0;
    await tab.goto(server.address + page.file, { waitUntil: "load" });
    await tab.waitForTimeout(100);
    const asked = server.log.map((entry) => entry.path);
    report.note(page, `${asked.length} requests`);
    if (asked.length > 2) report.finding(page, "", "requests", asked.join(" "), `${asked.length} requests on the first view, at most 2`);
    await tabs.close();
  }
  server.close();
}
