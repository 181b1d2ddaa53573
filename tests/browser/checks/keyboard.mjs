// By keyboard alone: a skip link first, every stop in reading order, in view, and marked with a contrast of at least 3:1.
import { STATES, context, inTabs } from "../lib/browser.mjs";
import { comparer } from "../lib/pixels.mjs";

export default async function keyboard({ site, browser, report }) {
  const pages = site.longest().filter((page) => page.kind !== "redirect");
  const pixels = await comparer(browser);
  for (const state of ["light", "dark", "forced colours", "320 px"]) {
    const tabs = await context(browser, site, STATES[state]);
    const measured = new Set(); // one measurement of each style of stop is enough
    await inTabs(tabs, pages, async (tab, page) => {
      await tab.goto(page.address);
      report.page(page, state);
      const fault = (rule, element, message) => report.finding(page, state, rule, element, message);
      await skipLink(tab, fault);
      await tab.goto(page.address);
      await stops(tab, fault, measured, pixels);
    }, 1); // keys go to the tab in front
    await tabs.close();
  }
  await pixels.close();
}

async function skipLink(tab, fault) {
  await tab.keyboard.press("Tab");
  const first = await tab.evaluate(describe);
  if (!first?.href?.startsWith("#")) return fault("skip link", first?.html, "the first stop isn't a link to the content");
  if (!first.inView || first.width < 24 || first.height < 24) fault("skip link", first.html, "the skip link can't be seen when it has the focus");
  await tab.keyboard.press("Enter");
  if (!(await tab.evaluate(() => document.activeElement?.localName === "main"))) fault("skip link", first.html, "Enter on the skip link doesn't move the focus to main");
  await tab.keyboard.press("Tab");
  const inside = await tab.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest("main, main ~ *"));
  if (!inside) fault("skip link", first.html, "the stop after the skip link isn't in or after main");
}

async function stops(tab, fault, measured, pixels) {
  const expected = await tab.evaluate(() => {
    const selector = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    return [...document.querySelectorAll(selector)].filter((e) => !e.disabled && e.checkVisibility({ visibilityProperty: true })).length;
  });
  let first = null;
  let last = null;
  let count = 0;
  for (;;) {
    await tab.keyboard.press("Tab");
    const stop = await tab.evaluate(describe);
    if (!stop || stop.index === first?.index || count > expected + 50) break; // after the last stop comes the first again
    first ??= stop;
    count += 1;
    if (!stop.inView) fault("focus in view", stop.html, "the stop isn't in view when it has the focus");
    if (stop.tabIndex > 0) fault("focus order", stop.html, "tabindex above 0 changes the order");
    if (last && stop.index <= last.index) fault("focus order", stop.html, "the stop comes before the one before it in the document");
    const below = last && stop.top >= last.top - 4;
    const beside = last && stop.left > last.left;
    if (last && !below && !beside) fault("focus order", stop.html, `the stop is above and left of the one before it, ${last.html}`);
    if (!measured.has(stop.style)) {
      measured.add(stop.style);
      await mark(tab, stop, fault, pixels);
    }
    last = stop;
  }
  if (count < expected) fault("focus", "", `Tab reaches ${count} of ${expected} links and fields`);
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

/** Says what has the focus; runs in the page. */
function describe() {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const box = element.getBoundingClientRect();
  const line = element.getClientRects()[0] ?? box;
  const all = [...document.querySelectorAll("*")];
  const path = [];
  for (let e = element; e && e !== document.documentElement; e = e.parentElement) path.unshift(`${e.localName}.${e.className}`);
  return {
    html: element.outerHTML.slice(0, 200),
    href: element.getAttribute("href"),
    index: all.indexOf(element),
    tabIndex: element.tabIndex,
    inView: box.width > 1 && box.height > 1 && line.bottom > 0 && line.top < innerHeight && line.right > 0 && line.left < innerWidth,
    width: line.width,
    height: line.height,
    top: line.top + scrollY,
    left: line.left,
    style: path.slice(-4).join(">"),
  };
}
