// IBM's Equal Access engine under its WCAG 2.2 policy: no failed rule.
import fs from "node:fs";
import { createRequire } from "node:module";
import { STATES, context, enter, inTabs } from "../lib/browser.mjs";

const ENGINE = fs.readFileSync(createRequire(import.meta.url).resolve("accessibility-checker-engine/ace.js"), "utf8");

export default async function ibm({ site, browser, report }) {
  const tabs = await context(browser, site);
  const longest = site.longest();
  await inTabs(tabs, site.samples().filter((page) => page.kind !== "redirect"), async (tab, page) => {
    await tab.goto(page.address);
    await tab.evaluate(`${ENGINE};window.ace = ace;0`);
    for (const state of longest.includes(page) ? ["light", "dark"] : ["light"]) {
      await enter(tab, STATES[state]);
      const fails = await tab.evaluate(async () => {
        const { results } = await new window.ace.Checker().check(document, ["WCAG_2_2"]);
        return results.filter((result) => result.value.join() === "VIOLATION,FAIL").map(({ ruleId, message, snippet }) => ({ ruleId, message, snippet }));
      });
      report.page(page, state);
      for (const { ruleId, message, snippet } of fails) report.finding(page, state, ruleId, snippet, message);
    }
  });
  await tabs.close();
}
