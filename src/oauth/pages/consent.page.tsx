import { Form } from '../../ui/form.js';
import { SCOPE_TEXTS } from '../scopes.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

export interface ConsentProps extends InteractionFrame {
  scopes: string[];
  redirectHost: string;
}

export function consentPage(props: ConsentProps) {
  const lasts = props.scopes.includes('offline_access')
    ? 'It keeps this access for up to 90 days, also while you are away.'
    : 'Its access ends when you sign out, or take it back in your account.';
  return (
    <InteractionLayout frame={props} title="Do you agree?">
      <p>
        <strong>{props.application}</strong> would like to:
      </p>
      <ul class="scopes">
        {props.scopes.map((scope) => (
          <li key={scope}>{SCOPE_TEXTS[scope]}</li>
        ))}
      </ul>
      <p>
        {lasts} You go back to <strong>{props.redirectHost}</strong>.
      </p>
      <Form action={`${props.action}/consent`} submit="Agree" />
    </InteractionLayout>
  );
}
