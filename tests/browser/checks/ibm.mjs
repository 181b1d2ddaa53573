// IBM's Equal Access engine under its WCAG 2.2 policy: no failed rule.
import fs from "node:fs";
import { createRequire } from "node:module";
import { STATES, context, inTabs } from "../lib/browser.mjs";

const ENGINE = fs.readFileSync(createRequire(import.meta.url).resolve("accessibility-checker-engine/ace.js"), "utf8");

export default async function ibm({ site, browser, report }) {
  for (const [state, chosen] of [["light", site.samples()], ["dark", site.longest()]]) {
    const pages = chosen.filter((page) => page.kind !== "redirect");
    const tabs = await context(browser, site, STATES[state]);
    await inTabs(tabs, pages, async (tab, page) => {
      await tab.goto(page.address);
      await tab.evaluate(`${ENGINE};window.ace = ace;0`);
      const fails = await tab.evaluate(async () => {
        const { results } = await new window.ace.Checker().check(document, ["WCAG_2_2"]);
        return results.filter((result) => result.value.join() === "VIOLATION,FAIL").map(({ ruleId, message, snippet }) => ({ ruleId, message, snippet }));
      });
      report.page(page, state);
      for (const { ruleId, message, snippet } of fails) report.finding(page, state, ruleId, snippet, message);
    });
    await tabs.close();
  }
}
