import { Field, Form } from '../../../../ui/form.js';
import { useTexts } from '../../../../ui/frame.js';
import { Notice } from '../../../../ui/notice.js';
import { Section } from '../../../../ui/parts.js';
import { AccountLayout } from '../../pages/account-layout.js';

const BEGIN = '/account/security/two-factor';

/** What is going to happen. */
export function SetUpPage() {
  const { setUp } = useTexts().security.twoFactor;
  return (
    <AccountLayout page="security" title={setUp.title} lead={setUp.lead}>
      <section class="card" aria-label={setUp.title}>
        <ol class="steps">
          <li>{setUp.app}</li>
          <li>{setUp.scan}</li>
          <li>{setUp.type}</li>
          <li>{setUp.keep}</li>
        </ol>
        <Form action={BEGIN} submit={setUp.begin} />
      </section>
    </AccountLayout>
  );
}

/** The secret as a picture and as text, and the field for the code. */
export function EnrolmentPage({ secret, png }: { secret: string; png: Buffer }) {
  const { setUp } = useTexts().security.twoFactor;
  return (
    <AccountLayout page="security" title={setUp.title}>
      <Section title={setUp.scanTitle} lead={setUp.scanLead}>
        <div class="enrolment">
          <img src={`data:image/png;base64,${png.toString('base64')}`} alt={setUp.picture} width="220" height="220" />
          <div>
            <p>{setUp.byHand}</p>
            <p class="code">{(secret.match(/.{1,4}/g) ?? []).join(' ')}</p>
          </div>
        </div>
        <CodeForm />
      </Section>
    </AccountLayout>
  );
}

/** The code was not right; the secret was shown and is not shown again. */
export function EnterCodePage({ problem }: { problem: string }) {
  const { setUp } = useTexts().security.twoFactor;
  return (
    <AccountLayout page="security" title={setUp.title}>
      <Notice kind="problem">{problem}</Notice>
      <Section title={setUp.codeTitle} lead={setUp.codeLead}>
        <CodeForm />
      </Section>
      <p>
        <a href={BEGIN}>{setUp.again}</a>
      </p>
    </AccountLayout>
  );
}

function CodeForm() {
  const { setUp } = useTexts().security.twoFactor;
  return (
    <Form action={`${BEGIN}/enable`} submit={setUp.submit}>
      <Field
        name="code"
        label={setUp.code}
        type="text"
        autocomplete="one-time-code"
        inputmode="numeric"
        hint={setUp.codeHint}
      />
    </Form>
  );
}
