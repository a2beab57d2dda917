import type { ComponentChildren } from 'preact';
import type { Application } from '../../../applications/application.entity.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Facts, Moment, Section } from '../../../ui/parts.js';
import { ConsoleLayout } from './console-layout.js';
import { Links } from './settings-parts.js';

/** One application: what is set, and what can be done about it. */
export function ApplicationPage({ application, done }: { application: Application; done: string | undefined }) {
  const { applications } = useTexts().consoleSettings;
  const { one } = applications;
  const path = `/admin/applications/${application.uid}`;
  return (
    <ConsoleLayout page="applications" role="admin" title={application.name}>
      {done && <Notice kind="success">{done}</Notice>}
      <Links
        links={[
          [`${path}/edit`, one.edit],
          [`${path}/try`, one.tryIt],
        ]}
      />
      <Section title={one.facts}>
        <Settings application={application} />
      </Section>
      <Secret application={application} path={path} />
      <p>
        <a href={`${path}/delete`} class="danger">
          {one.remove}
        </a>
      </p>
    </ConsoleLayout>
  );
}

function Settings({ application }: { application: Application }) {
  const { consoleSettings, application: words } = useTexts();
  const { form, one, ...applications } = consoleSettings.applications;
  const scopeTexts: Record<string, string> = words.scopes;
  const yesNo = (is: boolean) => (is ? one.yes : one.no);
  return (
    <Facts
      facts={[
        [applications.uid, <code>{application.uid}</code>],
        [applications.kind, applications.kinds[application.kind]],
        [form.redirectUris, <Lines items={application.redirectUris} />],
        [form.postLogout, <Lines items={application.postLogoutRedirectUris} />],
        [form.origins, <Lines items={application.allowedOrigins} />],
        [form.backchannel, application.backchannelLogoutUri ?? '–'],
        [form.scopes, <Lines items={application.scopes} textOf={(scope) => scopeTexts[scope]} />],
        [form.grants, <Lines items={application.grantTypes.map((grant) => form.grantTypes[grant] ?? grant)} />],
        [one.firstParty, yesNo(application.firstParty)],
        [one.skipConsent, yesNo(application.skipConsent)],
        [one.pkce, yesNo(application.requirePkce)],
        [form.algorithm, application.signingAlg],
        [form.lifetime, one.seconds(application.accessTokenLifetime)],
        [applications.since, <Moment at={application.createdAt} />],
        [one.changedAt, <Moment at={application.updatedAt} />],
      ]}
    />
  );
}

/** With a text, the item itself stands behind it. */
function Lines({ items, textOf }: { items: readonly string[]; textOf?: (item: string) => string | undefined }) {
  if (items.length === 0) return <>–</>;
  const show = (item: string): ComponentChildren => {
    const text = textOf?.(item);
    return text === undefined ? (
      item
    ) : (
      <>
        {text} <code>{item}</code>
      </>
    );
  };
  return (
    <ul class="lines">
      {items.map((item) => (
        <li key={item}>{show(item)}</li>
      ))}
    </ul>
  );
}

function Secret({ application, path }: { application: Application; path: string }) {
  const { one } = useTexts().consoleSettings.applications;
  const { kind, previousSecretExpiresAt: until } = application;
  if (kind === 'public') return <Section title={one.secret}>{one.secretPublic}</Section>;
  return (
    <Section title={one.secret} lead={one.secretLead}>
      {until && until > new Date() && <p>{one.twoSecrets(<Moment at={until} />)}</p>}
      <Links links={[[`${path}/secret`, one.rotate]]} />
    </Section>
  );
}
