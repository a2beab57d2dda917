import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

/** Lets plain Node import our TypeScript: `node:module`'s hooks, registered by jest.config.js. */
export async function resolve(specifier, context, nextResolve) {
  if (!/^(\.|file:).*\.js$/.test(specifier)) return nextResolve(specifier, context);
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const path = fileURLToPath(new URL(specifier, context.parentURL));
    return nextResolve(specifier.replace(/\.js$/, existsSync(path.replace(/\.js$/, '.ts')) ? '.ts' : '.tsx'), context);
  }
}

export async function load(url, context, nextLoad) {
  if (!/\.(m?ts|tsx)$/.test(url)) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { filename });
  return { format: 'module', source: code, shortCircuit: true };
}
