import { SIGNING_ALGS, APPLICATION_KINDS } from '../../../applications/application.entity.js';
import { Checkbox, Field, Form, Select } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { type ApplicationValues, GRANT_TYPES, SCOPES } from '../application-form.js';
import { ConsoleLayout } from './console-layout.js';
import { Choices, Group, TextArea } from './settings-parts.js';

export interface ApplicationFormPageProps {
  /** The application that is changed; undefined for a new one. */
  uid?: string;
  /** Name of the application as it is kept. */
  presentName?: string;
  values: ApplicationValues;
  problem?: string;
  /** Names of the fields that the problem is about. */
  wrong?: readonly string[];
  /** Whether the password is asked for, and the code of a second factor too. */
  proof?: 'password' | 'both' | undefined;
}

type PartProps = Pick<ApplicationFormPageProps, 'uid' | 'values'> & {
  problemOf: (field: string) => string | undefined;
};

/** A new application, or one that is changed. */
export function ApplicationFormPage({
  uid,
  presentName = '',
  values,
  problem,
  wrong = [],
  proof,
}: ApplicationFormPageProps) {
  const { applications } = useTexts().consoleSettings;
  const { form, problems } = applications;
  const problemOf = (field: string) => (wrong.includes(field) ? problems[field] : undefined);
  const isNew = uid === undefined;
  const parts = { uid, values, problemOf };
  return (
    <ConsoleLayout
      page="applications"
      role="admin"
      title={isNew ? form.newTitle : form.editTitle(presentName)}
      {...(isNew && { lead: form.newLead })}
    >
      {problem && <Notice kind="problem">{wrong.length > 0 ? applications.lookAgain : problem}</Notice>}
      <Form
        action={isNew ? '/admin/applications/new' : `/admin/applications/${uid}/edit`}
        submit={isNew ? form.create : form.save}
      >
        {proof && <Proof withCode={proof === 'both'} />}
        <About {...parts} />
        <Addresses {...parts} />
        <Rights {...parts} />
        <Trust {...parts} />
      </Form>
    </ConsoleLayout>
  );
}

function Proof({ withCode }: { withCode: boolean }) {
  const { form } = useTexts().consoleSettings.applications;
  return (
    <Group title={form.proof}>
      <p class="lead">{form.proofLead}</p>
      <Field name="password" label={form.password} type="password" autocomplete="current-password" />
      {withCode && (
        <Field name="otp_code" label={form.otpCode} type="text" autocomplete="one-time-code" inputmode="numeric" />
      )}
    </Group>
  );
}

function About({ uid, values, problemOf }: PartProps) {
  const { form, kind } = useTexts().consoleSettings.applications;
  return (
    <Group title={form.about}>
      <Field
        name="name"
        label={useTexts().consoleSettings.applications.name}
        type="text"
        autocomplete="off"
        value={values.name}
        hint={form.nameHint}
        problem={problemOf('name')}
        maxlength={100}
      />
      {uid === undefined && (
        <Select
          name="kind"
          label={kind}
          options={APPLICATION_KINDS.map((each) => [each, form.kindOptions[each]])}
          value={values.kind}
          problem={problemOf('kind')}
        />
      )}
    </Group>
  );
}

function Addresses({ values, problemOf }: PartProps) {
  const { form } = useTexts().consoleSettings.applications;
  return (
    <Group title={form.addresses}>
      <TextArea
        name="redirect_uris"
        label={form.redirectUris}
        value={values.redirectUris}
        rows={3}
        hint={`${form.oneALine} ${form.redirectUrisHint}`}
        problem={problemOf('redirect_uris')}
      />
      <TextArea
        name="post_logout_redirect_uris"
        label={form.postLogout}
        value={values.postLogoutRedirectUris}
        rows={2}
        hint={form.oneALine}
        problem={problemOf('post_logout_redirect_uris')}
      />
      <TextArea
        name="allowed_origins"
        label={form.origins}
        value={values.allowedOrigins}
        rows={2}
        hint={form.originsHint}
        problem={problemOf('allowed_origins')}
      />
      <Field
        name="backchannel_logout_uri"
        label={form.backchannel}
        type="text"
        autocomplete="off"
        required={false}
        value={values.backchannelLogoutUri}
        hint={form.backchannelHint}
        problem={problemOf('backchannel_logout_uri')}
      />
    </Group>
  );
}

function Rights({ values, problemOf }: PartProps) {
  const { consoleSettings, application } = useTexts();
  const { form } = consoleSettings.applications;
  const scopeTexts: Record<string, string> = application.scopes;
  return (
    <Group title={form.rights}>
      <Choices
        name="scopes"
        label={form.scopes}
        options={SCOPES.map((value) => ({ value, text: <Word code={value} text={scopeTexts[value]} /> }))}
        chosen={values.scopes}
        problem={problemOf('scopes')}
      />
      <Choices
        name="grant_types"
        label={form.grants}
        options={GRANT_TYPES.map((value) => ({ value, text: form.grantTypes[value] ?? value }))}
        chosen={values.grantTypes}
        problem={problemOf('grant_types')}
      />
      <div class="columns">
        <Select
          name="signing_alg"
          label={form.algorithm}
          options={SIGNING_ALGS.map((each) => [each, each])}
          value={values.signingAlg}
          problem={problemOf('signing_alg')}
        />
        <Field
          name="access_token_lifetime"
          label={form.lifetime}
          type="text"
          inputmode="numeric"
          autocomplete="off"
          value={values.accessTokenLifetime}
          hint={form.lifetimeHint}
          problem={problemOf('access_token_lifetime')}
        />
      </div>
    </Group>
  );
}

const Word = ({ code, text }: { code: string; text: string | undefined }) => (
  <>
    {text ?? code} <code>{code}</code>
  </>
);

function Trust({ uid, values }: PartProps) {
  const { form } = useTexts().consoleSettings.applications;
  const always = uid !== undefined && values.kind === 'public';
  return (
    <Group title={form.trust}>
      {!always && <Checkbox name="require_pkce" label={form.requirePkce} checked={values.requirePkce} />}
      <Checkbox name="first_party" label={form.firstParty} checked={values.firstParty} />
      <Checkbox name="skip_consent" label={form.skipConsent} checked={values.skipConsent} />
      <p class="warning">{form.skipConsentWarning}</p>
    </Group>
  );
}
