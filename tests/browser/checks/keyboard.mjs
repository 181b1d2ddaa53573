// By keyboard alone: a skip link first, every stop in reading order, in view, and marked with a contrast of at least 3:1.
import fs from "node:fs";
import path from "node:path";
import { STATES, context, enter, inTabs } from "../lib/browser.mjs";
import { comparer } from "../lib/pixels.mjs";

/** Styles of stops whose marks are measured, in each state and under each stylesheet: once is enough for all pages of all sites. */
const measured = new Set();

export default async function keyboard({ site, browser, report }) {
  const pages = site.longest().filter((page) => page.kind !== "redirect");
  const looks = site.files.filter((file) => file.endsWith(".css")).map((file) => fs.readFileSync(path.join(site.root, file), "utf8")).join();
  const pixels = await comparer(browser);
  const tabs = await context(browser, site);
  await inTabs(tabs, pages, async (tab, page) => {
    for (const [state, options] of Object.entries(STATES)) {
      await enter(tab, options);
      report.page(page, state);
      const fault = (rule, element, message) => report.finding(page, state, rule, element, message);
      // Colours change the marks alone; the way through a page is that of the size of the screen.
      if (state === "light" || state === "320 px") {
        await tab.goto(page.address);
        await skipLink(tab, fault);
        await tab.goto(page.address);
        await walk(tab, fault);
      }
      await marks(tab, fault, `${state} ${looks}`, pixels);
    }
  }, 1); // keys go to the tab in front
  await tabs.close();
  await pixels.close();
}

async function skipLink(tab, fault) {
  await tab.evaluate(IN_PAGE);
  await tab.keyboard.press("Tab");
  const first = await tab.evaluate(() => window.describe(document.activeElement));
  if (!first?.href?.startsWith("#")) return fault("skip link", first?.html, "the first stop isn't a link to the content");
  if (!first.inView || first.width < 24 || first.height < 24) fault("skip link", first.html, "the skip link can't be seen when it has the focus");
  await tab.keyboard.press("Enter");
  if (!(await tab.evaluate(() => document.activeElement?.localName === "main"))) fault("skip link", first.html, "Enter on the skip link doesn't move the focus to main");
  await tab.keyboard.press("Tab");
  const inside = await tab.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest("main, main ~ *"));
  if (!inside) fault("skip link", first.html, "the stop after the skip link isn't in or after main");
}

/** Goes through a page from stop to stop; the page itself writes them down, since to ask for each takes longer than the way. */
async function walk(tab, fault) {
  await tab.evaluate(IN_PAGE);
  const expected = await tab.evaluate(() => {
    addEventListener("keyup", () => (window.walked ??= []).push(window.describe(document.activeElement)));
    return window.stops().length;
  });
  for (let pressed = 0; pressed <= expected; pressed += 1) await tab.keyboard.press("Tab");
  const all = await tab.evaluate(() => window.walked);
  const end = all.findIndex((stop, i) => !stop || (i && stop.index === all[0].index)); // after the last stop comes the first again
  const stops = end < 0 ? all : all.slice(0, end);
  stops.forEach((stop, i) => {
    const last = stops[i - 1];
    if (!stop.inView) fault("focus in view", stop.html, "the stop isn't in view when it has the focus");
    if (stop.tabIndex > 0) fault("focus order", stop.html, "tabindex above 0 changes the order");
    if (last && stop.index <= last.index) fault("focus order", stop.html, "the stop comes before the one before it in the document");
    const below = last && stop.top >= last.top - 4;
    const beside = last && stop.left > last.left;
    if (last && !below && !beside) fault("focus order", stop.html, `the stop is above and left of the one before it, ${last.html}`);
  });
  if (stops.length < expected) fault("focus", "", `Tab reaches ${stops.length} of ${expected} links and fields`);
}

/** Gives the focus, as keys would, to the first stop of each style that wasn't measured, and measures its mark. */
async function marks(tab, fault, looks, pixels) {
  await tab.evaluate(IN_PAGE);
  const styles = await tab.evaluate(() => window.stops().map((element) => window.style(element)));
  for (const [i, style] of styles.entries()) {
    if (measured.has(looks + style)) continue;
    measured.add(looks + style);
    const stop = await tab.evaluate((i) => {
      window.stops()[i].focus({ focusVisible: true });
      return window.describe(document.activeElement);
    }, i);
    if (stop) await mark(tab, stop, fault, pixels);
    else fault("focus", style, "doesn't take the focus");
  }
}

/** Measures how much a stop's look changes with the focus. */
async function mark(tab, stop, fault, pixels) {
  const clip = await tab.evaluate(() => {
    const { left, top, right, bottom } = document.activeElement.getBoundingClientRect();
    const [x, y] = [Math.max(0, left - 8), Math.max(0, top - 8)];
    return { x, y, width: Math.min(innerWidth, right + 8) - x, height: Math.min(innerHeight, bottom + 8) - y };
  });
  if (clip.width <= 0 || clip.height <= 0) return;
  const focused = await tab.screenshot({ clip });
  await tab.evaluate(() => {
    window.stop = document.activeElement;
    window.stop.blur();
  });
  const plain = await tab.screenshot({ clip });
  await tab.evaluate(() => window.stop.focus({ preventScroll: true, focusVisible: true }));
  const count = await pixels.changed(plain, focused, 3);
  // A line of 2 px along the longer side is the least that can be called visible.
  const least = 2 * Math.max(Math.min(stop.width, clip.width), Math.min(stop.height, clip.height));
  if (count < least * 0.95) fault("focus mark", stop.html, `only ${count} points change by 3:1 with the focus, a mark needs ${Math.round(least)}`);
}

/** Everything that Tab should reach; runs in the page. */
function stops() {
  const selector = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  return [...document.querySelectorAll(selector)].filter((e) => !e.disabled && e.checkVisibility({ visibilityProperty: true }));
}

/** What decides how a stop looks; runs in the page. */
function style(element) {
  const path = [];
  for (let e = element; e && e !== document.documentElement; e = e.parentElement) path.unshift(`${e.localName}.${e.className}`);
  return path.slice(-4).join(">");
}

/** Says of a stop what is judged; runs in the page. */
function describe(element) {
  if (!element || element === document.body || element === document.documentElement) return null;
  const box = element.getBoundingClientRect();
  const line = element.getClientRects()[0] ?? box;
  return {
    html: element.outerHTML.slice(0, 200),
    href: element.getAttribute("href"),
    index: [...document.querySelectorAll("*")].indexOf(element),
    tabIndex: element.tabIndex,
    inView: box.width > 1 && box.height > 1 && line.bottom > 0 && line.top < innerHeight && line.right > 0 && line.left < innerWidth,
    width: line.width,
    height: line.height,
    top: line.top + scrollY,
    left: line.left,
  };
}

const IN_PAGE = `0; ${stops}; ${style}; ${describe}; 0`; // what begins with a function would be called
