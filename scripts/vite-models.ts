// Vite plugin: serves models/sg-cldff-v*/ under the app's base in development and copies it into dist/models/.
// Only what the app loads is let through (manifest.json, *.bin, golden/): model cards and training code stay at home.
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Connect, Plugin } from 'vite';

const MODEL = /^sg-cldff-v[^/]+$/;
const SERVED = /^(manifest\.json|[^/]+\.bin|golden\/.+)$/;

/** Paths below `models/` that the app may load, with forward slashes, sorted. */
export function modelFiles(models: string): string[] {
  if (!existsSync(models)) return [];
  return readdirSync(models)
    .filter((name) => MODEL.test(name) && statSync(path.join(models, name)).isDirectory())
    .flatMap((name) =>
      readdirSync(path.join(models, name), { recursive: true, encoding: 'utf8' })
        .map((file) => file.split(path.sep).join('/'))
        .filter((file) => SERVED.test(file) && statSync(path.join(models, name, file)).isFile())
        .map((file) => `${name}/${file}`),
    )
    .sort();
}

export function modelsPlugin(): Plugin {
  let models = '';
  let base = '/';

  // Answers 404 itself for anything else below models/: a page in place of missing weights would be parsed as weights.
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const url = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    // Vite strips the base before some middleware and not before other; take both.
    const local = url.startsWith(`${base}models/`) ? url.slice(base.length - 1) : url;
    if (!local.startsWith('/models/sg-cldff-')) return next();
    const file = local.slice('/models/'.length);
    if (!modelFiles(models).includes(file)) {
      response.statusCode = 404;
      return void response.end(`No such model file: ${file}`);
    }
    response.setHeader('Content-Type', file.endsWith('.json') ? 'application/json' : 'application/octet-stream');
    response.setHeader('Cache-Control', 'no-cache');
    createReadStream(path.join(models, file)).pipe(response);
  };

  return {
    name: 'leukolens-models',
    configResolved(config) {
      models = path.join(config.root, 'models');
      base = config.base;
    },
    configureServer(server) {
      server.middlewares.use(serve);
    },
    generateBundle() {
      for (const file of modelFiles(models)) {
        this.emitFile({ type: 'asset', fileName: `models/${file}`, source: readFileSync(path.join(models, file)) });
      }
    },
  };
}
