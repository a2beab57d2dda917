import type { Application } from '../../../applications/application.entity.js';
import { Field, Select } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Facts, Section } from '../../../ui/parts.js';
import type { AuthorizationTrial } from '../authorization-trial.js';
import { ConsoleLayout } from './console-layout.js';
import { Copyable } from './settings-parts.js';

export interface TrySignInPageProps {
  application: Application;
  trial: AuthorizationTrial | undefined;
  /** What was asked for; undefined for all of the application's. */
  scope: string | undefined;
  /** The redirect address that was asked for is not one of the application. */
  isForeign: boolean;
  credentials: string | undefined;
  device: string | undefined;
}

/** What the application itself would do to sign somebody in, step by step. */
export function TrySignInPage(props: TrySignInPageProps) {
  const { application, trial, isForeign, credentials, device } = props;
  const { trySignIn } = useTexts().consoleSettings;
  return (
    <ConsoleLayout
      page="applications"
      role="admin"
      title={trySignIn.title(application.name)}
      lead={trySignIn.lead}
      scripts={['copy.js']}
    >
      {isForeign && <Notice kind="problem">{trySignIn.notItsOwn}</Notice>}
      {trial ? <Trial {...props} trial={trial} /> : <p class="empty">{trySignIn.none}</p>}
      {credentials !== undefined && (
        <Section title={trySignIn.credentials} lead={`${trySignIn.credentialsLead} ${trySignIn.withSecret}`}>
          <Copyable id="credentials" text={credentials} />
        </Section>
      )}
      {device !== undefined && (
        <Section title={trySignIn.device} lead={trySignIn.deviceLead}>
          <Copyable id="device" text={device} />
        </Section>
      )}
    </ConsoleLayout>
  );
}

function Trial({ application, trial, scope }: TrySignInPageProps & { trial: AuthorizationTrial }) {
  const { trySignIn } = useTexts().consoleSettings;
  const isConfidential = application.kind === 'confidential';
  const exchangeLead = `${trySignIn.exchangeLead}${isConfidential ? ` ${trySignIn.withSecret}` : ''}`;
  return (
    <>
      <Section title={trySignIn.choose}>
        <Choice application={application} redirectUri={trial.redirectUri} scope={scope} />
      </Section>
      <Section title={trySignIn.address}>
        <Copyable id="request" text={trial.url} />
        <p>{trySignIn.returns(<strong>{new URL(trial.redirectUri).host}</strong>)}</p>
        <p>
          <a href={trial.url} role="button" target="_blank" rel="noopener noreferrer">
            {trySignIn.open}
          </a>
        </p>
      </Section>
      <Section title={trySignIn.exchange} lead={exchangeLead}>
        <Facts
          facts={[
            [trySignIn.state, <code>{trial.state}</code>],
            [trySignIn.verifier, <code>{trial.verifier}</code>],
          ]}
        />
        <p>{trySignIn.verifierHint}</p>
        <Copyable id="exchange" text={trial.exchange} />
      </Section>
    </>
  );
}

/** A GET: it makes another request and changes nothing. */
function Choice({
  application,
  redirectUri,
  scope,
}: Pick<TrySignInPageProps, 'application' | 'scope'> & { redirectUri: string }) {
  const { trySignIn } = useTexts().consoleSettings;
  return (
    <form method="get" action={`/admin/applications/${application.uid}/try`}>
      <Select
        name="redirect_uri"
        label={trySignIn.redirectUri}
        options={application.redirectUris.map((uri) => [uri, uri])}
        value={redirectUri}
      />
      <Field
        name="scope"
        label={trySignIn.scopes}
        type="text"
        autocomplete="off"
        required={false}
        value={scope ?? application.scopes.join(' ')}
      />
      <button type="submit" class="secondary">
        {trySignIn.update}
      </button>
    </form>
  );
}
