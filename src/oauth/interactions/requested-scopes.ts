import { ALL_SCOPES } from '../scopes.js';
import type { Interaction } from './interaction.service.js';

/** The scopes of the request that we know, in the order of their meaning. */
export function requestedScopes({ params }: Pick<Interaction, 'params'>) {
  const asked = new Set<string>(typeof params.scope === 'string' ? params.scope.split(' ') : []);
  return ALL_SCOPES.filter((scope) => asked.has(scope));
}
