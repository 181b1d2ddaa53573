// Colours that only show under a pointer or after a visit, which axe can't see: text of at least 7:1 there too.
import { STATES, context, enter, inTabs } from "../lib/browser.mjs";
import { serve } from "../lib/serve.mjs";

export default async function contrast({ site, browser, report }) {
  const server = await serve(site.root, { base: site.base }); // from disk the page may not read its own stylesheet
  const tabs = await context(browser, site);
  await inTabs(tabs, site.longest().filter(({ kind }) => kind !== "redirect"), async (tab, page) => {
    await tab.goto(server.address + page.file);
    for (const state of ["light", "dark"]) {
      await enter(tab, STATES[state]);
      report.page(page, state);
      for (const { selector, element, ratio } of await tab.evaluate(look)) {
        if (ratio < 7) report.finding(page, state, selector, element, `text of ${ratio.toFixed(1)}:1, at least 7:1`);
      }
    }
  });
  await tabs.close();
  server.close();
}

/** Gives every rule for a hidden state with the contrast it makes; runs in the page. */
function look() {
  const PSEUDO = /:(visited|hover|active|focus-visible|focus|link)\b/g;
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = parts(colour).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const opaque = (colour) => (parts(colour)[3] ?? 1) === 1;
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) if (opaque(getComputedStyle(e).backgroundColor)) return getComputedStyle(e).backgroundColor;
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.backgroundColor = "canvas";
    const colour = getComputedStyle(probe).backgroundColor;
    probe.remove();
    return colour;
  };
  const rules = (list) => [...list].flatMap((rule) => (rule.selectorText ? [rule] : rule.cssRules && (!rule.media || matchMedia(rule.media.mediaText).matches) ? rules(rule.cssRules) : []));

  const found = [];
  for (const rule of [...document.styleSheets].flatMap((sheet) => rules(sheet.cssRules))) {
    const { color, backgroundColor } = rule.style;
    const background = backgroundColor || rule.style.background;
    if (!color && !background) continue;
    for (const selector of rule.selectorText.split(",").map((one) => one.trim())) {
      if (!/:(visited|hover|active|focus)/.test(selector)) continue;
      const seen = new Set();
      for (const element of document.querySelectorAll(selector.replace(PSEUDO, "") || "a")) {
        const before = element.getAttribute("style");
        if (color) element.style.color = color;
        if (background) element.style.background = background;
        const style = getComputedStyle(element);
        const [a, b] = [luminance(style.color) + 0.05, luminance(behind(element)) + 0.05];
        const ratio = Math.max(a, b) / Math.min(a, b);
        if (before === null) element.removeAttribute("style");
        else element.setAttribute("style", before);
        const key = ratio.toFixed(2);
        if (!seen.has(key)) found.push({ selector, element: element.outerHTML.slice(0, 120), ratio });
        seen.add(key);
      }
    }
  }
  return found;
}
