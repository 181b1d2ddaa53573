// Lighthouse on one page of each kind: 100 in accessibility, best practices and SEO; its performance figure is only told.
import lighthouse from "lighthouse";
import { launch } from "../lib/browser.mjs";
import { serve } from "../lib/serve.mjs";

const MUST = ["accessibility", "best-practices", "seo"];
const PORT = 9333;

export default async function audit({ site, report }) {
  const server = await serve(site.root, { base: site.base });
  // Lighthouse speaks to a browser by a port, so it gets one of its own.
  const own = await launch([`--remote-debugging-port=${PORT}`]);
  try {
    for (const page of site.longest().filter(({ kind }) => kind !== "redirect")) {
      // A page of a missing address tells search engines to leave it out, which is right.
      const noindex = /<meta name="robots" content="noindex/.test(page.html);
      const { lhr } = await lighthouse(server.address + page.file, {
        port: PORT,
        logLevel: "silent",
        output: "json",
        onlyCategories: [...MUST, "performance"],
        skipAudits: noindex ? ["is-crawlable", "canonical"] : [],
        // The pages are done soon after they are loaded: nothing comes later.
        pauseAfterFcpMs: 200,
        pauseAfterLoadMs: 200,
        networkQuietThresholdMs: 200,
        cpuQuietThresholdMs: 0,
        disableFullPageScreenshot: true,
      });
      if (lhr.runtimeError) throw new Error(`lighthouse: ${lhr.runtimeError.message}`);
      report.page(page);
      report.note(page, Object.values(lhr.categories).map(({ id, score }) => `${id} ${Math.round(score * 100)}`).join(" "));
      for (const category of MUST.map((id) => lhr.categories[id])) {
        if (category.score === 1) continue;
        for (const { id, weight } of category.auditRefs) {
          const result = lhr.audits[id];
          if (weight && result.score !== null && result.score < 1) {
            report.finding(page, "", `${category.id} ${id}`, result.details?.items?.[0]?.node?.snippet ?? "", result.title);
          }
        }
      }
    }
  } finally {
    await own.close();
    server.close();
  }
}
