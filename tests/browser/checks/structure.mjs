// What a reader by ear relies on, on every page: one h1, no skipped level, named articles, captions, a title of its own.
import { context, inTabs } from "../lib/browser.mjs";

export default async function structure({ site, browser, report }) {
  const titles = new Map();
  const tabs = await context(browser, site, { javaScriptEnabled: true });
  await inTabs(tabs, site.pages.filter((page) => page.kind !== "redirect"), async (tab, page) => {
    await tab.goto(page.address);
    report.page(page);
    const { title, faults } = await tab.evaluate(look);
    for (const [rule, element, message] of faults) report.finding(page, "", rule, element, message);
    if (titles.has(title)) report.finding(page, "", "title", title, `the same title as ${titles.get(title)}`);
    titles.set(title, page.file);
  });
  await tabs.close();
}

/** Runs in the page. */
function look() {
  const faults = [];
  const fault = (rule, element, message) => faults.push([rule, element?.outerHTML?.slice(0, 200) ?? "", message]);
  const text = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";

  if (!document.documentElement.lang) fault("language", document.documentElement, "the page doesn't say its language");
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  if (headings.filter((h) => h.localName === "h1").length !== 1) fault("headings", null, "not exactly one h1");
  headings.reduce((above, heading) => {
    const level = Number(heading.localName[1]);
    if (level > above + 1) fault("headings", heading, `h${level} after h${above}`);
    return level;
  }, 0);

  for (const article of document.querySelectorAll("article")) {
    const name = document.getElementById(article.getAttribute("aria-labelledby"));
    if (!article.contains(name) || !/^h[1-6]$/.test(name.localName)) fault("article", article, "isn't named by a heading of its own");
    if (!article.id) fault("article", article, "has no anchor");
  }

  for (const table of document.querySelectorAll("table")) {
    const region = table.closest("[role][aria-label], [role][aria-labelledby]");
    if (!table.caption && !region && !table.hasAttribute("aria-labelledby")) fault("table", table, "has no caption and no name");
    if (!table.querySelector("th")) fault("table", table, "has no header cells");
    for (const cell of table.querySelectorAll("th:not([scope])")) fault("table", cell, "a header cell without scope");
    for (const cell of table.querySelectorAll("th")) if (!text(cell)) fault("table", cell, "an empty header cell");
  }

  for (const image of document.querySelectorAll("svg")) {
    if (image.closest("[aria-hidden=true]")) continue;
    const named = image.getAttribute("aria-label") || text(image.querySelector("title"));
    if (image.getAttribute("role") !== "img" || !named) fault("chart", image, "is neither hidden nor an image with a name");
  }

  // The same words must not lead to two places.
  const places = new Map();
  for (const link of document.querySelectorAll("main a[href]")) {
    const name = link.getAttribute("aria-label") ?? text(link);
    if (places.has(name) && places.get(name) !== link.href) fault("link text", link, `the words also lead to ${places.get(name).split("/").slice(-3).join("/")}`);
    places.set(name, link.href);
  }
  for (const [, group] of Object.entries(Object.groupBy?.([...document.querySelectorAll("nav")], (nav) => nav.getAttribute("aria-label") ?? text(document.getElementById(nav.getAttribute("aria-labelledby")))) ?? {})) {
    if (group.length > 1) fault("navigation", group[1], "two navigations of one name");
  }

  for (const field of ["meta[name=description]", "link[rel=icon]", "meta[property='og:title']"]) {
    const element = document.querySelector(field);
    if (!element || !(element.content ?? element.href)) fault("head", element, `lacks ${field}`);
  }
  let lists = 0;
  for (const block of document.querySelectorAll("script[type='application/ld+json']")) {
    try {
      const data = JSON.parse(block.textContent);
      lists += (data["@graph"] ?? [data]).filter((thing) => thing["@type"] === "BreadcrumbList").length;
      if (document.body.classList.contains("meeting") && !data["@graph"]?.some((thing) => thing["@type"] === "Event")) fault("head", block, "a meeting without its Event");
    } catch (error) {
      fault("head", block, `JSON-LD that doesn't parse: ${error.message}`);
    }
  }
  if (document.querySelector("nav.breadcrumb") && lists !== 1) fault("head", null, `${lists} BreadcrumbLists`);

  const title = document.title;
  return { title, faults };
}
