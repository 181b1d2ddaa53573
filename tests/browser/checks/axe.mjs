// axe-core: WCAG 2.0 to 2.2, A and AA, its best practices, and text contrast of at least 7:1, in every state.
import fs from "node:fs";
import { createRequire } from "node:module";
import { STATES, context, enter, inTabs, withoutScripts } from "../lib/browser.mjs";

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ENHANCED = { "color-contrast-enhanced": { enabled: true } };
const ALL = { runOnly: { type: "tag", values: WCAG }, rules: ENHANCED };
// In the dark the document is the same, and only what asks for colours can have another answer.
const COLOURS = { runOnly: { type: "tag", values: ["cat.color"] }, rules: ENHANCED };
// Forced colours are the reader's own; their contrast isn't the page's matter.
const FORCED = { runOnly: { type: "tag", values: WCAG }, rules: { "color-contrast": { enabled: false } } };

export default async function axe({ site, browser, report }) {
  const pages = site.samples().filter((page) => page.kind !== "redirect");
  const longest = site.longest();
  const tabs = await context(browser, site);
  await inTabs(tabs, pages, async (tab, page) => {
    await tab.goto(page.address);
    await tab.evaluate(AXE);
    for (const [state, options] of Object.entries(STATES)) {
      // Forced colours change nothing that differs between pages of a kind.
      if (state === "forced colours" && !longest.includes(page)) continue;
      await enter(tab, options);
      await run(tab, page, state, { light: ALL, dark: COLOURS, "forced colours": FORCED }[state] ?? ALL, report);
    }
    await enter(tab, STATES.light);
  });
  await tabs.close();
  // A page without scripts is the same document with scripts off.
  const plain = await context(browser, site);
  await withoutScripts(browser, site, plain);
  await inTabs(plain, pages.filter((page) => page.scripts), async (tab, page) => {
    await tab.goto(page.address);
    await tab.evaluate(AXE);
    await run(tab, page, "no script", ALL, report);
  });
  await plain.close();
}

async function run(tab, page, state, options, report) {
  const { violations } = await tab.evaluate((options) => window.axe.run(document, options), { resultTypes: ["violations"], ...options });
  report.page(page, state);
  for (const violation of violations) {
    for (const node of violation.nodes) {
      const why = node.failureSummary?.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("Fix ")).join("; ");
      report.finding(page, state, violation.id, node.html, why || violation.help);
    }
  }
}
