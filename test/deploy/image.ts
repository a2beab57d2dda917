import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readIgnores, readStages, ROOT, type Stage, type Step, textsOf } from './dockerfile.js';

const IN_ROOT = path.join(import.meta.dirname, 'image-root.sh');
/** The checkout's own packages take its place: they come from the same lock file, and it is the slowest step. */
const ALL_PACKAGES = 'npm ci --ignore-scripts';
/** The stage that only deletes from the base image, whose part this machine's /usr plays. */
const TRIMMED_BASE = 'node';

/** What the Dockerfile makes, in a directory instead of an image. */
export interface Image {
  /** Its file system, without what comes from the base image. */
  root: string;
  /** What .dockerignore let in. */
  context: string;
  stage: Stage;
  /** Instructions that were not carried out, but replaced as told above. */
  replaced: string[];
  /** Starts a command as the image would, read-only; `CMD` when none is given. */
  run(env: Record<string, string>, command?: string[]): ChildProcess;
  remove(): void;
}

/** Carries out the Dockerfile, stage by stage. @throws Error with the output of the command that failed */
export function buildImage(): Image {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'barong-image-'));
  const context = path.join(directory, 'context');
  const isTaken = readIgnores();
  cpSync(ROOT, context, {
    recursive: true,
    filter: (file) => file === ROOT || isTaken(path.relative(ROOT, file)),
  });
  const stages = readStages();
  const replaced = stages.flatMap((stage) => build(stage, directory));
  const stage = stages.at(-1) as Stage;
  const root = path.join(directory, stage.name);
  return {
    root,
    context,
    stage,
    replaced,
    run: (env, command = cmdOf(stage)) => {
      const [user = ''] = textsOf(stage, 'USER')[0]?.split(':') ?? [];
      const options = ['--read-only', '--user', user, '--directory', textsOf(stage, 'WORKDIR').at(-1) ?? '/'];
      const volume = ['--bind', `${dataOf(directory, root)}:/data`];
      return spawn(IN_ROOT, [root, ...options, ...volume, '--', ...command], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...envOf(stage), ...env },
      });
    },
    // Many small files; rm is the fastest.
    remove: () => void spawnSync('rm', ['--recursive', '--force', '--one-file-system', directory]),
  };
}

/** @returns what was replaced */
function build(stage: Stage, directory: string): string[] {
  if (stage.name === TRIMMED_BASE) return stage.steps.map((step) => `${step.instruction} ${step.text}`);
  const root = path.join(directory, stage.name);
  mkdirSync(root);
  let workdir = '/';
  const replaced: string[] = [];
  for (const step of stage.steps) {
    if (step.instruction === 'WORKDIR') workdir = step.text;
    if (step.instruction === 'COPY') copy(step, directory, path.join(root, workdir));
    if (step.instruction !== 'RUN') continue;
    if (step.text === ALL_PACKAGES) replaced.push(`RUN ${step.text}`);
    const modules = replaced.length > 0 ? ['--bind', `${ROOT}/node_modules:${workdir}/node_modules`] : [];
    if (step.text !== ALL_PACKAGES) runStep(step, root, workdir, modules);
  }
  return replaced;
}

function copy({ text }: Step, directory: string, workdir: string): void {
  const words = text.split(' ');
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : 'context';
  const target = words.pop() ?? '';
  // The base image, all of it.
  if (from === TRIMMED_BASE) return;
  for (const source of words) {
    // With several sources, or a slash at its end, the target is a directory to put them in.
    const into = target.endsWith('/') ? path.join(target, path.basename(source)) : target;
    link(path.join(directory, from ?? '', source), path.join(workdir, into));
  }
}

/** As a copy, and soon: nothing is written to afterwards. */
function link(source: string, target: string): void {
  mkdirSync(path.dirname(target), { recursive: true });
  const { status, stderr } = spawnSync('cp', ['--archive', '--link', '--no-target-directory', source, target], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

function runStep({ text }: Step, root: string, workdir: string, modules: string[]): void {
  // With this machine's npm settings, and from its cache where that has a package.
  const env = { ...process.env, HOME: '/root', npm_config_prefer_offline: 'true' };
  const binds = ['--bind', `${os.homedir()}:/root`, ...modules];
  const args = [root, '--directory', workdir, ...binds, '--', '/bin/sh', '-c', text];
  const { status, stdout, stderr } = spawnSync(IN_ROOT, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`RUN ${text} ended with ${status}:\n${stdout}${stderr}`);
}

/** A volume of its own, made as the image has it. */
function dataOf(directory: string, root: string): string {
  const volume = path.join(directory, 'volume');
  spawnSync('cp', ['--archive', '--no-clobber', '--no-target-directory', path.join(root, 'data'), volume]);
  return volume;
}

export const cmdOf = (stage: Stage): string[] => JSON.parse(textsOf(stage, 'CMD')[0] ?? '[]') as string[];

/** The image's environment, and the PATH of the base image. */
function envOf(stage: Stage): Record<string, string> {
  const pairs = textsOf(stage, 'ENV').flatMap((text) => text.split(' ').map((pair) => pair.split('=')));
  return Object.fromEntries(pairs) as Record<string, string>;
}
