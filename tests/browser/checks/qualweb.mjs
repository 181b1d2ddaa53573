// QualWeb's ACT rules, the engine the Danish supervisor names: no failed rule. It runs inside our own browser.
import fs from "node:fs";
import { createRequire } from "node:module";
import { context, inTabs } from "../lib/browser.mjs";

const { resolve } = createRequire(import.meta.url);
const PARTS = ["@qualweb/qw-page", "@qualweb/util", "@qualweb/locale", "@qualweb/act-rules"];
const ENGINE = PARTS.map((part) => fs.readFileSync(resolve(part), "utf8")).join("\n;");

export default async function qualweb({ site, browser, report }) {
  const tabs = await context(browser, site, { viewport: { width: 1366, height: 768 } });
  const pages = site.samples().filter((page) => page.kind !== "redirect");
  await inTabs(tabs, pages, async (tab, page) => {
    await tab.goto(page.address);
    await tab.evaluate(`${ENGINE};0`);
    await tab.evaluate((sourceHtml) => {
      window.act = new window.ACTRulesRunner({}, "en").configure({}).test({ sourceHtml, newTabWasOpen: false });
    }, page.html);
    // Rule R40 asks whether text stays readable in a small window.
    await tab.setViewportSize({ width: 640, height: 512 });
    const { assertions } = await tab.evaluate(() => {
      window.act.testSpecial?.();
      return window.act.getReport();
    });
    await tab.setViewportSize({ width: 1366, height: 768 });
    report.page(page);
    for (const { code, name, results } of Object.values(assertions)) {
      for (const result of results.filter(({ verdict }) => verdict === "failed")) {
        report.finding(page, "", `${code} ${name}`, result.elements?.[0]?.htmlCode ?? "", result.description ?? result.resultCode);
      }
    }
  });
  await tabs.close();
}
