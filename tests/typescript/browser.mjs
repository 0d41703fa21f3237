// Opens a page in headless Chromium and clicks what React shows: node browser.mjs URL PROFILE
import { chromium } from "playwright-core";

const [url, profile] = process.argv.slice(2);
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const page = await browser.newPage();
page.on("pageerror", (error) => console.error("page:", error.message));
await page.goto(url);
await page.click("#again");
await page.click("#search");
await page.waitForTimeout(2000);
await browser.close();
