// Reloads the page when the archive is another than the one the page was made from.
"use strict";
(() => {
  const { version } = document.currentScript.dataset;
  let events;
  // Only a page that is seen listens: a browser has six connections for all its pages of one server.
  const listen = () => {
    events?.close();
    if (document.hidden) return;
    events = new EventSource("/.referat/events");
    for (const name of ["version", "reload"]) {
      events.addEventListener(name, (event) => {
        if (event.data !== version) location.reload();
      });
    }
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pageshow", (event) => event.persisted && listen());
  listen();

  // The page's policy keeps styles out of the text, not out of the script.
  const problems = document.getElementById("referat-problems");
  if (!problems) return;
  const look = {
    background: "#fff4f2", color: "#1a1a1a", borderBottom: "4px solid #b3261e", padding: "0.75rem 1rem",
    maxHeight: "60vh", overflow: "auto", textAlign: "left", font: "1rem/1.4 system-ui, sans-serif",
  };
  Object.assign(problems.style, look);
  Object.assign(problems.querySelector("pre").style, {
    background: "none", color: "inherit", border: "0", padding: "0", margin: "0.5rem 0 0", overflow: "visible",
    whiteSpace: "pre", font: "0.875rem/1.4 ui-monospace, monospace",
  });
})();
