import { readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** One instruction, its continued lines joined. */
export interface Step {
  instruction: string;
  text: string;
}

export interface Stage {
  name: string;
  base: string;
  steps: Step[];
}

/** The stages of our Dockerfile in their order; the last one is the image. */
export function readStages(): Stage[] {
  const lines = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, instruction = '', text = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') {
      const [base = '', , name = 'image'] = text.split(' ');
      stages.push({ name, base, steps: [] });
    } else stages.at(-1)?.steps.push({ instruction, text });
  }
  return stages;
}

/** What follows an instruction each time it is there. */
export const textsOf = (stage: Stage, instruction: string): string[] =>
  stage.steps.filter((step) => step.instruction === instruction).map((step) => step.text);

/** Whether .dockerignore lets a path of ours into the build; the last line that fits decides. */
export function readIgnores(): (file: string) => boolean {
  const rules = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ takes: line.startsWith('!'), pattern: expression(line.replace(/^!/, '')) }));
  return (file) => rules.reduce((taken, { takes, pattern }) => (pattern.test(file) ? takes : taken), true);
}

/** A pattern fits what it names and everything below it. */
function expression(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*\/|\*)/)
    .map((part) => (part === '**/' ? '(?:.*/)?' : part === '*' ? '[^/]*' : part.replace(/[.+?^$()[\]{}|\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}(?:/|$)`);
}
