// One Chromium for a run, and several pages of it at work at a time.
import path from "node:path";
import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const WIDE = { width: 1280, height: 900 };

/** Starts Chromium headless with a profile of its own that goes away with it. */
export function launch(extra = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: [...ARGUMENTS, ...extra] });
}

/** Opens an isolated profile. Addresses under the site's `base_url`, which the page of a missing address uses, are answered from the disk. */
export async function context(browser, site, options = {}) {
  const made = await browser.newContext({ viewport: WIDE, locale: "da-DK", bypassCSP: true, ...options });
  if (site.base) {
    await made.route(`${site.base}**`, (route) => {
      const file = decodeURIComponent(new URL(route.request().url()).pathname.slice(new URL(site.base).pathname.length));
      return site.files.includes(file) ? route.fulfill({ path: path.join(site.root, file) }) : route.fulfill({ status: 404, body: "" });
    });
  }
  return made;
}

/** How readers see a page. `bypassCSP` lets the tools in; the pages' own policy is tested in offline.mjs. */
export const STATES = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced colours": { forcedColors: "active" },
  "320 px": { viewport: { width: 320, height: 640 } },
};

/** Shows a loaded page as in a state, which takes a fraction of what it takes to load it again. */
export async function enter(tab, { viewport = WIDE, colorScheme = "light", forcedColors = "none" }) {
  await tab.setViewportSize(viewport);
  await tab.emulateMedia({ colorScheme, forcedColors });
}

/** Runs `work(page, item)` over all items, in a few tabs of one context at a time. */
export async function inTabs(browserContext, items, work, tabs = 3) {
  const queue = [...items];
  const workers = Array.from({ length: Math.min(tabs, queue.length) }, async () => {
    const page = await browserContext.newPage();
    while (queue.length) await work(page, queue.shift());
    await page.close();
  });
  await Promise.all(workers);
}

/** Makes the tabs of a context show pages as a browser with scripts off does, and still lets tools run in them. */
export async function withoutScripts(browser, site, browserContext) {
  const plain = await context(browser, site, { javaScriptEnabled: false });
  await browserContext.route(/\.html$/, async (route) => {
    const tab = await plain.newPage();
    await tab.goto(route.request().url());
    const html = await tab.content();
    await tab.close();
    await route.fulfill({ body: html.replace(/<script(?![^>]*ld\+json)[^]*?<\/script>/g, ""), contentType: "text/html" });
  });
}
