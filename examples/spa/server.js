// Serves the single-page example as static files: node examples/spa/server.js, then open http://localhost:8001
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const port = Number(process.env.PORT ?? 8001);
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
// What index.html's import map names; a real application has a bundler for this.
const library = (name) => fileURLToPath(import.meta.resolve(name));
const settings = {
  authority: process.env.ISSUER ?? 'http://localhost:3000',
  client_id: process.env.CLIENT_ID ?? 'local-spa',
};
const files = {
  '/': [here('index.html'), 'text/html'],
  '/callback': [here('index.html'), 'text/html'],
  '/app.js': [here('app.js'), 'text/javascript'],
  '/oidc-client-ts.js': [library('oidc-client-ts'), 'text/javascript'],
  '/jwt-decode.js': [library('jwt-decode'), 'text/javascript'],
};

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/settings.json') {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(settings));
    return;
  }
  const [file, type] = files[pathname] ?? [];
  if (!file) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(await readFile(file));
}).listen(port, () => process.stdout.write(`Example at http://localhost:${port}\n`));
