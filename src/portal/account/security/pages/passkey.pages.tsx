import { Field, Form } from '../../../../ui/form.js';
import { useTexts } from '../../../../ui/frame.js';
import { Notice } from '../../../../ui/notice.js';
import { Section } from '../../../../ui/parts.js';
import { PASSKEY_SCRIPT, PasskeyForm } from '../../../../ui/passkey-form.js';
import { LONGEST_PASSKEY_NAME, type Passkey } from '../../../../passkeys/passkeys.service.js';
import { AccountLayout } from '../../pages/account-layout.js';

const PATH = '/account/security/passkeys';

export function AddPasskeyPage({ name, problem }: { name?: string | undefined; problem?: string }) {
  const { addPage } = useTexts().security.passkeys;
  return (
    <AccountLayout page="security" title={addPage.title} lead={addPage.lead} scripts={[PASSKEY_SCRIPT]}>
      {problem && <Notice kind="problem">{problem}</Notice>}
      <section class="card" aria-label={addPage.title}>
        {/* The script takes it away where the form works. */}
        <p data-without-passkeys>{addPage.noScript}</p>
        <PasskeyForm ceremony="create" action={PATH} options={`${PATH}/options`} submit={addPage.submit}>
          <Field
            name="name"
            label={addPage.name}
            type="text"
            autocomplete="off"
            hint={addPage.nameHint}
            maxlength={LONGEST_PASSKEY_NAME}
            value={name}
          />
        </PasskeyForm>
      </section>
    </AccountLayout>
  );
}

export function EditPasskeyPage({ passkey }: { passkey: Passkey }) {
  const { editPage, addPage } = useTexts().security.passkeys;
  const action = `${PATH}/${passkey.id}`;
  return (
    <AccountLayout page="security" title={editPage.title}>
      <section class="card" aria-label={editPage.title}>
        <Form action={action} submit={editPage.rename}>
          <Field
            name="name"
            label={addPage.name}
            type="text"
            autocomplete="off"
            maxlength={LONGEST_PASSKEY_NAME}
            value={passkey.name}
          />
        </Form>
      </section>
      <Section title={editPage.removeTitle}>
        <p>{editPage.removeLead(<strong>{passkey.name}</strong>)}</p>
        <Form action={`${action}/remove`} submit={editPage.remove} tone="danger" />
      </Section>
      <p>
        <a href="/account/security">{editPage.back}</a>
      </p>
    </AccountLayout>
  );
}
