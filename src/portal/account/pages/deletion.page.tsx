import { Field, Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Layout } from '../../../ui/layout.js';
import { Notice } from '../../../ui/notice.js';
import { Section } from '../../../ui/parts.js';
import { AccountLayout } from './account-layout.js';

export function DeletionPage({ typed, problem }: { typed?: string | undefined; problem?: string | undefined }) {
  const { deletion: texts } = useTexts().belongings.settings;
  return (
    <AccountLayout page="settings" title={texts.title} lead={texts.pageLead}>
      {problem !== undefined && <Notice kind="problem">{problem}</Notice>}
      <Section title={texts.goes}>
        <List items={texts.goesList} />
      </Section>
      <Section title={texts.stays}>
        <List items={texts.staysList} />
      </Section>
      <Section title={texts.submit}>
        <Form action="/account/settings/delete" submit={texts.submit} tone="danger">
          <Field name="email" label={texts.address} type="email" autocomplete="off" value={typed} />
          <Field name="password" label={texts.password} type="password" autocomplete="current-password" />
        </Form>
        <p class="links">
          <a href="/account/settings">{texts.keep}</a>
        </p>
      </Section>
    </AccountLayout>
  );
}

function List({ items }: { items: readonly string[] }) {
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}

/** What is left to say. */
export function DeletedPage() {
  const { deleted: texts } = useTexts().belongings;
  return (
    <Layout title={texts.title}>
      <h1>{texts.title}</h1>
      <p>{texts.lead}</p>
      <p>
        <a href="/" role="button">
          {texts.home}
        </a>
      </p>
    </Layout>
  );
}
