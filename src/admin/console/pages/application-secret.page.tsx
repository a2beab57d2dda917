import type { Application } from '../../../applications/application.entity.js';
import { Form, Select } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Facts, Moment, Section } from '../../../ui/parts.js';
import { ConsoleLayout } from './console-layout.js';
import { Consequences, Copyable } from './settings-parts.js';

type Named = Pick<Application, 'uid' | 'name'>;

export function RotateSecretPage({ uid, name, problem }: Named & { problem?: string }) {
  const { secret } = useTexts().consoleSettings.applications;
  return (
    <ConsoleLayout page="applications" role="admin" title={secret.title}>
      {problem && <Notice kind="problem">{problem}</Notice>}
      <Section title={name}>
        <p>{secret.lead(name)}</p>
        <p>{secret.third}</p>
        <Form action={`/admin/applications/${uid}/secret`} submit={secret.submit}>
          <Select name="overlap" label={secret.overlap} options={Object.entries(secret.overlaps)} value="86400" />
        </Form>
      </Section>
    </ConsoleLayout>
  );
}

export interface SecretShownPageProps {
  application: Named;
  /** Undefined for a public application. */
  secret: string | undefined;
  /** When it was rotated: until when the one before counts; null when it is dead. */
  previousExpiresAt?: Date | null;
}

/** The only page that ever shows a secret. It answers a POST itself: it has no address and is never kept. */
export function SecretShownPage({ application, secret, previousExpiresAt }: SecretShownPageProps) {
  const { created, secret: texts, uid } = useTexts().consoleSettings.applications;
  const isNew = previousExpiresAt === undefined;
  return (
    <ConsoleLayout
      page="applications"
      role="admin"
      title={isNew ? created.title : texts.doneTitle}
      scripts={['copy.js']}
    >
      <Notice kind="success">{isNew ? created.lead(application.name) : texts.done}</Notice>
      <Section title={application.name}>
        <Facts facts={[[uid, <code>{application.uid}</code>]]} />
        {secret !== undefined && (
          <>
            <h3>{texts.label}</h3>
            <Copyable id="secret" text={secret} />
            <p class="warning">{texts.once}</p>
          </>
        )}
        {previousExpiresAt && <p>{texts.until(<Moment at={previousExpiresAt} />)}</p>}
        {previousExpiresAt === null && <p>{texts.dead}</p>}
        <p>
          <a href={`/admin/applications/${application.uid}`}>{created.goOn}</a>
        </p>
      </Section>
    </ConsoleLayout>
  );
}

export function DeleteApplicationPage({ uid, name }: Named) {
  const { consoleSettings, shell } = useTexts();
  const { remove } = consoleSettings.applications;
  return (
    <ConsoleLayout page="applications" role="admin" title={remove.title(name)}>
      <Section title={name}>
        <Consequences items={remove.consequences} />
        <Form action={`/admin/applications/${uid}/delete`} submit={remove.submit} tone="danger" />
        <p class="links">
          <a href={`/admin/applications/${uid}`}>{shell.cancel}</a>
        </p>
      </Section>
    </ConsoleLayout>
  );
}
