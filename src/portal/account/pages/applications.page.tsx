import type { Consent } from '../../../oauth/consents.service.js';
import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Empty, Facts, Moment, Section } from '../../../ui/parts.js';
import { AccountLayout } from './account-layout.js';

export interface ApplicationsPageProps {
  consents: readonly Consent[];
  /** What went well, or did not. */
  notice?: 'done' | 'gone' | undefined;
}

export function ApplicationsPage({ consents, notice }: ApplicationsPageProps) {
  const { applications: texts } = useTexts().belongings;
  return (
    <AccountLayout page="applications" lead={texts.lead}>
      {notice !== undefined && <Notice kind={notice === 'done' ? 'success' : 'problem'}>{texts[notice]}</Notice>}
      {consents.length === 0 && <Empty>{texts.empty}</Empty>}
      {consents.map((consent) => (
        <Application key={consent.application_uid} consent={consent} />
      ))}
    </AccountLayout>
  );
}

function Application({ consent }: { consent: Consent }) {
  const { applications: texts } = useTexts().belongings;
  const { application_uid: uid, application_name: name, scopes, granted_at: since, last_used_at: lastUsed } = consent;
  return (
    <Section title={name}>
      <p>{texts.may}</p>
      <ul class="scopes">
        {scopes.map((scope) => (
          <li key={scope}>
            <Scope name={scope} />
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          [texts.since, <Moment key="since" at={since} />],
          [texts.lastUsed, <Moment key="last" at={lastUsed} />],
          [texts.uid, <code key="uid">{uid}</code>],
        ]}
      />
      <details>
        <summary>{texts.withdraw}</summary>
        <p>{texts.consequences(<strong>{name}</strong>)}</p>
        <Form action="/account/applications/withdraw" submit={texts.submit} tone="danger">
          <input type="hidden" name="application" value={uid} />
        </Form>
      </details>
    </Section>
  );
}

function Scope({ name }: { name: string }) {
  const { application, belongings } = useTexts();
  const known: Readonly<Record<string, string>> = application.scopes;
  return <>{Object.hasOwn(known, name) ? known[name] : belongings.applications.otherScope(name)}</>;
}
