import type { ApiScope, OidcScope } from '../../common/principal.js';
import { Form } from '../../ui/form.js';
import { useTexts } from '../../ui/frame.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

export interface ConsentProps extends InteractionFrame {
  scopes: (ApiScope | OidcScope)[];
  /** Undefined: the person goes back to a device. */
  redirectHost: string | undefined;
}

export function ConsentPage(props: ConsentProps) {
  const { consent, scopes } = useTexts().application;
  return (
    <InteractionLayout frame={props} title={consent.title}>
      <p>{consent.wouldLike(<strong>{props.application}</strong>)}</p>
      <ul class="scopes">
        {props.scopes.map((scope) => (
          <li key={scope}>{scopes[scope]}</li>
        ))}
      </ul>
      <p>
        {props.scopes.includes('offline_access') ? consent.lasts : consent.ends}{' '}
        {consent.goBack(<strong>{props.redirectHost ?? consent.yourDevice}</strong>)}
      </p>
      <Form action={`${props.action}/consent`} submit={consent.submit} />
    </InteractionLayout>
  );
}
