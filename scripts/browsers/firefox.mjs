// An installed Firefox, driven over WebDriver BiDi (w3.org/TR/webdriver-bidi), which it speaks itself: no driver is needed.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';

const NAMES = ['firefox', 'firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox'];
const START = 60_000;

/** @returns {{ executable: string, version: string } | undefined} */
export function findFirefox() {
  for (const executable of process.env.FIREFOX_PATH ? [process.env.FIREFOX_PATH] : NAMES) {
    const { status, stdout } = spawnSync(executable, ['--version'], { encoding: 'utf8', timeout: START });
    const version = /Firefox (\S+)/.exec(stdout ?? '')?.[1];
    if (status === 0 && version) return { executable, version };
  }
  return undefined;
}

/** @param {{ executable: string, version: string }} found @returns {Promise<import('./samples.mjs').Tab>} */
export async function openFirefox({ executable, version }) {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'leukolens-firefox-'));
  // Some systems have it off by default still, and would not take a software device.
  const prefs = { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true, 'app.update.enabled': false };
  writeFileSync(
    path.join(profile, 'user.js'),
    Object.entries(prefs)
      .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});\n`)
      .join(''),
  );
  const child = spawn(executable, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const end = () => {
    child.kill('SIGKILL');
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const { send, close } = await connected(`${await address(child)}/session`);
    await send('session.new', { capabilities: {} });
    const { contexts } = await send('browsingContext.getTree', {});
    const context = contexts[0].context;
    await send('browsingContext.setViewport', { context, viewport: { width: 1280, height: 800 } });
    return {
      name: `Firefox ${version}`,
      go: async (url) => void (await send('browsingContext.navigate', { context, url, wait: 'complete' })),
      run: async (expression) => {
        const { result, exceptionDetails } = await send('script.evaluate', {
          expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value) ?? 'null')`,
          target: { context },
          awaitPromise: true,
        });
        if (exceptionDetails) throw new Error(`Firefox: ${exceptionDetails.text}`);
        return JSON.parse(result.value);
      },
      picture: async (file) => {
        const { data } = await send('browsingContext.captureScreenshot', { context });
        writeFileSync(file, Buffer.from(data, 'base64'));
      },
      close: async () => {
        close();
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

/** Where it listens, of what it says when it starts. @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} */
function address(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`Firefox did not start in ${START / 1000} s: ${said}`)), START);
    child.stderr?.on('data', (data) => {
      said += data;
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (!found) return;
      clearTimeout(late);
      resolve(found);
    });
    child.on('exit', (code) => reject(new Error(`Firefox ended with ${code}: ${said}`)));
    child.on('error', reject);
  });
}

/**
 * @param {string} url
 * @returns {Promise<{ send: (method: string, params: object) => Promise<any>, close: () => void }>} send: a command of the protocol, and its result
 */
function connected(url) {
  const socket = new WebSocket(url);
  /** @type {Map<number, { resolve: (value: unknown) => void, reject: (reason: Error) => void }>} */
  const asked = new Map();
  let last = 0;
  socket.on('message', (data) => {
    const { id, result, error, message } = JSON.parse(String(data));
    const waits = asked.get(id);
    if (!waits) return;
    asked.delete(id);
    if (error) waits.reject(new Error(`${error}: ${message}`));
    else waits.resolve(result);
  });
  socket.on('close', () => {
    for (const { reject } of asked.values()) reject(new Error('Firefox closed the connection'));
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        send: (method, params) =>
          new Promise((done, failed) => {
            asked.set(++last, { resolve: done, reject: failed });
            socket.send(JSON.stringify({ id: last, method, params }));
          }),
        close: () => socket.close(),
      }),
    );
  });
}
