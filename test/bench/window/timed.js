/**
 * Runs the Electron application that BENCH_MAIN names as if it had been started itself, says on standard output when the
 * first element that BENCH_SELECTOR names was drawn, and ends it.
 */
import { app } from 'electron';
import { pathToFileURL } from 'node:url';

const loadedAt = Date.now();
let readyAt = 0;
app.once('ready', () => {
  readyAt = Date.now();
});

/** Runs in the page: resolves once an element is there and the frame that holds it was handed over for drawing. */
const WATCH = `new Promise((done) => {
  const selector = ${JSON.stringify(process.env['BENCH_SELECTOR'] ?? 'body')};
  const found = () => document.querySelector(selector) !== null;
  const drawn = () => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const [navigation] = performance.getEntriesByType('navigation');
      done({
        origin: performance.timeOrigin,
        parsed: performance.timeOrigin + navigation.domInteractive,
        drawn: performance.timeOrigin + performance.now(),
      });
    };
    port2.postMessage(0);
  });
  if (found()) return drawn();
  const observer = new MutationObserver(() => {
    if (!found()) return;
    observer.disconnect();
    drawn();
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
})`;

/** Says when the page was drawn, and what that took, then ends the application. */
async function watch(contents) {
  const times = await contents.executeJavaScript(WATCH);
  const cpu = app
    .getAppMetrics()
    .map(({ type, name, cpu: { cumulativeCPUUsage } }) => [name ?? type, cumulativeCPUUsage ?? 0]);
  console.log(JSON.stringify({ loadedAt, readyAt, cpu, ...times }));
  app.quit();
}

app.on('web-contents-created', (_event, contents) => {
  contents.once('dom-ready', () => void watch(contents));
});

app.setAppPath(process.env['BENCH_APP'] ?? '');
await import(pathToFileURL(process.env['BENCH_MAIN'] ?? '').href);
