// Small screens, zoom, large text and wide spacing: the page never scrolls sideways and nothing is cut off or covered.
import { context, enter, inTabs } from "../lib/browser.mjs";

// WCAG 1.4.12
const SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";

const STATES = {
  "1280 px": {},
  "320 px": { viewport: { width: 320, height: 640 } },
  "400 % zoom": { viewport: { width: 320, height: 256 }, scale: 4 },
  "text spacing": { spacing: true },
  "text spacing, 320 px": { spacing: true, viewport: { width: 320, height: 640 } },
  "200 % text": { text: 2 },
  "200 % text, 640 px": { text: 2, viewport: { width: 640, height: 640 } },
};

export default async function layout({ site, browser, report }) {
  const tabs = await context(browser, site);
  const pages = site.samples().filter((page) => page.kind !== "redirect");
  await inTabs(tabs, pages, async (tab, page) => {
    await tab.goto(page.address);
    const cdp = await tabs.newCDPSession(tab);
    const usual = await tab.evaluate(sizes);
    for (const [state, { spacing, text = 1, scale = 1, ...options }] of Object.entries(STATES)) {
      await enter(tab, options);
      const { width, height } = tab.viewportSize();
      await cdp.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale, mobile: false });
      await tab.evaluate(space, spacing ? SPACING : "");
      await cdp.send("Page.setFontSizes", { fontSizes: { standard: 16 * text, fixed: 13 * text } });
      report.page(page, state);
      for (const { rule, element, message } of await tab.evaluate(faults)) report.finding(page, state, rule, element, message);
      if (text === 1) continue;
      const grown = await tab.evaluate(sizes);
      for (const name of Object.keys(grown)) {
        if (usual[name] && grown[name] / usual[name] < 1.5) report.finding(page, state, "text grows", name, `text grows from ${usual[name]} to ${grown[name]} px only`);
      }
    }
    await cdp.send("Page.setFontSizes", { fontSizes: { standard: 16, fixed: 13 } });
    await cdp.detach();
    await enter(tab, {});
  });
  await tabs.close();
}

/** Sets the text apart as a reader's own style sheet does; runs in the page. */
function space(css) {
  document.getElementById("reader")?.remove();
  if (css) document.head.append(Object.assign(document.createElement("style"), { id: "reader", textContent: css }));
}

/** The size of text in each kind of element; runs in the page. */
function sizes() {
  const found = {};
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) || element.closest("svg")) continue;
    found[`${element.localName}.${element.className}`] = parseFloat(getComputedStyle(element).fontSize);
  }
  return found;
}

/** Everything that sticks out, is cut off or covered; runs in the page. */
function faults() {
  const found = [];
  const name = (element) => element.cloneNode(false).outerHTML + (element.textContent.trim().slice(0, 60) || "");
  const fault = (rule, element, message) => found.push({ rule, element: name(element), message });
  const root = document.documentElement;
  const width = root.clientWidth;
  if (Math.max(root.scrollWidth, document.body.scrollWidth) > width) fault("sideways", root.querySelector("body"), "the page scrolls sideways");

  const hidden = (element) => {
    const box = element.getBoundingClientRect();
    return box.width <= 1 || box.height <= 1 || box.right <= 0 || box.bottom + scrollY <= 0 || !element.checkVisibility({ visibilityProperty: true });
  };
  const scroller = (element) => {
    for (let e = element; e && e !== root; e = e.parentElement) if (/auto|scroll/.test(getComputedStyle(e).overflowX)) return e;
    return null;
  };

  // On a wide screen there is room beside the column, so a page that doesn't scroll may still hold what is too wide.
  const edge = (element) => {
    const column = element.closest("body > *");
    return column === element ? Infinity : column.getBoundingClientRect().right - parseFloat(getComputedStyle(column).paddingRight);
  };

  for (const element of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    if (/fixed|sticky/.test(style.position)) fault("position", element, `position: ${style.position}`);
    if (style.scrollBehavior === "smooth") fault("motion", element, "smooth scrolling");
    if (hidden(element) || element.closest("svg") !== null && element.localName !== "svg") continue;
    const box = element.getBoundingClientRect();
    const region = scroller(element);
    if (box.right > width + 1 && !region) fault("sideways", element, "sticks out to the right");
    if (box.right > edge(element) + 1 && (!region || region === element)) fault("sideways", element, "sticks out of its column");
    if (region === element && element.scrollWidth > element.clientWidth + 1) {
      const named = element.getAttribute("aria-label") || element.getAttribute("aria-labelledby");
      if (element.tabIndex < 0 || !element.getAttribute("role") || !named) fault("scrolling region", element, "scrolls sideways but isn't a named region that takes the focus");
    }
    const clips = /hidden|clip/;
    if (clips.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1) fault("cut off", element, "text is cut off at the side");
    if (clips.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1) fault("cut off", element, "text is cut off below");
    if (element.matches("button, input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea") && box.height < 44) fault("target", element, `${Math.round(box.height)} px high, buttons and fields need 44`);
  }

  // Signs between the steps of the way here stand behind a name, not alone on a line: what is in a line ends beside them.
  for (const step of document.querySelectorAll(".breadcrumb li:not(:last-child)")) {
    const link = step.querySelector("a");
    if (step.getBoundingClientRect().bottom - link.getClientRects()[link.getClientRects().length - 1].bottom > 16) fault("alone", step, "what follows the link stands on a line of its own");
  }

  for (const text of document.querySelectorAll("svg text")) {
    const size = parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a;
    if (size < 16) fault("small text", text, `drawn ${size.toFixed(1)} px high, text is never smaller than 16`);
  }

  // Words that run over other words: the middle of each line must be the text's own.
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const lines = [];
  while (texts.nextNode()) {
    const owner = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || hidden(owner) || owner.closest("svg") || scroller(owner)) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    for (const box of range.getClientRects()) if (box.width > 2) lines.push({ owner, box });
    if (lines.at(-1)?.owner === owner && range.getBoundingClientRect().right > edge(owner) + 1) fault("sideways", owner, "its text sticks out of its column");
  }
  lines.sort((a, b) => a.box.top - b.box.top);
  for (let i = 0; i < lines.length; i += 1) {
    for (let j = i + 1; j < lines.length && lines[j].box.top < lines[i].box.bottom; j += 1) {
      const [a, b] = [lines[i], lines[j]];
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      const high = Math.min(a.box.height, b.box.height);
      if (across > 2 && down > high * 0.5 && a.owner !== b.owner) fault("overlap", b.owner, `runs over ${name(a.owner)}`);
    }
  }
  return found;
}
