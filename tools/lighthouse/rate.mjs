// Rates the accessibility of pages as signed-in people see them: one line of JSON in for each page, one line out.
//
//   node rate.mjs CHROMIUM HOME < visits.jsonl
//
// In: {who, cookies: [{name, value}], screen: "wide" | "phone", address}. Out: the same with status, score (0 to 1) and
// problems: [{id, title, elements}].
import { createInterface } from "node:readline";
import { snapshot } from "lighthouse";
import puppeteer from "puppeteer-core";

const SCREENS = {
  wide: { width: 1440, height: 900, deviceScaleFactor: 1, mobile: false },
  phone: { width: 360, height: 740, deviceScaleFactor: 2, mobile: true },
};
const SHOWN = 3; // elements of a problem that are named

const [chromium, home] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: chromium,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--lang=zh-CN"],
});

// one window for each person, width and language, used for all of his pages
let window_ = { key: "", context: null, page: null };

async function windowOf({ cookies, screen }) {
  const key = JSON.stringify([cookies, screen]);
  if (window_.key === key) return window_.page;
  await window_.context?.close();
  const context = await browser.createBrowserContext();
  await context.setCookie(...cookies.map((one) => ({ ...one, domain: new URL(home).hostname, path: "/" })));
  const page = await context.newPage();
  const { mobile, ...size } = SCREENS[screen];
  await page.setViewport({ ...size, isMobile: mobile, hasTouch: mobile });
  window_ = { key, context, page };
  return page;
}

async function rate(visit) {
  const { screen, address } = visit;
  const page = await windowOf(visit);
  const { mobile } = SCREENS[screen];
  const answer = await page.goto(home + address, { waitUntil: "networkidle0" });
  const flags = {
    onlyCategories: ["accessibility"],
    formFactor: mobile ? "mobile" : "desktop",
    screenEmulation: { ...SCREENS[screen], disabled: false },
    logLevel: "error",
    disableFullPageScreenshot: true,
  };
  const { lhr } = await snapshot(page, { flags });
  const category = lhr.categories.accessibility;
  const failed = category.auditRefs.filter((ref) => ref.weight > 0 && lhr.audits[ref.id].score === 0);
  const problems = failed.map(({ id }) => ({
    id,
    title: lhr.audits[id].title,
    elements: (lhr.audits[id].details?.items ?? []).slice(0, SHOWN).map((item) => item.node?.snippet ?? ""),
  }));
  return { status: answer?.status() ?? 0, score: category.score, problems };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  const visit = JSON.parse(line);
  const found = await rate(visit).catch((error) => ({ status: 0, score: 0, problems: [{ id: "broken", title: String(error), elements: [] }] }));
  const { cookies, ...said } = visit;
  process.stdout.write(JSON.stringify({ ...said, ...found }) + "\n");
}
await browser.close();
