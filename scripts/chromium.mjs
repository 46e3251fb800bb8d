// Finds a full Chromium or Chrome, or installs one. Playwright's chromium-headless-shell will not do: it has no WebGPU.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const common = ['--no-sandbox', '--disable-background-networking'];

/** Software WebGPU: the same device on every machine. The last three keep a canvas from killing its GPU process. */
export const webgpuArgs = [
  ...common,
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
];

/** WebGPU on the machine's own graphics card, where it has one that Chromium can use without a window. */
export const ownGpuArgs = [...common, '--enable-unsafe-webgpu', '--enable-features=Vulkan'];

/** WebGPU out of reach, with or without a graphics card: `navigator.gpu` stays, and `requestAdapter()` gives null. */
export const noWebgpuArgs = [...common, '--disable-gpu'];

const advice =
  'No Chromium found and none could be installed: install Google Chrome or Chromium, or set CHROMIUM_PATH to its executable.';

/** @returns {string[]} places where the system's own package or installer puts it, best first */
function installPlaces() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((app) =>
      ['', process.env.HOME ?? ''].map((home) => `${home}/Applications/${app}.app/Contents/MacOS/${app}`),
    );
  }
  if (process.platform === 'win32') {
    const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
    const apps = [
      'Google/Chrome/Application/chrome.exe',
      'Chromium/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
    ];
    return roots.flatMap((root) => (root ? apps.map((app) => path.join(root, app)) : []));
  }
  const names = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser', 'chrome'];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  return names.flatMap((name) => folders.filter(Boolean).map((folder) => path.join(folder, name)));
}

/** @returns {Promise<string[]>} where Playwright keeps a full Chromium, if it is a dependency and has one */
async function playwrightPlace() {
  try {
    const { chromium } = await import('@playwright/test');
    return [chromium.executablePath()].filter((file) => !file.includes('headless'));
  } catch {
    return [];
  }
}

/** @param {string} file */
function starts(file) {
  if (!existsSync(file)) return false;
  // On Windows --version opens a window instead of printing.
  if (process.platform === 'win32') return true;
  // Starting it is the proof: Ubuntu's chromium-browser may be a stub, and a download may lack system libraries.
  const { status, stdout } = spawnSync(file, ['--version', '--no-sandbox'], { encoding: 'utf8', timeout: 60_000 });
  return status === 0 && /Chrom|Edge/.test(stdout);
}

/** @returns {Promise<string | undefined>} path of an installed full Chromium; installs nothing */
export async function findChromium() {
  const asked = process.env.CHROMIUM_PATH;
  if (asked) {
    if (starts(asked)) return asked;
    throw new Error(`CHROMIUM_PATH names ${asked}, which does not start as a Chromium: correct it or unset it.`);
  }
  return [...installPlaces(), ...(await playwrightPlace())].find(starts);
}

/** @param {string} command @param {string[]} args @param {number} minutes */
function attempt(command, args, minutes) {
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '20000', DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: minutes * 60_000, env });
  return status === 0;
}

function installFromPlaywright() {
  const cli = 'node_modules/@playwright/test/cli.js';
  return existsSync(cli) && attempt(process.execPath, [cli, 'install', '--no-shell', 'chromium'], 6);
}

function installFromApt() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return false;
  const root = process.getuid?.() === 0;
  // -n: never stop at a password prompt nobody sees.
  const apt = (/** @type {string[]} */ ...args) =>
    root ? attempt('apt-get', args, 6) : attempt('sudo', ['-n', 'apt-get', ...args], 6);
  apt('update');
  return apt('install', '-y', '--no-install-recommends', 'chromium');
}

/**
 * Path of a full Chromium, installed first where there is none. Throws one sentence that says what to do.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string>}
 */
export async function ensureChromium({ log = console.error } = {}) {
  const found = await findChromium();
  if (found) return found;
  for (const [name, install] of /** @type {[string, () => boolean][]} */ ([
    ["Playwright's build", installFromPlaywright],
    ["the system's package", installFromApt],
  ])) {
    log(`No Chromium here; trying to install ${name} …`);
    install();
    const path = await findChromium();
    if (path) return path;
  }
  throw new Error(advice);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(`Chromium: ${await ensureChromium()}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
