import { SCOPE_TEXTS } from '../scopes.js';
import type { Interaction } from './interaction.service.js';

/** The scopes of the request that we know, in the order of their meaning. */
export function requestedScopes({ params }: Pick<Interaction, 'params'>): string[] {
  const asked = new Set(typeof params.scope === 'string' ? params.scope.split(' ') : []);
  return Object.keys(SCOPE_TEXTS).filter((scope) => asked.has(scope));
}
