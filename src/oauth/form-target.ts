import type { ServerResponse } from 'node:http';

/**
 * Lets the form of this page lead to another site in the end. Browsers hold `form-action` against every redirect that
 * follows a form, so the way back to an application would be blocked (CONTROLS C-49).
 */
export function allowFormTarget(response: ServerResponse, target: unknown): void {
  if (typeof target !== 'string' || !URL.canParse(target)) return;
  const policy = String(response.getHeader('Content-Security-Policy') ?? '');
  const { origin, protocol } = new URL(target);
  const source = origin === 'null' ? protocol : origin;
  response.setHeader('Content-Security-Policy', policy.replace("form-action 'self'", `form-action 'self' ${source}`));
}
