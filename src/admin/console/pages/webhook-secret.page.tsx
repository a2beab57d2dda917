import type { Webhook } from '../../../events/webhooks/webhook.entity.js';
import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Moment, Section } from '../../../ui/parts.js';
import { ConsoleLayout } from './console-layout.js';
import { Consequences, Copyable } from './settings-parts.js';

type Named = Pick<Webhook, 'uid' | 'name'>;

export function RotateWebhookSecretPage({ uid, name }: Named) {
  const { secret } = useTexts().consoleSettings.webhooks;
  return (
    <ConsoleLayout page="webhooks" role="admin" title={secret.title}>
      <Section title={name}>
        <p>{secret.lead(name)}</p>
        <p>{secret.overlap}</p>
        <p>{secret.third}</p>
        <Form action={`/admin/webhooks/${uid}/secret`} submit={secret.submit} />
        <BackTo uid={uid} />
      </Section>
    </ConsoleLayout>
  );
}

export interface WebhookSecretPageProps {
  webhook: Named;
  secret: string;
  /** Until when the one before it signs; undefined for a new webhook. */
  previousExpiresAt?: Date;
}

/** The only page that ever shows the secret. It answers a POST itself: it has no address and is never kept. */
export function WebhookSecretPage({ webhook, secret, previousExpiresAt: until }: WebhookSecretPageProps) {
  const { created, secret: texts } = useTexts().consoleSettings.webhooks;
  const { uid, name } = webhook;
  const title = until === undefined ? created.title : texts.doneTitle;
  return (
    <ConsoleLayout page="webhooks" role="admin" title={title} scripts={['copy.js']}>
      <Notice kind="success">{until === undefined ? created.lead(name) : texts.done}</Notice>
      <Section title={name}>
        <h3>{texts.label}</h3>
        <Copyable id="secret" text={secret} />
        <p class="warning">{texts.once}</p>
        {until && <p>{texts.until(<Moment at={until} />)}</p>}
        <p>
          <a href={`/admin/webhooks/${uid}`}>{created.goOn}</a>
        </p>
      </Section>
    </ConsoleLayout>
  );
}

export function DeleteWebhookPage({ uid, name }: Named) {
  const { remove } = useTexts().consoleSettings.webhooks;
  return (
    <ConsoleLayout page="webhooks" role="admin" title={remove.title(name)}>
      <Section title={name}>
        <Consequences items={remove.consequences} />
        <Form action={`/admin/webhooks/${uid}/delete`} submit={remove.submit} tone="danger" />
        <BackTo uid={uid} />
      </Section>
    </ConsoleLayout>
  );
}

function BackTo({ uid }: Pick<Webhook, 'uid'>) {
  return (
    <p class="links">
      <a href={`/admin/webhooks/${uid}`}>{useTexts().shell.cancel}</a>
    </p>
  );
}
