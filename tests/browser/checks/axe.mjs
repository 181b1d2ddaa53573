// axe-core: WCAG 2.0 to 2.2, A and AA, its best practices, and text contrast of at least 7:1, in every state.
import fs from "node:fs";
import { createRequire } from "node:module";
import { STATES, context, inTabs, withoutScripts } from "../lib/browser.mjs";

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OPTIONS = {
  resultTypes: ["violations"],
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  rules: { "color-contrast-enhanced": { enabled: true } },
};

export default async function axe({ site, browser, report }) {
  const pages = site.samples().filter((page) => page.kind !== "redirect");
  for (const [state, options] of Object.entries(STATES)) {
    const tabs = await context(browser, site, options);
    // Forced colours change nothing that differs between pages of a kind.
    await inTabs(tabs, state === "forced colours" ? site.longest().filter((page) => pages.includes(page)) : pages, (tab, page) => run(tab, page, state, report));
    await tabs.close();
  }
  // A page without scripts is the same document with scripts off.
  const scripted = pages.filter((page) => page.scripts);
  const tabs = await context(browser, site);
  await withoutScripts(browser, site, tabs);
  await inTabs(tabs, scripted, (tab, page) => run(tab, page, "no script", report));
  await tabs.close();
}

async function run(tab, page, state, report) {
  // Forced colours are the reader's own; their contrast isn't the page's matter.
  const rules = state === "forced colours" ? { "color-contrast": { enabled: false } } : OPTIONS.rules;
  await tab.goto(page.address);
  await tab.evaluate(AXE);
  const { violations } = await tab.evaluate((options) => window.axe.run(document, options), { ...OPTIONS, rules });
  report.page(page, state);
  for (const violation of violations) {
    for (const node of violation.nodes) {
      const why = node.failureSummary?.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("Fix ")).join("; ");
      report.finding(page, state, violation.id, node.html, why || violation.help);
    }
  }
}
