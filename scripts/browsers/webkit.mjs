// WebKit as GTK's MiniBrowser has it, the nearest to Safari on Linux, driven over WebDriver (w3.org/TR/webdriver2) by its own driver.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../port.mjs';

const LIBRARIES = '/usr/lib';
const START = 30_000;

/** @returns {{ binary: string } | undefined} with its driver and, where no screen is, one in memory */
export function findWebKit() {
  const driver = spawnSync('WebKitWebDriver', ['--version'], { encoding: 'utf8' });
  const screen = process.env.DISPLAY || spawnSync('which', ['Xvfb']).status === 0;
  if (driver.error || !screen || !existsSync(LIBRARIES)) return undefined;
  const binary = readdirSync(LIBRARIES)
    .flatMap((system) =>
      ['webkit2gtk-4.1', 'webkitgtk-6.0'].map((name) => path.join(LIBRARIES, system, name, 'MiniBrowser')),
    )
    .find((file) => existsSync(file));
  return binary ? { binary } : undefined;
}

/** A screen in memory and its name. @returns {Promise<{ display: string, end: () => void }>} */
function screen() {
  if (process.env.DISPLAY) return Promise.resolve({ display: process.env.DISPLAY, end: () => {} });
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve({ display: `:${String(data).trim()}`, end: () => void child.kill() }));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
}

/** @param {{ binary: string }} found @returns {Promise<import('./samples.mjs').Tab>} */
export async function openWebKit({ binary }) {
  const { display, end: endScreen } = await screen();
  const port = await freePort('127.0.0.1');
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    // Its sandbox needs user namespaces, and its compositor a graphics card: neither is the app's concern.
    env: {
      ...process.env,
      DISPLAY: display,
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    },
  });
  const end = () => {
    driver.kill();
    endScreen();
  };
  /** @param {string} method @param {string} where @param {object} [body] @returns {Promise<any>} */
  const call = async (method, where, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${where}`, {
      method,
      body: body ? JSON.stringify(body) : null,
    });
    const { value } = /** @type {{ value: any }} */ (await response.json());
    if (!response.ok) throw new Error(`WebKit: ${value?.error}: ${value?.message}`);
    return value;
  };
  try {
    await listening(() => call('GET', '/status'));
    const options = { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } };
    const { sessionId, capabilities } = await call('POST', '/session', { capabilities: { alwaysMatch: options } });
    const session = `/session/${sessionId}`;
    await call('POST', `${session}/window/rect`, { width: 1280, height: 900 });
    return {
      name: `WebKit ${capabilities.browserVersion}`,
      go: (url) => call('POST', `${session}/url`, { url }),
      run: (expression) => call('POST', `${session}/execute/sync`, { script: `return ${expression}`, args: [] }),
      picture: async (file) => writeFileSync(file, Buffer.from(await call('GET', `${session}/screenshot`), 'base64')),
      close: async () => {
        await call('DELETE', session);
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

/** @param {() => Promise<unknown>} ask */
async function listening(ask) {
  for (const late = Date.now() + START; ; ) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > late) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
