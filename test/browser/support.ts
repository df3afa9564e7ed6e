/** The demo city in a child process and a headless Chromium in front of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { freePort } from '../support/free-port';

export const root = path.resolve(__dirname, '../../..');

/** Screenshots are kept under test/ only when asked for (`CITY_SCREENSHOTS=keep`), so that a test run leaves no change. */
const pictures =
  process.env['CITY_SCREENSHOTS'] === 'keep'
    ? path.join(root, 'test/browser/screenshots')
    : path.join(root, '.build/screenshots');

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where Chromium is, or an error that says how to get it. */
function chromiumPath(): string {
  const wanted = process.env['CHROMIUM_PATH'];
  if (wanted !== undefined && wanted !== '') {
    if (!existsSync(wanted)) throw new Error(`CHROMIUM_PATH=${wanted}: there is no such file`);
    return wanted;
  }
  const found = PLACES.find((place) => existsSync(place));
  if (found === undefined) {
    throw new Error(
      'The browser tests need Chromium. On Debian or Ubuntu: apt-get install chromium. Elsewhere: set CHROMIUM_PATH to its program file.',
    );
  }
  return found;
}

/** Milliseconds that a busy machine may take for what a form does at once. */
export const PATIENCE = 60_000;

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}

export interface Demo {
  address: string;
  /** All that it printed so far. */
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** `npm start`, without the build (the test command has built already), in a user directory of its own. */
export async function startDemo(userDir?: string, onPort?: number): Promise<Demo> {
  const own = userDir === undefined;
  const folder = userDir ?? mkdtempSync(path.join(os.tmpdir(), 'city-events-demo-'));
  const port = onPort ?? (await freePort());
  const child: ChildProcess = spawn(process.execPath, [path.join(root, '.config/start.mjs')], {
    cwd: root,
    env: { ...process.env, PORT: String(port), CITY_USER_DIR: folder },
  });
  let output = '';
  child.stdout!.on('data', (data) => (output += data));
  child.stderr!.on('data', (data) => (output += data));
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const started = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the demo did not start:\n${output}`)), 90_000);
    child.stdout!.on('data', () => {
      if (!output.includes('Ctrl-C stops')) return;
      clearTimeout(timer);
      resolve();
    });
    void exit.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the demo ended with code ${code}:\n${output}`));
    });
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null) child.kill(signal);
    const code = await Promise.race([exit, new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE))]);
    if (child.exitCode === null) child.kill('SIGKILL');
    if (own) rmSync(folder, { recursive: true, force: true });
    return code;
  };
  try {
    await started;
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `http://127.0.0.1:${port}`, output: () => output, stop };
}

interface Look {
  height?: number;
  /** Of the editor; English where it is left out. */
  language?: 'th';
}

/** The editor fills its box of tips a second after its start, also where a busy machine has not made the box by then. */
function isOfTips({ message, stack = '' }: Error): boolean {
  return (
    message === "Cannot read properties of undefined (reading 'html')" &&
    /\n\s+at [^\n]*\/red\/red(?:\.min)?\.js/.test(stack)
  );
}

/**
 * With `CITY_SLOW=1` pages compute four times as slowly, draw 300 ms late and get answers 300 ms late: finds tests that look before
 * what they look for can be there, as they would on a busy machine now and then.
 */
const SLOW = `{
  const draw = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => setTimeout(() => draw(call), 300);
  window.cancelAnimationFrame = clearTimeout;
  // what moves in steps so far apart would be taken for still
  document.addEventListener('DOMContentLoaded', () => { if (window.jQuery) jQuery.fx.off = true; });
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...given) { setTimeout(() => send.apply(this, given), 300); };
  const get = window.fetch.bind(window);
  window.fetch = async (...given) => { await new Promise((done) => setTimeout(done, 300)); return get(...given); };
}`;

/** A page that collects what a user would see in the browser's console as an error. */
export async function openPage(
  browser: Browser,
  address: string,
  errors: string[],
  { height = 900, language }: Look = {},
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height }, ...(language && { locale: language }) });
  if (language) await page.addInitScript(`localStorage.setItem('editor-language', '${language}')`);
  if (process.env['CITY_SLOW'] === '1') {
    await page.addInitScript(SLOW);
    const tools = await page.context().newCDPSession(page);
    await tools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  }
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => {
    if (!isOfTips(error)) errors.push(error.message);
  });
  page.on('console', (message) => {
    const { url } = message.location();
    // the editor asks for the palette's catalogue on the internet, which a test machine may not reach
    const foreign = url.startsWith('http') && !url.startsWith(new URL(address).origin);
    if (message.type() === 'error' && !foreign) errors.push(`${message.text()} (${url})`);
  });
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  return page;
}

/** The editor with its flows loaded. */
export async function openEditor(browser: Browser, address: string, errors: string[], look?: Look): Promise<Page> {
  const page = await openPage(browser, address, errors, look);
  await page.waitForFunction(
    'window.RED && RED.nodes && RED.nodes.getWorkspaceOrder && RED.nodes.getWorkspaceOrder().length > 0',
  );
  await page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' }).catch(() => undefined);
  return page;
}

/**
 * Node-RED moves the focus into a form some time after it has opened, the later the busier the machine is, and does not
 * close it before: whoever types earlier types elsewhere.
 */
export async function formOpened(page: Page): Promise<void> {
  await page.waitForFunction(
    `document.activeElement?.closest('.red-ui-tray') === [...document.querySelectorAll('.red-ui-tray')].at(-1)`,
  );
  await page.waitForTimeout(250);
}

/** The form that was saved or cancelled has gone: before, another one would be opened into its place. */
export async function formClosed(page: Page): Promise<void> {
  await page.waitForSelector('.red-ui-tray', { state: 'detached' });
}

export async function setTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate(`document.documentElement.classList.toggle('nr-theme-dark', ${theme === 'dark'})`);
}
